# The repository's own ignore files would take some of these away.
mkdir -p a/node_modules build docs deep/er x/build
for file in drop.log keep.log a/inside.log a/node_modules/m build/b x/build/c docs/guide docs/README.md deep/secret.txt deep/er/secret.key deep/er/public indented; do
  echo x > "$file"
done
