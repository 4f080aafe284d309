# One line for each entry of tree/: mode, name, and where it leads or what it holds. A newline in a name is shown as |.
find tree -exec sh -c '
  for name; do
    shown=$(printf %s "$name" | tr "\n" "|")
    if [ -h "$name" ]; then echo "link $shown -> $(readlink "$name")"
    elif [ -d "$name" ]; then echo "$(stat -c %a "$name") $shown/"
    else echo "$(stat -c %a "$name") $shown $(sha256sum < "$name" | cut -c 1-16)"
    fi
  done' sh {} + | LC_ALL=C sort
