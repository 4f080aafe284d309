#!/bin/sh
echo 'reached=yes' >> "$GITHUB_OUTPUT"
echo 'made by a failing action' > failing.txt
exit 42
