#!/bin/sh
echo "text=$INPUT_TEXT" >> "$GITHUB_OUTPUT"
echo 'a file of the action' > made-by-action.txt
