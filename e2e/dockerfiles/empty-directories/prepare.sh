# Git does not keep empty directories.
mkdir -p empty nested/empty
chmod 700 nested/empty
