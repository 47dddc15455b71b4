#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# run.sh TOOL RATIOS GALLERY DIR: the subcommands of reports over the logs in logs/, each
# expectation one line; work in DIR. Ends with `N passed, N failed`.
set -u
tool=$(realpath "$1")
ratios=$(realpath "$2")
gallery=$(realpath "$3")
work=$4
here=$(dirname "$0")
logs=$here/logs
passed=0
failed=0

rm -rf "$work"
mkdir -p "$work"

# expect WHAT COMMAND...: the command succeeds; what it said stays in $work/said
expect()
{
	local what=$1

	shift
	if "$@" >"$work/out" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL: $what: $*"
		sed 's/^/      /' "$work/out" | head -n 8
	fi
	mv "$work/out" "$work/said"
}

not()
{
	! "$@"
}

# exits CODE COMMAND...: with that exit code
exits()
{
	local want=$1 got

	shift
	"$@"
	got=$?
	[ $got -eq "$want" ] || { echo "exit code $got, not $want"; return 1; }
}

one_line()
{
	[ "$("$@" 2>&1 >/dev/null | wc -l)" -eq 1 ]
}

# xpath FILE EXPRESSION WANT: what the expression gives on an HTML page
xpath()
{
	local got

	got=$(xmllint --html --xpath "$2" "$1" 2>/dev/null)
	[ "$got" = "$3" ] || { echo "$1: $2 gives '$got', not '$3'"; return 1; }
}

same()
{
	diff -u "$1" "$2"
}

# The plan, the points and their numbers agree, and no line is of another kind.
tap_is_whole()
{
	awk '
	NR == 1 { if ($0 != "TAP version 14") bad = "first line"; next }
	NR == 2 { split($1, p, /\.\./); plan = p[2]; next }
	/^  ---$/ { yaml = 1; next }
	/^  \.\.\.$/ { yaml = 0; next }
	yaml || /^#/ { next }
	/^(not )?ok [0-9]+ - / { n++; if ($0 !~ "ok " n " - ") bad = "number " n; next }
	/^Bail out!/ { next }
	{ bad = "line " NR ": " $0 }
	END { if (n != plan) bad = n " points, plan " plan; if (bad) { print bad; exit 1 } }' "$1"
}

. "$here/formats.sh"
. "$here/bundles.sh"
. "$here/bench.sh"

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
