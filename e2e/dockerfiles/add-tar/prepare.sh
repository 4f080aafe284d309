# Archives would be opaque in the repository.
mkdir -p tree/below
echo inside > tree/below/file
chmod 751 tree/below
chmod 640 tree/below/file
tar -C tree -czf tree.tar.gz --owner=0 --group=0 .
tar -C tree -cf tree.tar --owner=0 --group=0 .
rm -r tree
