#!/bin/sh
echo "post saw $STATE_from_pre and $STATE_from_main"
