# The only web server that every cluster of these tests has.
sed -i "s|REGISTRY|$REGISTRY|" Dockerfile
