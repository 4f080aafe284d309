#!/bin/sh
echo "seen=$STATE_from_pre" >> "$GITHUB_OUTPUT"
echo "from_main=done" >> "$GITHUB_STATE"
