#!/bin/sh
echo "from_pre=prepared" >> "$GITHUB_STATE"
