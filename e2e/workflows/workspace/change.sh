set -e
rm -r tree/becomes-file tree/becomes-folder tree/program
echo 'a file now' > tree/becomes-file
mkdir tree/becomes-folder tree/of-container
echo 'in a folder now' > tree/becomes-folder/file
echo 'made in a container' > 'tree/of-container/a file'
chmod 640 tree/private.txt
ln -sfn deep tree/link
sh list.sh
