#!/bin/sh
set -eu
echo "arguments: $*"
echo "greeting: $(cat /opt/greeting.txt) of $(stat -c %u /opt/greeting.txt)"
echo "user: $(id -un) $(id -u)"
echo "place: $PLACE"
echo "program: $(stat -c '%u %a' /usr/local/bin/main)"
