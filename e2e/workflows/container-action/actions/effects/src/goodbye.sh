#!/bin/sh
set -eu
echo "state: $STATE_said"
