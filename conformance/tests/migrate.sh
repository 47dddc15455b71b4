#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
#
# migrate.sh RUNNER DEFECTS EXEC DIR: "nvme-lm-ct migrate" in process. RUNNER is
# nvme-lm-ct, DEFECTS the same with the model's seeded defects, EXEC a device
# behind the exec protocol.
set -u
runner=$(realpath "$1")
defects=$(realpath "$2")
device=$(realpath "$3")
rm -rf "$4"
mkdir -p "$4"
cd "$4" || exit 1
passed=0
failed=0

# is NAME COMMAND...: the test NAME passes if the command succeeds
is()
{
	local name=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL $name: $*"
		sed 's/^/    /' out | tail -n 15
	fi
}

# run CODE ARGUMENT...: its exit code has to be CODE; the output is in out
run()
{
	local want=$1 got
	shift
	timeout 300 "$program" migrate "$@" >out 2>&1 </dev/null
	got=$?
	[ $got -eq "$want" ] && return
	echo "exit code $got, not $want: $*" >>out
	return 1
}

says()
{
	grep -q -e "$1" out
}

# clean ARGUMENT...: nothing is found, and commands were carried over
clean()
{
	run 0 "$@" && says 'nothing lost, repeated or corrupted' && ! says 'carried 0\.0'
}

# finds WORD ARGUMENT...: the first finding is of this kind
finds()
{
	local word=$1
	shift
	run 1 "$@" && head -n 1 out | grep -q -E "^FAIL ($word): "
}

# one_line CODE PATTERN ARGUMENT...: it ends at once, and one line says why
one_line()
{
	local want=$1 pattern=$2
	shift 2
	run "$want" "$@" && says "$pattern" && [ "$(grep -c '^nvme-lm-ct: ' out)" -eq 1 ]
}

program=$runner
thousand()
{
	clean --count 1000 --json 1000.json && says '^1000 migrations' &&
		grep -q '"migrations":1000' 1000.json
}
is "a thousand migrations" thousand
is "CQs with less room than there are commands" clean --count 200 --cq-entries 5
is "64 queue pairs" clean --count 30 --pairs 64 --depth 2 --target model:qpairs=64,vectors=65
is "one queue, one command" clean --count 200 --pairs 1 --depth 1 --seed 7
is "deep queues" clean --count 30 --depth 100
is "blocks of 4 KiB" clean --count 50 --scratch 2:100:300
is "images in one piece" clean --count 50 --chunk 0
is "images in small parts" clean --count 20 --chunk 64
is "from one VF to another one and back" clean --count 21 --vf 2 --to-vf 4
is "two PFs of one subsystem" clean --count 200 --target model:media=two,cntlid=1 \
	--to model:media=two,cntlid=100
is "by time" clean --seconds 0.5

same()
{
	clean --count 30 --seed 12 --json first && clean --count 30 --seed 12 --json second &&
		sed 's/"blackout_ns":{[^}]*}//' first >first.same &&
		sed 's/"blackout_ns":{[^}]*}//' second | cmp - first.same
}
is "a seed repeats a run" same

# From process to process and back, with migrations within each of them.
relay()
{
	clean --count 2 --target model:media=disk,cntlid=1 --save-to a &&
		clean --count 2 --target model:media=disk,cntlid=50 --load-from a --save-to b &&
		clean --count 0 --target model:media=disk,cntlid=1 --load-from b --save-to a &&
		clean --count 2 --target model:media=disk,cntlid=50 --load-from a
}
is "to another process and back" relay

# damaged OFFSET BYTE: the file b with this byte at this offset is refused
damaged()
{
	cp b bad && printf "%b" "$2" | dd of=bad bs=1 seek="$1" conv=notrunc 2>/dev/null &&
		! cmp -s b bad && one_line 2 "bad: .*$3" --count 0 --load-from bad --target model:media=disk
}
is "a file without its magic" damaged 0 'X' 'it is no guest'
is "a file of another format" damaged 8 '\002' 'format'
is "a file with another checksum" damaged 12 '\125\252\125' 'checksum'
is "a file whose image has no length" damaged 16 '\000\000\000\000' 'lengths'
is "a file whose image is too long" damaged 16 '\000\000\000\177' 'lengths'
is "a file whose arena is too long" damaged 29 '\001' 'lengths'
is "a file with a reserved field set" damaged 20 '\001' 'lengths'
is "a file with a damaged image" damaged 200 '\377\376\375' 'checksum'
is "a file with damaged memory" damaged 200000 '\377\376\375\374' 'checksum'

# shortened BYTES
shortened()
{
	head -c "$1" b >bad && one_line 2 "bad: it is cut off" --load-from bad
}
is "an empty file" shortened 0
is "a part of a header" shortened 31
is "a part of an image" shortened 1000
is "a part of the memory" shortened 100000
longer()
{
	{ cat b; echo; } >bad && one_line 2 'bad: there is more' --load-from bad
}
is "a file with more in it" longer
is "a file that is not there" one_line 2 'none: No such file' --load-from none
is "a file that cannot be written" one_line 2 '/dev/full' --count 0 --save-to /dev/full
is "a guest that writes where it may not" one_line 2 'outside the range' --load-from b \
	--scratch 1:0:100

is "a model that no driver holds" one_line 2 'no VFIO driver holds the VFs of target model' --by-driver
is "a blackout by a driver" one_line 2 'leave --by-driver out' --by-driver --blackout
is "an image that is damaged" finds refused --inject corrupt=900
is "an image that does not come whole" finds refused --inject truncate=500
is "a SAVE_DATA that is refused" finds refused --inject refuse=0x006
refusal_named()
{
	finds refused --inject corrupt=900 && says 'LOAD_DATA of VF . on in-process ends with 1C0h'
}
is "the refusal is named" refusal_named

blackout_measured()
{
	run 1 --blackout --rounds 3 --target model:qpairs=64,vectors=65 --json bench &&
		[ "$(grep -o '"name":"blackout with [0-9]* queue pair' bench | grep -c .)" -eq 3 ] &&
		"$program" run --filter QRY --quiet --log row.jsonl >out 2>&1 &&
		"$program" report row.jsonl --bench bench --output row.html >out 2>&1 &&
		grep -q 'SAVE_DATA [0-9]' row.html
}
# In process a command that does nothing takes no time to speak of: the gate closes.
is "blackout" blackout_measured
is "blackout with too few queue pairs" one_line 2 'ask for fewer' --blackout --target model:vectors=65

is "an option that there is not" one_line 2 'no such option' --nothing
is "a value that is missing" one_line 2 'value is missing' --count
is "no such VF" one_line 2 'there are 4 VFs' --vf 9
is "too many queue pairs" one_line 2 'ask for fewer by --pairs' --pairs 60 --target model:vectors=65
is "too few vectors" one_line 2 MSI-X --pairs 60
is "no such namespace" one_line 2 'no namespace 9' --scratch 9:0:8
is "a scratch range beyond the end" one_line 2 'has 8192 blocks' --scratch 1:8000:500
is "one VF alone" one_line 2 'not enough VFs' --target model:vfs=1
is "a target that cannot map memory" one_line 2 'cannot map' --target "exec:$device"
is "a fault that there is not" one_line 2 'inject' --inject nothing=1
is "help" run 0 --help

program=$defects
# defect NUMBER WORD ARGUMENT...: firmware with this mistake is found out
defect()
{
	local number=$1 word=$2
	shift 2
	is "defect $number: $word" finds "$word" --count 60 --target "model:defect=$number" "$@"
}
defect 22 lost # tail doorbells while SUSPENDED
defect 24 lost # tail doorbells while DRAINING
defect 23 lost --cq-entries 5 # head doorbells while SUSPENDED
defect 30 lost # commands in flight
defect 34 repeated # completions of the drain
defect 41 lost # fetched while SUSPENDED
defect 120 lost --cq-entries 5 # parked completions
defect 121 lost # the Asynchronous Event Request
defect 136 lost # tails latched
defect 137 silent # no interrupts by RESUME
defect 152 lost # latched tails not in the image
defect 164 silent # MSI-X table cleared
defect 176 corrupted # the identity
defect 180 silent # interrupts of the CQs
defect 182 lost # phase tags
defect 183 lost # an entry skipped
defect 187 lost --cq-entries 5 # parked completions not loaded
defect 244 refused # SUSPEND does nothing
defect 259 refused # staging memory leaks
# What nobody but the guest can see: an image that is damaged and taken, a head in it.
is "defect 168: damaged image taken" finds "lost|repeated|invented" --target model:defect=168 --chunk 0 \
	--inject corrupt=672 # SQ 1, head
is "no live migration" one_line 3 'not supported' --target model:defect=414

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
