#!/bin/sh
set -eu
echo "prepared=yes" >> "$GITHUB_STATE"
echo "my-action is prepared"
