#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# What the model takes in firmware: code and data of the Arm build, the worst
# stack frames, and the memory of a device.
# usage: size.sh DIRECTORY SIZE-PROGRAM MEMORY-PROGRAM
dir=$1
"$2" "$dir/lm-model-arm.o" | awk 'NR == 2 {
	printf "text %d bytes, data %d bytes, bss %d bytes (Cortex-R5, -Os)\n", $1, $2, $3 }'
echo "stack frame of each function in bytes, largest first:"
find "$dir/arm" -name '*.su' -exec cat {} + | awk '{
	n = split($1, at, ":"); printf "%6d %s\n", $2, at[n] }' | sort -rn
"$3"
