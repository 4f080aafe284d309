#!/bin/sh
set -eu
echo "uid=$(id -u)" >> "$GITHUB_OUTPUT"
echo 'a file of the home folder' > "$HOME/of-user.txt"
echo 'a temporary file' > "$RUNNER_TEMP/of-user.txt"
echo "home=$HOME" >> "$GITHUB_OUTPUT"
echo "temp=$RUNNER_TEMP" >> "$GITHUB_OUTPUT"
