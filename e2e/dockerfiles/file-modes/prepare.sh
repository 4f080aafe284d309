# Git keeps no more than the bit for execution.
for mode in 400 600 644 666 755 777 4755 2755; do
  echo x > "f$mode"
  chmod "$mode" "f$mode"
done
mkdir d1777 d2775
chmod 1777 d1777
chmod 2775 d2775
chmod 644 Dockerfile
