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

# series: of three points, the middle one without spread
series()
{
	awk 'BEGIN {
		for (r = 0; r < 11; r++) print "Cost <x>;queue pairs;ns;1;" 100 + r
		print "Cost <x>;queue pairs;ns;2;400"
		for (r = 0; r < 11; r++) print "Cost <x>;queue pairs;ns;4;" 800 - r
	}'
}
grown()
{
	"$ratios" --gate 0.95 --revision r1 --title Growth --unit ns --series "$1" "$work/even" "$work/grown.json"
}
series >"$work/series"
expect 'series beside the ratios' exits 0 grown "$work/series"
expect 'a report with series' "$tool" report "$logs/pass.jsonl" --bench "$work/grown.json" \
	--output "$work/grown.html"
grown=$work/grown.html
expect 'a series is a drawing' xpath "$grown" 'count(//figure//*[name()="svg"])' 1
expect 'with its title' xpath "$grown" 'string(//figure/figcaption)' 'Cost <x>, ns'
expect 'a mark for each point' xpath "$grown" 'count(//figure//*[name()="circle"])' 3
expect 'marks of doubled x are equally far apart' xpath "$grown" \
	'//figure//*[name()="circle"][3]/@cx - //figure//*[name()="circle"][2]/@cx = //figure//*[name()="circle"][2]/@cx - //figure//*[name()="circle"][1]/@cx' true
expect 'more is higher' xpath "$grown" \
	'//figure//*[name()="circle"][3]/@cy < //figure//*[name()="circle"][2]/@cy' true
expect 'the median of a point' xpath "$grown" 'string(//figure//tbody/tr[1]/td[2])' 105.0
expect 'what does not vary is its own interval' xpath "$grown" \
	'string(//figure//tbody/tr[2]/td[3])' '400.0 to 400.0'
echo 'Cost;queue pairs;ns;one;2' >"$work/broken"
expect 'a value without a place is refused' exits 2 grown "$work/broken"
printf 'Cost;queue pairs;ns;%s;2\n' 2 1 >"$work/broken"
expect 'points in the wrong order are refused' exits 2 grown "$work/broken"
expect 'no file of series is an error' exits 2 grown "$work/missing"

# The seeded defects, and what caught them.
mkdir -p "$work/runs"
echo 'LM_DEFECT_DEF(1, NAME, "LM-RSM-010", "what is <wrong>")' >"$work/defects.def"
gallery()
{
	"$gallery" "$work/defects.def" "$work/runs" "$work/gallery.html"
}
expect 'a gallery without runs fails' exits 1 gallery
expect 'and names the defect' grep -q '^gallery: defect 1: ' "$work/said"
cp "$logs/pass.jsonl" "$work/runs/1.jsonl"
expect 'nor does a run that passes do' exits 1 gallery
expect 'which it says' grep -q '^gallery: defect 1: no row caught it' "$work/said"
cp "$logs/fail.jsonl" "$work/runs/1.jsonl"
expect 'a failure of a row that cites what is broken is shown' gallery
expect 'with what is wrong' grep -q 'what is &lt;wrong&gt;: 1 row' "$work/gallery.html"
expect 'the row' grep -q '<a class="id" href="#RSM/resumes">' "$work/gallery.html"
expect 'and the trace' grep -q '^<div class="ending"><pre class="trace">#1 PF SUSPEND' "$work/gallery.html"
