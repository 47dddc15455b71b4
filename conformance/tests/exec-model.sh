#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
#
# The reference model in the runner's process and the same model behind the
# exec protocol get the same verdict in every row, but for those that need what
# the protocol has not got.
# Usage: exec-model.sh BUILD
set -u
build=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# verdicts TARGET NAME: "row verdict" for each row, what the protocol lacks left out
verdicts()
{
	"$build/nvme-lm-ct" run --quiet --shard 0/3 --target "$1" --log "$dir/$2.jsonl" \
		>"$dir/$2.out" 2>&1
	status=$?
	if [ $status -gt 1 ]; then
		echo "FAIL: $1 ends with $status:"
		tail -n 3 "$dir/$2.out"
		exit 1
	fi
	sed -n 's/^{"type":"row","row":"\([^"]*\)".*"verdict":"\([^"]*\)","reason":"\([^"]*\)".*/\1 \2 \3/p' \
		"$dir/$2.jsonl" | sort >"$dir/$2.rows"
}

verdicts model:vfs=5,numvfs=4,fault=0 inside
verdicts "exec:$build/lm-model-exec" behind
grep -E 'lacks (inject|fail-nth)' "$dir/behind.rows" | cut -d ' ' -f 1 >"$dir/lacking"
for name in inside behind; do
	grep -vwFf "$dir/lacking" "$dir/$name.rows" |
		sed 's/ \(PASS\|PASS (note)\|FAIL\|WARN\|NOT APPLICABLE\|HUNG\|ERROR\) .*/ \1/' >"$dir/$name"
done
same=$(comm -12 "$dir/inside" "$dir/behind" | wc -l)
different=$(comm -13 "$dir/inside" "$dir/behind" | wc -l)
diff "$dir/inside" "$dir/behind"
echo "$same passed, $different failed"
[ "$same" -gt 100 ] && [ "$different" -eq 0 ]
