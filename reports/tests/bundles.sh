# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# compare, bundle and verify.

expect 'equal runs compare equal' exits 0 "$tool" compare "$logs"/{pass,pass}.jsonl
expect 'a new failure is worse' exits 1 "$tool" compare "$logs"/{pass,fail}.jsonl
expect 'and named' grep -q 'RSM/resumes: PASS -> FAIL' "$work/said"
expect 'a mended failure is not worse' exits 1 "$tool" compare "$logs"/{fail,pass}.jsonl
cp "$work/said" "$work/mended"
expect 'what is gone is' grep -q '^rows that are gone' "$work/mended"
expect 'what passes now is listed' grep -A 1 '^newly passing' "$work/mended"
sed '/"RSM\/resumes"/d; s/"rows":2/"rows":1/; s/"PASS":2}/"PASS":1}/' "$logs/pass.jsonl" \
	>"$work/fewer.jsonl"
expect 'new rows are not worse' exits 0 "$tool" compare "$work/fewer.jsonl" "$logs/pass.jsonl"
expect 'a run without its end is worse' exits 1 "$tool" compare "$logs/pass.jsonl" \
	<(sed '$d' "$logs/pass.jsonl")
sed '/"case":1/s/"PASS","reason":""/"FAIL","reason":"x"/' "$logs/pass.jsonl" >"$work/one.jsonl"
expect 'a case that got worse is' exits 1 "$tool" compare "$logs/pass.jsonl" "$work/one.jsonl"
sed "/\"case\":1/d" "$logs/pass.jsonl" >"$work/gone.jsonl"
expect 'a case that is gone is worse' exits 1 "$tool" compare "$logs/pass.jsonl" "$work/gone.jsonl"
expect 'a new row that fails is worse' exits 1 "$tool" compare "$work/fewer.jsonl" \
	<(sed '/"RSM/s/"verdict":"PASS"/"verdict":"FAIL"/' "$logs/pass.jsonl")
expect 'an unreadable log cannot be compared' exits 2 "$tool" compare "$logs"/{pass,version}.jsonl
expect 'compare wants two' exits 2 "$tool" compare "$logs/pass.jsonl"

dir=nvme-lm-conformance
# all but fail.jsonl are of two of the suite's six rows
cp "$logs/fail.jsonl" "$work/fail.jsonl"
for name in pass waived hung; do
	sed 's/"filters":\[\]/"filters":["SUS","RSM"]/' "$logs/$name.jsonl" >"$work/$name.jsonl"
done
for name in pass fail waived hung; do
	expect "$name is bundled" "$tool" bundle "$work/$name.jsonl" --output "$work/$name.tar.gz"
	expect "$name is verified" exits 0 "$tool" verify "$work/$name.tar.gz"
done
cp "$logs/fail.jsonl" "$work/elsewhere.jsonl"
expect 'the same log elsewhere' "$tool" bundle "$work/elsewhere.jsonl" --output "$work/b.tar.gz"
expect 'gives the same bytes' cmp "$work/fail.tar.gz" "$work/b.tar.gz"
expect "members carry the time of the run" not grep -v ' 2026-01-02 ' \
	<(TZ=UTC tar -tvzf "$work/fail.tar.gz")
mkdir -p "$work/x"
tar -xzf "$work/fail.tar.gz" -C "$work/x"
expect 'sha256sum agrees' bash -c "cd '$work/x/$dir' && sha256sum -c --quiet SHA256SUMS"
expect 'every member is there' same <(ls "$work/x/$dir") <(printf '%s\n' SHA256SUMS \
	environment.json index.html junit.xml report.md report.tap run.jsonl waivers.json | LC_ALL=C sort)

"$tool" bundle "$logs/pass.jsonl" --output "$work/part.tar.gz"
expect 'rows that are missing without a filter are found' exits 1 "$tool" verify "$work/part.tar.gz"
expect 'and named' grep -q 'LOD/keeps-the-vf is missing, though no filter left it out' "$work/said"

# a row that is worse than its cases, by what was found about it as a whole
sed '/"type":"row","row":"RSM/s/"verdict":"PASS","reason":""/"verdict":"UNEXPECTED PASS","folded":"PASS","reason":"x"/
	s/"exit":0/"exit":1/; s/"totals":{"PASS":2}/"totals":{"UNEXPECTED PASS":1,"PASS":1}/' \
	"$work/pass.jsonl" >"$work/worse.jsonl"
"$tool" bundle "$work/worse.jsonl" --output "$work/worse.tar.gz"
expect 'a row may be worse than its cases' exits 0 "$tool" verify "$work/worse.tar.gz"

# repack DIR ARCHIVE: as the program orders the members
repack()
{
	tar -C "$1" -czf "$2" $dir/{run.jsonl,environment.json,waivers.json} \
		$dir/{report.tap,junit.xml,report.md,index.html,SHA256SUMS}
}

# tamper NAME SED WHAT: a bundle whose log was changed, its sums mended
tamper()
{
	local t=$work/t-$1

	rm -rf "$t"
	mkdir -p "$t"
	tar -xzf "$work/fail.tar.gz" -C "$t"
	sed -i "$2" "$t/$dir/run.jsonl"
	(cd "$t/$dir" && sha256sum run.jsonl environment.json waivers.json report.tap junit.xml \
		report.md index.html >SHA256SUMS)
	repack "$t" "$t.tar.gz"
	expect "tampered: $1" exits 1 "$tool" verify "$t.tar.gz"
	expect "tampered: $1: it says which" grep -q "$3" "$work/said"
}

repack "$work/x" "$work/x.tar.gz"
expect 'an untouched bundle holds however it was packed' exits 0 "$tool" verify "$work/x.tar.gz"
tamper row-verdict '/"type":"row","row":"RSM/s/"FAIL","reason":"[^"]*"/"PASS","reason":""/' \
	'RSM/resumes: claims PASS, but its cases give FAIL'
tamper case-verdict '/"type":"case","row":"RSM/s/"verdict":"FAIL"/"verdict":"PASS"/' \
	'RSM/resumes case 0: PASS, but with the reason'
tamper row-better '/"type":"row","row":"RSM/s/"verdict":"FAIL"/"verdict":"PASS","folded":"FAIL"/' \
	'RSM/resumes: claims PASS, which is better than its cases'
tamper exit-code '/"type":"end"/s/"exit":1/"exit":0/' 'the end claims exit code 0, but 2 rows'
tamper totals '/"type":"end"/s/"FAIL":2/"FAIL":1/' 'the end claims 1 rows FAIL, the log has 2'
tamper row-removed '/"RSM\/resumes"/d' 'the end counts\|the end claims'
tamper case-removed '/"row":"SAV\/stays-inside","case":2/d' 'claims 2 cases FAIL, the log has 1'
tamper waived '/"RSM\/resumes"/s/"verdict":"FAIL"/"verdict":"WAIVED"/' \
	'WAIVED, but the environment has no waiver'
tamper requirement 's/LM-SAV-010/LM-SAV-999/' 'which the specification does not have'
tamper requirement-dropped 's/"LM-SUS-010","LM-SUS-020"/"LM-SUS-010"/' \
	'SUS/suspends cites other requirements than in the suite'
tamper retired 's/LM-SUS-030/LM-SUS-040/' 'it was retired'
tamper model 's/NVMe LM Model/Another Model/' 'environment.json is not what the log gives'
tamper no-check 's/"case":0,"name":"vf-1","verdict":"PASS","reason":"","checks":3/"case":0,"name":"vf-1","verdict":"PASS","reason":"","checks":0/' \
	'PASS without a check'
tamper no-reason 's/"reason":"wrote 8 bytes past the buffer"/"reason":""/' 'FAIL without a reason'
tamper fewer-checks '/"type":"row","row":"RSM/s/"checks":1/"checks":9/' \
	'claims 9 checks, its cases have 1'
tamper unknown-count 's/"cases":{"PASS":2}/"cases":{"PASS":2,"PERFECT":7}/' 'claims 9 cases'
tamper no-verdict '/"type":"row","row":"RSM/d' 'has cases but no verdict'
tamper no-end '/"type":"end"/d' 'the log has no end'

cp -r "$work/x" "$work/y"
sed -i 's/failed/passed/' "$work/y/$dir/index.html"
repack "$work/y" "$work/y.tar.gz"
expect 'a changed report is found' exits 1 "$tool" verify "$work/y.tar.gz"
expect 'by its sum' grep -q 'SHA256SUMS does not fit' "$work/said"
cp -r "$work/x" "$work/more"
echo hello >"$work/more/$dir/more"
(cd "$work/more/$dir" && sha256sum more run.jsonl environment.json waivers.json report.tap \
	junit.xml report.md index.html >SHA256SUMS)
tar -C "$work/more" -czf "$work/more.tar.gz" $dir/{more,run.jsonl,environment.json} \
	$dir/{waivers.json,report.tap,junit.xml,report.md,index.html,SHA256SUMS}
expect 'a foreign member is found' exits 1 "$tool" verify "$work/more.tar.gz"
expect 'by the number of members' grep -q 'there are 9 members, not 8' "$work/said"
tar -C "$work/x" --hard-dereference -czf "$work/twice.tar.gz" $dir/run.jsonl $dir/run.jsonl
expect 'a member twice is refused' exits 2 "$tool" verify "$work/twice.tar.gz"
expect 'and named' grep -q 'run.jsonl. twice' "$work/said"
mkdir -p "$work/many/$dir"
touch "$work/many/$dir/"{1..40}
tar -C "$work/many" -czf "$work/many.tar.gz" $dir/{1..40}
expect 'too many members are refused' exits 2 "$tool" verify "$work/many.tar.gz"
sed 's/5bec/5bed/' "$logs/pass.jsonl" >"$work/other.jsonl"
"$tool" bundle "$work/other.jsonl" --output "$work/other.tar.gz"
expect 'another specification cannot be judged' exits 2 "$tool" verify "$work/other.tar.gz"
head -c 300 "$work/fail.tar.gz" >"$work/short.tar.gz"
expect 'a cut bundle cannot be judged' exits 2 "$tool" verify "$work/short.tar.gz"
expect 'nor what is none' exits 2 "$tool" verify "$logs/pass.jsonl"
mkdir -p "$work/z/$dir/../other"
echo hello >"$work/z/other/file"
tar -C "$work/z" -czf "$work/z.tar.gz" other/file
expect 'nor a foreign archive' exits 2 "$tool" verify "$work/z.tar.gz"
