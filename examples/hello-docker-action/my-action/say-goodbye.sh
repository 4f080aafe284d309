#!/bin/sh
set -eu
echo "my-action said: $STATE_said"
