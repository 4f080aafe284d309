# Tries each line "host port name" of a file. A policy may hold a moment after the pod runs: "until-closed HOST PORT" waits
# for something that it closes.
reaches() { timeout 3 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$1" "$2" 2>/dev/null; }

while read -r host port name; do
  if [ "$host" = until-closed ]; then
    for _ in $(seq 100); do
      reaches "$port" "$name" || break
      sleep 0.2
    done
  elif reaches "$host" "$port"; then
    echo "reached: $name"
  else
    echo "not reached: $name"
  fi
done < "$1"
echo 'every target was tried'
