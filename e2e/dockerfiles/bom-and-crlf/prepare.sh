# As an editor on Windows writes them; git would change the ends of lines.
for file in Dockerfile .dockerignore; do
  { printf '\357\273\277'; sed 's/$/\r/' "$file"; } > changed
  mv changed "$file"
done
