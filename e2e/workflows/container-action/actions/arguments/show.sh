#!/bin/sh
for argument; do echo "[$argument]"; done
