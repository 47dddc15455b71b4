#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# page.sh LM-SPEC DIR PAGE: judges the page of the fixture by its content, and PAGE,
# the real one, by what every page has to keep: links that lead somewhere, and
# nothing fetched from elsewhere.
set -u
tool=$1
dir=$2
real=$3
fixture=$(dirname "$0")/fixture
page=$dir/fixture.html
passed=0
failed=0

verdict()
{
	if [ "$1" = 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL: $2"
	fi
}

has()
{
	grep -qE -- "$2" "$page"
	verdict $? "$1: $2"
}

# links_resolve PAGE: every href="#x" has its id="x", and no id is there twice
links_resolve()
{
	grep -oE 'href="#[^"]*"' "$1" | sed 's/href="#//; s/"//' | sort -u >"$dir/hrefs"
	grep -oE ' id="[^"]*"' "$1" | sed 's/ id="//; s/"//' | sort >"$dir/ids"
	comm -23 "$dir/hrefs" <(sort -u "$dir/ids") >"$dir/dead"
	sed 's/^/    dead: /' "$dir/dead"
	uniq -d "$dir/ids" | sed 's/^/    twice: /'
	[ -s "$dir/hrefs" ] && [ ! -s "$dir/dead" ] && [ -z "$(uniq -d "$dir/ids")" ]
}

self_contained()
{
	! grep -qE '<(script|link|img|iframe)|@import|url\(|src=' "$1"
}

mkdir -p "$dir"
"$tool" page "$fixture" "$page"
verdict $? "the page of the fixture is written"
has "a requirement is an anchor" '<a class="id" id="LM-AAA-010" href="#LM-AAA-010">'
has "its tag is shown" '<span class="tag MUST">MUST</span> <span class="tag">rfc</span>'
has "its second line is kept" 'A device MUST do the one thing\.'
has "a link into another chapter leads there" '<a href="#LM-BBB-010">LM-BBB-010</a>'
has "a link to a heading carries its chapter" '<a href="#10-first.the-rules">below</a>'
has "a later chapter is a section of the page" '<h2 id="20-second">'
has "contents" '<li><a href="#10-first.the-rules">The rules</a>'
has "a field in its bits" '<td colspan="8" class="common">OPC</td>'
has "the newest version of a dword" '<td colspan="32" class="field">LEN</td>'
has "reserved dwords in one line" '<th>2..15</th><td colspan="32" class="reserved">'
has "what the RFC had reserved" 'version 1; reserved in the 2022 RFC'
has "text is escaped" 'Length, &lt;= 4'
has "a status" '<td>1C0h</td><td>Refused</td><td>0 or 1</td><td>not done</td>'
has "a transition" '<td>000h, to BUSY<br><a href="#LM-AAA-010">'
has "two statuses" '1C0h \(or 000h\), stays BUSY'
has "a cell that cannot be" 'not possible'
has "an edge of the diagram" '<title>IDLE&#45;&gt;BUSY</title>'
has "a retired ID" '<tr id="LM-AAA-040">'
has "why no row proves it" 'no row: nobody can be watched'
self_contained "$page"
verdict $? "the fixture's page fetches nothing"
links_resolve "$page"
verdict $? "the fixture's links lead somewhere"

self_contained "$real"
verdict $? "the page fetches nothing"
links_resolve "$real"
verdict $? "the page's links lead somewhere"

# figures that cannot be: each leaves no page behind
seed()
{
	rm -rf "$dir/seeded" "$dir/seeded.html"
	cp -r "$fixture" "$dir/seeded"
	sed -i -e "$3" "$dir/seeded/$2"
	"$tool" page "$dir/seeded" "$dir/seeded.html" 2>"$dir/message"
	[ $? -ne 0 ] && [ ! -e "$dir/seeded.html" ] && grep -qF -- "$4" "$dir/message"
	verdict $? "$1"
}

seed "an unknown figure" text/10-first.md 's/command DO/command UNDO/' "no such figure"
seed "a bit that no field describes" tables/fields.def "/DO, \"\", 9,/d" \
	"Dword 9 bit 0 is not described"
seed "bits beyond the dword" tables/fields.def 's/1, 31, 0, FIELD/1, 32, 0, FIELD/' "no such bits"

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
