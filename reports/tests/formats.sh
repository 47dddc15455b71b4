# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# shellcheck shell=bash disable=SC2154
# Every format of every log, and what the command line answers.

for name in pass fail absent cut waived hung hostile; do
	for format in tap junit markdown html; do
		expect "$name as $format" "$tool" report "$logs/$name.jsonl" --format $format \
			--output "$work/$name.$format"
	done
	expect "$name: TAP is whole" tap_is_whole "$work/$name.tap"
	expect "$name: JUnit is valid" xmllint --noout --schema "$here/../junit.xsd" \
		"$work/$name.junit"
	expect "$name: one HTML page" xpath "$work/$name.html" 'count(/html/body/main)' 1
	expect "$name: no script" xpath "$work/$name.html" 'count(//script | //@onload | //@onerror)' 0
	expect "$name: nothing fetched" xpath "$work/$name.html" 'count(//link | //img | //@src)' 0
	# the four parts of a total are the whole
	expect "$name: rows are all there" xpath "$work/$name.html" \
		"count(//section[@id='rows']//tbody/tr)" \
		"$(xmllint --html --xpath "string(//section[@id='total-rows']/b)" \
			"$work/$name.html" 2>/dev/null)"
	expect "$name: requirements are all there" xpath "$work/$name.html" \
		"count(//section[@id='requirements']//tr[contains(@class, 'req')])" \
		"$(xmllint --html --xpath "string(//section[@id='total-requirements']/b)" \
			"$work/$name.html" 2>/dev/null)"
	expect "$name: our own markup is no text" not grep -qE '&lt;/?(t|section|p>|span|a )' \
		"$work/$name.html"
	expect "$name: every link has its target" not grep -vxFf \
		<(grep -o ' id="[^"]*"' "$work/$name.html" | sed 's/ id=/href=/; s/"/"#/') \
		<(grep -o 'href="#[^"]*"' "$work/$name.html")
	expect "$name: equal input, equal bytes" same "$work/$name.html" \
		<(cd "$logs" && "$tool" report "$name.jsonl" --format html 2>/dev/null)
done

for name in fail waived; do
	for format in tap junit markdown; do
		expect "$name: $format as it was" same "$here/golden/$name.$format" "$work/$name.$format"
	done
done

h1='string(//h1)'
expect 'headline of a pass' xpath "$work/pass.html" "$h1" conforms
expect 'headline of failures' xpath "$work/fail.html" "$h1" '2 rows failed'
expect 'headline of an absent capability' xpath "$work/absent.html" "$h1" \
	'live migration not supported'
expect 'headline of a cut log' xpath "$work/cut.html" "$h1" 'run incomplete'
expect 'a cut log says so' xpath "$work/cut.html" "string(//div[@id='log-notes']//li)" \
	'the last line (6) is cut and was left out'
expect 'a whole log has no such note' xpath "$work/pass.html" "count(//div[@id='log-notes'])" 0

page=$work/fail.html
expect 'failures alone are under failures' xpath "$page" \
	"count(//section[@id='failures']/article)" 2
expect 'a failure has its trace' xpath "$page" \
	"string((//section[@id='failures']//pre[@class='trace'])[1])" \
	'#1 PF SUSPEND cdw10=00000001 -> 000h
#2 PF RESUME cdw10=00000001 -> 13Ah DNR 0'
expect 'a failure has its replay' xpath "$page" \
	"string((//section[@id='failures']//pre[@class='replay'])[1])" \
	'nvme-lm-ct run --target model --profile proposal --filter RSM/resumes --case 0 --seed 0x0000000000000001'
expect 'a failure cites its requirement' xpath "$page" \
	"string((//section[@id='failures']//ul[@class='cites']//a/@href)[1])" '#LM-RSM-010'
expect 'a requirement is violated' xpath "$page" \
	"string(//tr[@id='LM-RSM-010']//span[contains(@class, 'badge')])" FAIL
expect 'a requirement is proven' xpath "$page" \
	"string(//tr[@id='LM-SUS-010']//span[@class='proven-mark'])" 'proven (2)'
expect 'a requirement is unproven' xpath "$page" \
	"string(//tr[@id='LM-SAV-010']//span[@class='unproven-mark'])" UNPROVEN
expect 'a requirement without rows says why' xpath "$page" \
	"string(//tr[@id='LM-SEC-010']/td[@class='rows'])" 'no host can see what firmware remembers'
expect 'what no row covers is listed' xpath "$page" \
	"count(//section[@id='not-covered']//a)" 2
expect 'what is not applicable says why' xpath "$page" \
	"normalize-space(//section[@id='not-judged']/article/p)" \
	'NOT APPLICABLE needs journal: Linux shows no DMA'
expect 'the heat map counts' xpath "$page" \
	"string(//section[@id='reached']//tr[th/span='SUSPEND']/td[1])" 1200
expect 'an impossible cell is not a missed one' xpath "$page" \
	"string(//section[@id='reached']//tr[th/span='ABORT']/td[1]/@class)" undef
expect 'a waiver is shown' xpath "$work/waived.html" \
	"count(//section[@id='environment']//ul/li[contains(., 'fixed in firmware 1.1')])" 1
expect 'another specification is said' xpath \
	<(sed s/5bec/5bed/ "$logs/pass.jsonl" >"$work/other.jsonl"
	  "$tool" report "$work/other.jsonl" --format html) "count(//div[@id='spec-differs'])" 1

expect 'hostile text is text' xpath "$work/hostile.html" \
	"count(//section[@id='failures']//p[contains(., '</pre><script>alert(3)</script>')])" 1
expect 'no control characters in any report' not grep -lP '[\x00-\x08\x0B-\x1F\x7F]' \
	"$work"/hostile.{tap,junit,markdown,html}
expect 'no forged test point' not grep -qE '^ok (9|10)' "$work/hostile.tap"
expect 'every report is UTF-8' iconv -f UTF-8 -t UTF-16 -o /dev/null \
	"$work"/hostile.{tap,junit,markdown,html}

expect 'a cut run bails out' grep -q '^Bail out!' "$work/cut.tap"
expect 'a whole run does not' not grep -q '^Bail out!' "$work/fail.tap"
expect 'a cut run is an error in JUnit' grep -q 'errors="1"' "$work/cut.junit"

expect 'several logs stand side by side' "$tool" report "$logs"/{pass,fail,absent}.jsonl \
	--format html --output "$work/three.html"
expect 'a column each' xpath "$work/three.html" \
	"count(//tr[@id='LM-RSM-010']/td[@class='v']/span[contains(@class, 'badge')])" 3
expect 'three verdicts' xpath "$work/three.html" 'count(//h1)' 3
expect 'several logs in one JUnit' "$tool" report "$logs"/{pass,cut}.jsonl --format junit \
	--output "$work/two.xml"
expect 'which is valid' xmllint --noout --schema "$here/../junit.xsd" "$work/two.xml"
expect 'several logs in TAP are refused' exits 2 "$tool" report "$logs"/{pass,fail}.jsonl \
	--format tap

expect 'a directory gets every format' "$tool" report "$logs/fail.jsonl" --output "$work/all/"
for file in index.html report.tap junit.xml report.md; do
	expect "$file is there" test -s "$work/all/$file"
done

printf '<p class="extra">71 %%</p>' >"$work/coverage.html"
echo '{"p99": "<1>"}' >"$work/bench.json"
expect 'sections are appended' "$tool" report "$logs/pass.jsonl" --format html \
	--section "Coverage=$work/coverage.html" --section "Bench=$work/bench.json" \
	--output "$work/extra.html"
expect 'HTML as it stands' xpath "$work/extra.html" \
	"string(//section[@id='extra-1']/p[@class='extra'])" '71 %'
expect 'else as text' xpath "$work/extra.html" "normalize-space(//section[@id='extra-2']/pre)" \
	'{"p99": "<1>"}'

expect 'another log version is refused' exits 2 "$tool" report "$logs/version.jsonl"
expect 'in one line' one_line "$tool" report "$logs/version.jsonl"
expect 'a missing log is refused in one line' one_line "$tool" report "$work/none.jsonl"
expect 'an unknown format is refused' exits 2 "$tool" report "$logs/pass.jsonl" --format pdf
expect 'no log at all is refused' exits 2 "$tool" report --format html
expect 'an unwritable output is refused in one line' one_line "$tool" report \
	"$logs/pass.jsonl" --format tap --output "$work/none/x"
expect 'a full disk is an error' exits 2 bash -c "'$tool' report '$logs/pass.jsonl' >/dev/full"
mkfifo "$work/pipe"
timeout 10 cat "$work/pipe" >"$work/piped" &
expect "a pipe is written to" timeout 10 "$tool" report "$logs/pass.jsonl" --format tap \
	--output "$work/pipe"
expect "not replaced" test -p "$work/pipe"
wait $!
expect "and gets all" cmp "$work/piped" <("$tool" report "$logs/pass.jsonl" --format tap)
ln -s linked "$work/link"
expect "what a link names is written" "$tool" report "$logs/pass.jsonl" --format tap \
	--output "$work/link"
expect "and the link stays" test -h "$work/link" -a -f "$work/linked"
expect 'a section that is not there is refused' exits 2 "$tool" report "$logs/pass.jsonl" \
	--section "X=$work/none"

expect 'the filter knows what is violated' xpath "$page" "count(//tr[contains(@class, ' bad')])" 2
expect 'and what is unproven' xpath "$page" "count(//tr[contains(@class, ' unproven')])" 6
expect 'and what is not judged' xpath "$page" "count(//tr[contains(@class, ' unjudged')])" 2
expect 'notes alone are under notes' xpath "$page" "count(//section[@id='notes']/article)" 1
expect 'a plain pass has no notes' xpath "$work/pass.html" "count(//section[@id='notes'])" 0
expect 'a hung row is an error in JUnit' xpath "$work/hung.junit" 'count(//testcase/error)' 1
expect 'a violated SHOULD is no failure in JUnit' xpath "$work/fail.junit" \
	"count(//testcase[@name='COM/nsid']/failure)" 0
expect 'not judged is skipped in JUnit' xpath "$work/absent.junit" \
	"string((//skipped/@message)[1])" \
	'NOT APPLICABLE: case 0 x: byte 3072 is 00h: the capability is absent'

sed 's/SUS\//SUSX\//; s/RSM\//SUS\//' "$logs/pass.jsonl" >"$work/areas.jsonl"
expect 'areas with a common beginning are two' xpath \
	<("$tool" report "$work/areas.jsonl" --format junit) 'count(//testsuite)' 2
expect 'each column is labelled on a phone' xpath "$work/three.html" \
	"count(//tr[@id='LM-RSM-010']/td[@data-l='QEMU NVMe Ctrl (pci)'])" 1
expect 'an absent capability has its evidence' xpath "$work/absent.html" \
	"count(//header/p[contains(., 'Byte 3072 of the PF')][contains(., 'is 00h')])" 1
expect 'rows with one reason are one group' xpath "$work/absent.html" \
	"count(//section[@id='not-judged']/article)" 1
expect 'no heat map of nothing' xpath "$work/absent.html" "count(//section[@id='reached']//table)" 0
