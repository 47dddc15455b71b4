# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# From measurements to ratios, and ratios in a report.

# rounds N OURS THEIRS: of N rounds, each a little other than the one before
rounds()
{
	awk -v n="$1" -v ours="$2" -v theirs="$3" 'BEGIN {
		for (i = 0; i < n; i++) {
			print "read", i, "ours", ours + i
			print "read", i, "theirs", theirs + i
			print "read", i, "vf", ours / 2
		}
	}'
}

ratios()
{
	"$ratios" --gate 0.95 --revision r1 --title 'Speed <1>' --unit IO/s --profiles "$work" "$1" "$2"
}

rounds 10 1000 1000 >"$work/even"
rounds 10 900 1000 >"$work/slow"
rounds 9 1000 1000 >"$work/few"
echo 'read 0 ours error' >"$work/broken"
echo 'samples <by> function' >"$work/read.txt"

expect 'equal speed reaches the gate' exits 0 ratios "$work/even" "$work/even.json"
expect 'a table says so' grep -qE '^read .* 1\.000 .* 10 PASS$' "$work/said"
expect 'what has no bound is not judged' exits 0 ratios "$work/even" "$work/even.json"
expect 'so the table has it' grep -qE '^read \(vf\) .* -$' "$work/said"
expect 'nine tenths of the speed do not reach it' exits 1 ratios "$work/slow" "$work/slow.json"
expect 'nine rounds are too few' exits 2 ratios "$work/few" "$work/few.json"
expect 'a measurement that failed is no number' exits 2 ratios "$work/broken" "$work/broken.json"
less()
{
	"$ratios" --at-most 1.02 --revision r1 --title 'Cost' --unit ns "$1" "$2"
}
rounds 10 1100 1000 >"$work/dear"
expect 'where less is better, equal cost stays within the bound' exits 0 less "$work/even" "$work/cost.json"
expect 'nine tenths of the cost do, too' exits 0 less "$work/slow" "$work/cost.json"
expect 'a tenth more does not' exits 1 less "$work/dear" "$work/cost.json"
expect 'without --gate: usage' exits 2 "$ratios" "$work/even" "$work/even.json"

expect 'a report with measurements' "$tool" report "$logs/pass.jsonl" --bench "$work/slow.json" \
	--bench "$work/even.json" --output "$work/bench.html"
bench=$work/bench.html
expect 'each file is a section' xpath "$bench" "count(//section[starts-with(@id, 'bench-')])" 2
expect 'with its title' xpath "$bench" "string(//section[@id='bench-1']/h2)" 'Speed <1>'
expect 'a ratio below its bound is a FAIL' xpath "$bench" \
	"string(//section[@id='bench-1']//tr[th='read']/td[last()])" FAIL
expect 'a ratio within its bound is a PASS' xpath "$bench" \
	"string(//section[@id='bench-2']//tr[th='read']/td[last()])" PASS
expect 'below 1 the profile is shown' xpath "$bench" "string(//section[@id='bench-1']//pre)" \
	'samples <by> function'
expect 'not below 1 it is not' xpath "$bench" "count(//section[@id='bench-2']//pre)" 0
echo '{"type": "bench", "results": [{"name": "x"}]}' >"$work/half.json"
expect 'what is no measurement is refused' exits 2 "$tool" report "$logs/pass.jsonl" \
	--bench "$work/half.json"
expect 'in one line' one_line "$tool" report "$logs/pass.jsonl" --bench "$work/half.json"
