#!/bin/sh
echo "$1 runs"
[ "$1" = waits ] && until [ -e /tmp/go ]; do sleep 0.1; done
echo "$1 was here" > "made-$1.txt"
echo "$1 ends"
exit 9
