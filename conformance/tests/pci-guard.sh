#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
#
# Whole runs over scripted system calls: to a controller that is not known to be
# ours nothing of the five opcodes is sent, and a controller that vanishes ends
# the run without loss.
# Usage: pci-guard.sh RUNNER, one that is linked with tests/pci-fake.c
set -u
runner=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export FAKE_LOG="$dir/opcodes"
passed=0
failed=0

# run CODE ENVIRONMENT... -- ARGUMENT...: a run that has to end with this code
run()
{
	code=$1
	shift
	what="$*"
	set_env=
	while [ "$1" != -- ]; do
		set_env="$set_env $1"
		shift
	done
	shift
	rm -f "$FAKE_LOG" "$dir/log"
	: >"$FAKE_LOG"
	# shellcheck disable=SC2086 # several assignments
	env $set_env "$runner" run --target pci:/dev/nvme0 --log "$dir/log" "$@" \
		>"$dir/out" 2>"$dir/err"
	got=$?
	check "exit code $got, expected $code: $(tail -n 1 "$dir/err")" [ "$got" -eq "$code" ]
}

# check WHAT COMMAND...
check()
{
	check_what=$1
	shift
	if "$@" >"$dir/said" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL: $what: $check_what: $(head -n 3 "$dir/said")"
	fi
}

five='c4|c8|cc|d2|d5'

only_identify()
{
	grep -q 06 "$FAKE_LOG" && ! grep -vx 06 "$FAKE_LOG"
}

# with_verdict VERDICT: rows
with_verdict()
{
	grep -q '^{"type":"row".*"verdict":"'"$1"'"' "$dir/log"
}

none_of_the_five()
{
	! grep -Ex "$five" "$FAKE_LOG"
}

some_of_the_five()
{
	grep -qEx "$five" "$FAKE_LOG"
}

is_whole()
{
	tail -n 1 "$dir/log" | grep '^{"type":"end"'
}

# not ours, and not claimed: the capability is absent, or its owner is not known
for device in "FAKE_BYTE=00" "FAKE_BYTE=00 FAKE_UUID=ours" "FAKE_BYTE=02 FAKE_UUID=ours" \
	"FAKE_BYTE=ff FAKE_UUID=foreign"; do
	# shellcheck disable=SC2086
	run 3 $device --
	check "only Identify is sent" only_identify
	check "rows are held back" with_verdict SKIPPED
	check "the log is whole" is_whole
done
for device in "FAKE_BYTE=01 FAKE_UUID=foreign" "FAKE_BYTE=01 FAKE_UUID=none" \
	"FAKE_BYTE=01 FAKE_UUID=none FAKE_PCI=1b36:1457" \
	"FAKE_BYTE=01 FAKE_UUID=none FAKE_PCI=8086:0010"; do
	# shellcheck disable=SC2086
	run 4 $device --
	check "none of the five is sent" none_of_the_five
	check "rows are held back" with_verdict SKIPPED
	check "the log is whole" is_whole
done

# claimed for another serial number: a mistake, nothing is sent
run 2 FAKE_BYTE=00 -- --i-own=other
check "only Identify is sent" only_identify

# ours, known, or claimed: they are sent
run 1 FAKE_BYTE=01 FAKE_UUID=ours -- --filter DIS
check "some of the five are sent" some_of_the_five
run 1 FAKE_BYTE=01 FAKE_UUID=none FAKE_PCI=8086:1457 -- --filter DIS
check "some of the five are sent" some_of_the_five
run 0 FAKE_BYTE=00 -- --i-own=fake-1 --expect-absent
check "some of the five are sent" some_of_the_five
check "a row passes" with_verdict PASS

# a device without the capability that does something else with the five
row_fails()
{
	grep -q '^{"type":"row","row":"'"$1"'".*"verdict":"FAIL"' "$dir/log"
}
for status in 0000 4002 0006 41c0; do
	run 1 FAKE_BYTE=00 "FAKE_STATUS=$status" -- --i-own=fake-1 --expect-absent
	check "the answer is judged" row_fails DIS/opcodes-are-invalid-without-the-capability
	check "and with a buffer" row_fails DIS/opcodes-without-the-capability-leave-the-buffer-alone
done
run 1 FAKE_BYTE=00 FAKE_SPOILS=1 -- --i-own=fake-1 --expect-absent
check "the buffer is judged" row_fails DIS/opcodes-without-the-capability-leave-the-buffer-alone

# it vanishes: the run ends, what was judged is kept
run 2 FAKE_BYTE=00 FAKE_VANISH=10 -- --i-own=fake-1 --expect-absent
check "cases that were judged are kept" grep -q '^{"type":"case".*"verdict":"PASS"' "$dir/log"
check "the row under way is an error" with_verdict ERROR
check "the rows behind it are not run" with_verdict "NOT RUN"
check "the log is whole" is_whole
check "one line says it" [ "$(wc -l <"$dir/err")" -eq 1 ]
check "the line names the device" grep -q "/dev/nvme0 does not exist" "$dir/err"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
