#!/bin/sh
# Arguments: whom to greet, name of the file that gets the greeting.
set -eu
greeting="@GREETING@, $1!"
echo "$greeting (image made by $MADE_BY, in $(pwd))"
echo "greeting=$greeting" >> "$GITHUB_OUTPUT"
echo "FROM_ACTION=an action" >> "$GITHUB_ENV"
echo "/opt/from action/bin" >> "$GITHUB_PATH"
echo "said=$greeting" >> "$GITHUB_STATE"
echo "### $greeting" >> "$GITHUB_STEP_SUMMARY"
mkdir -p made
echo "$greeting" > "made/$2"
printf '#!/bin/sh\n' > made/program
chmod 750 made/program
ln -sf "$2" made/link
rm -f obsolete.txt
