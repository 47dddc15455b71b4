#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# spec-check.sh LM-SPEC: seeds each fault that `lm-spec check` has to find into
# a copy of the fixture, and demands that it is found and named.
set -u
tool=$1
fixture=$(dirname "$0")/fixture
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
passed=0
failed=0

verdict()
{
	if [ "$1" = 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL: $2"
		sed 's/^/    /' "$copy/out"
	fi
}

# seed TITLE EXPECTED FILE SED-SCRIPT: after the change the check fails and says EXPECTED
seed()
{
	rm -rf "$copy/spec"
	cp -r "$fixture" "$copy/spec"
	sed -i -e "$4" "$copy/spec/$3"
	if cmp -s "$fixture/$3" "$copy/spec/$3"; then
		echo "the seed changes nothing" >"$copy/out"
		verdict 1 "$1"
		return
	fi
	"$tool" check "$copy/spec" "$copy/spec/citations.txt" >"$copy/out" 2>&1
	rc=$?
	[ $rc -ne 0 ] && [ $rc -le 2 ] && grep -qF -- "$2" "$copy/out"
	verdict $? "$1"
}

"$tool" check "$fixture" "$fixture/citations.txt" >"$copy/out" 2>&1
verdict $? "the fixture as it is passes"

seed "ID in the text, not in the table" "LM-AAA-010 is not in requirements.def" \
	tables/requirements.def '/LM_REQ("LM-AAA-010"/d'
seed "ID in the table, not in the text" "LM-BBB-010 is not in the text" \
	text/20-second.md '/LM-BBB-010/d'
seed "level differs" "LM-AAA-020: level SHOULD here, MAY" \
	tables/requirements.def 's/SHOULD/MAY/'
seed "origin differs" "LM-AAA-010: origin rfc here, nvme" \
	tables/requirements.def 's/MUST, rfc/MUST, nvme/'
seed "binds differs" "LM-AAA-020: binds driver here, device" \
	tables/requirements.def 's/driver/device/'
seed "unknown level" "unknown level SHALL" text/10-first.md 's/(SHOULD, /(SHALL, /'
seed "unknown origin" "unknown origin ocp" text/10-first.md 's/(MUST, rfc/(MUST, ocp/'
seed "unknown party" "binds neither device nor driver" text/10-first.md 's/rfc, device/rfc, guest/'
seed "no tag" "the tag is not" text/10-first.md 's/(MUST, rfc, device)//'
seed "malformed ID" "malformed requirement ID" text/10-first.md 's/LM-AAA-020/LM-AAA-20/'
seed "malformed ID in the table" "malformed requirement ID" \
	tables/requirements.def 's/LM-AAA-020/LM-AA-020/'
seed "MUST outside a tagged sentence" "MUST outside" text/10-first.md 's/^Explains/This MUST be so/'
seed "SHOULD outside a tagged sentence" "SHOULD outside" text/20-second.md '$a\\nOne SHOULD not.'
seed "MAY outside a tagged sentence" "MAY outside" text/20-second.md '2a\\n| it MAY |'
seed "another level's word" "LM-AAA-020 is a SHOULD and says MAY" \
	text/10-first.md 's/do the other/do what it MAY/'
seed "no level's word" "LM-BBB-010 does not say MAY" text/20-second.md 's/device MAY rest/device rests/'
seed "MUST without row or reason" "LM-AAA-010: no row cites it" citations.txt 's/LM-AAA-010//'
seed "reason gone" "LM-AAA-030: no row cites it" \
	tables/requirements.def 's/nobody can be watched//'
seed "row cites an unknown ID" "cites LM-CCC-010, which does not exist" \
	citations.txt 's/LM-BBB-010/LM-CCC-010/'
seed "row cites a retired ID" "cites LM-AAA-040, which is retired" \
	citations.txt 's/LM-BBB-010/LM-AAA-040/'
seed "duplicate ID in the text" "LM-AAA-020 is there twice" \
	text/10-first.md '/LM-AAA-020/{p}'
seed "duplicate ID in the table" "LM-AAA-020 is there twice" \
	tables/requirements.def '/LM-AAA-020/{p}'
seed "retired ID in the text" "LM-AAA-040 is retired" \
	text/10-first.md '$a- **LM-AAA-040** (MUST, rfc, device) It MUST come back.'
seed "retired ID in the table" "LM-AAA-040 is retired" \
	tables/requirements.def '$aLM_REQ("LM-AAA-040", MUST, rfc, device, 1, "")'
seed "retired without saying why" "without saying why" \
	tables/requirements.def 's/merged into LM-AAA-010//'
seed "area unknown" "its area is not in areas.def" tables/areas.def '/AAA/d'
seed "requirement in another chapter" "belongs into 20-second.md" \
	tables/areas.def 's/10-first/20-second/'
seed "transition without requirement" "LM-AAA-050 is not in the text" \
	tables/transitions.def 's/LM-AAA-030/LM-AAA-050/'
seed "dead file" "no file" text/10-first.md 's/(20-second.md#/(30-third.md#/'
seed "dead anchor in another file" "no #LM-BBB-020" \
	text/10-first.md 's/md#LM-BBB-010/md#LM-BBB-020/'
seed "dead anchor here" "no #the-rule here" text/10-first.md 's/(#the-rules)/(#the-rule)/'
seed "mention of an unknown ID" "LM-ZZZ-010 does not exist" text/20-second.md '3a\\nSee LM-ZZZ-010.'
seed "table entry of a wrong kind" "does not belong here" \
	tables/areas.def '$aLM_REQ("LM-AAA-060", MUST, rfc, device, 1, "")'
seed "table entry without end" "without end" tables/areas.def '$aLM_AREA(CCC, "Third"'

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
