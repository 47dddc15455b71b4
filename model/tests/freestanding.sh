#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# The core may leave no symbol undefined but those in the list, and may have
# no writable data.
# usage: freestanding.sh LIST OBJECT...
list=$1
shift
passed=0
failed=0
for object in "$@"; do
	bad=$(nm -u "$object" | awk '{ print $2 }' | grep -vxFf "$list")
	data=$(nm "$object" | awk '$2 ~ /^[bBdDcC]$/ { print $3 }')
	if [ -n "$bad$data" ]; then
		echo "$object: undefined or writable:" $bad $data
		failed=$((failed + 1))
	else
		passed=$((passed + 1))
	fi
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
