# One line for each entry of tree/: mode, name, and where it leads or what it holds.
find tree | LC_ALL=C sort | while IFS= read -r name; do
  if [ -h "$name" ]; then echo "link $name -> $(readlink "$name")"
  elif [ -d "$name" ]; then echo "$(stat -c %a "$name") $name/"
  else echo "$(stat -c %a "$name") $name $(sha256sum < "$name" | cut -c 1-16)"
  fi
done
