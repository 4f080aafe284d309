#!/bin/sh
# Arguments: whom to greet, file in the workspace that gets the greeting.
set -eu
greeting="@GREETING@, $1!"
echo "$greeting (image made by $MADE_BY)"
echo "greeting=$greeting" >> "$GITHUB_OUTPUT"
echo "MY_ACTION=was here" >> "$GITHUB_ENV"
echo "said=$greeting" >> "$GITHUB_STATE"
echo "$greeting" > "$GITHUB_WORKSPACE/$2"
echo "### $greeting" >> "$GITHUB_STEP_SUMMARY"
