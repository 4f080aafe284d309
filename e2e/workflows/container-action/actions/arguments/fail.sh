#!/bin/sh
echo 'reached=yes' >> "$GITHUB_OUTPUT"
echo 'made by a failing action' > failing.txt
echo '::warning file=/github/workspace/actions/arguments/fail.sh,line=4::of a file of the repository'
exit 42
