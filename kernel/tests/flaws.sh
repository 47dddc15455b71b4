#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Negative control: each flaw in flaws/, put into the driver, makes the test that
# it names fail; "rows" are those of the conformance suite, which suite/flaws.sh runs, "guest" one of
# them that guest/driver-flaws runs. Up to 24
# those are the flaws that drivers of this kind were seen to have.
# Usage: kernel/tests/flaws.sh WORKDIR CC FLAG...
set -u
work=$1
shift
passed=0
failed=0

for patch in kernel/tests/flaws/*.patch; do
	rm -rf "$work"
	mkdir -p "$work"
	cp kernel/nvme-vfio-pci/*.[ch] "$work/"
	test=$(sed -n 's/^Test: //p' "$patch")
	case $test in
	rows | guest*) continue ;;
	esac
	name=$(basename "$patch" .patch)
	if ! patch -d "$work" -p1 -s -f --no-backup-if-mismatch <"$patch" >"$work/log" 2>&1 ||
		! "$@" -w -O0 -g -fsanitize=address -I"$work" -o "$work/test" "kernel/tests/test-$test.c" \
			kernel/tests/shim.c kernel/tests/fake.c "$work"/{migration,cmd,capability}.c \
			-lcmocka -lpthread >"$work/log" 2>&1; then
		echo "FAIL: $name does not fit any more: $(tail -n 3 "$work/log")"
		failed=$((failed + 1))
	elif timeout 100 "$work/test" >"$work/log" 2>&1; then
		echo "FAIL: $name is not noticed by test-$test: $(head -n 1 "$patch")"
		failed=$((failed + 1))
	else
		passed=$((passed + 1))
	fi
done
echo "$passed passed, $failed failed"
[ $passed -gt 0 ] && [ $failed -eq 0 ]
