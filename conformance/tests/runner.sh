#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
#
# runner.sh SELFTEST DUPLICATES RUNNER DIR: tests of the runner as a program.
# SELFTEST has rows and a target that misbehave (conformance/tests/selftest),
# DUPLICATES registrations that are refused, RUNNER is nvme-lm-ct itself.
set -u
# A crash on purpose is for the runner to see, not for a sanitizer.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}handle_segv=0"
selftest=$(realpath "$1")
duplicates=$(realpath "$2")
runner=$(realpath "$3")
top=$PWD
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

# run CODE ARGUMENT...: the selftest's output in out; its exit code has to be CODE
run()
{
	local want=$1 got
	shift
	"$selftest" "$@" >out 2>&1 </dev/null
	got=$?
	[ $got -eq "$want" ] && return
	echo "exit code $got, not $want: $*" >>out
	return 1
}

says()
{
	grep -q -e "$1" out
}

# one_line CODE PATTERN ARGUMENT...: bad input is answered by exactly one line that says this
one_line()
{
	local want=$1 pattern=$2
	shift 2
	run "$want" "$@" && says "$pattern" && [ "$(wc -l <out)" -eq 1 ]
}

# row LOG ROW: the row's last record
row()
{
	grep '"type":"row"' "$1" | grep "\"row\":\"$2\"" | tail -n 1
}

# verdict LOG ROW VERDICT
verdict()
{
	row "$1" "$2" | grep -q "\"verdict\":\"$3\""
}

# cases LOG ROW COUNTS: e.g. '"PASS":3'
cases()
{
	row "$1" "$2" | grep -qF "\"cases\":{$3}"
}

# case_has LOG ROW CASE PATTERN
case_has()
{
	grep '"type":"case"' "$1" | grep "\"row\":\"$2\",\"case\":$3," | grep -q -e "$4"
}

ended()
{
	tail -n 1 "$1" | grep -q "\"type\":\"end\",\"exit\":$2,"
}

# Each verdict by a row that has to end in it.
t="run --target scripted --time-limit 1"
is "all pass: 0" run 0 $t --filter END/passes --log pass.jsonl
is "three cases" cases pass.jsonl END/passes '"PASS":3'
is "case names" case_has pass.jsonl END/passes 1 '"name":"part-b"'
is "end record" ended pass.jsonl 0
is "environment first" grep -q '^{"type":"environment","format":1,' <(head -n 1 pass.jsonl)
is "a device's bytes become text" grep -qF '"mn":"script?"' pass.jsonl
is "a fail: 1" run 1 $t --filter END/fails --log fail.jsonl
is "FAIL with its text" case_has fail.jsonl END/fails 0 'said \\"no\\" 3 times'
is "FAIL with its place" case_has fail.jsonl END/fails 0 '"where":"conformance/tests/selftest/rows.c:'
is "FAIL with its trace, a line for a command that ended at once" case_has fail.jsonl END/fails 0 \
	'"trace":\["command 1 -> done","command 12 submitted","command 1 -> again"\]'
is "one failing case fails the row" run 1 $t --filter END/fails-in-part --log part.jsonl
is "the other cases pass" cases part.jsonl END/fails-in-part '"FAIL":1,"PASS":2'
is "the row names the case" says 'case 1 part-b: case 1 fails'
is "a SHOULD check warns: 0" run 0 $t --filter END/warns --log warn.jsonl
is "WARN" verdict warn.jsonl END/warns WARN
is "a row of SHOULDs only warns: 0" run 0 $t --filter END/fails-a-should --log should.jsonl
is "WARN for a failed check" verdict should.jsonl END/fails-a-should WARN
is "a note passes: 0" run 0 $t --filter END/notes --log note.jsonl
is "PASS (note)" verdict note.jsonl END/notes 'PASS (note)'
is "the note says what is preferred" case_has note.jsonl END/notes 0 'preferred is 13Ah Controller Not Suspended'
is "a status outside the set: 1" run 1 $t --filter END/wrong-status
is "the set is named" says 'status 006h Internal Error, has to be one of 002h, 001h'
is "a wrong DNR: 1" run 1 $t --filter END/wrong-dnr
is "DNR is named" says 'DNR 0, has to be 1'
is "no check: 1, though the row cites no MUST" run 1 $t --filter END/checks-nothing
is "executed no check" says 'executed no check'
is "a crash: 2" run 2 $t --filter END/crashes --log crash.jsonl
is "the crash is case 1's" case_has crash.jsonl END/crashes 1 '"verdict":"ERROR","reason":"the process that ran it was ended by SIGSEGV"'
is "its trace survives" case_has crash.jsonl END/crashes 1 '"trace":\["before the crash"\]'
is "the next case runs" cases crash.jsonl END/crashes '"ERROR":1,"PASS":2'
is "what was reached survives" grep -qF '["ACTIVE","SUSPEND",3]' crash.jsonl
is "a hang: 4" run 4 $t --filter END/hangs --log hang.jsonl
is "the hang is case 1's" case_has hang.jsonl END/hangs 1 '"verdict":"HUNG","reason":"not over within the time limit of 1 seconds"'
is "its trace survives" case_has hang.jsonl END/hangs 1 '"trace":\["before the wait"\]'
is "the case behind it runs" cases hang.jsonl END/hangs '"HUNG":1,"PASS":2'
is "an early exit: 2" run 2 $t --filter END/exits --log exit.jsonl
is "the exit is case 1's" case_has exit.jsonl END/exits 1 'exited with 0 in the middle of the case'
is "and the case behind it runs" cases exit.jsonl END/exits '"ERROR":1,"PASS":2'
is "ct_error: 2" run 2 $t --filter END/errors --log error.jsonl
is "ERROR, and it goes on" cases error.jsonl END/errors '"ERROR":1,"PASS":2'
is "ct_hung: 4" run 4 $t --filter END/hung --log hung.jsonl
is "HUNG, and it goes on" cases hung.jsonl END/hung '"HUNG":1,"PASS":2'
is "a row without cases: 2" run 2 $t --filter END/has-no-case
is "a mark outside the table: 2" run 2 $t --filter END/unknown-cell
is "nothing judged: 4" run 4 $t --filter END/not-applicable --filter END/needs-journal --log na.jsonl
is "NOT APPLICABLE by the row" case_has na.jsonl END/not-applicable 0 'there is no moon'
is "NOT APPLICABLE by the target" says 'END/needs-journal: the target lacks journal: the script has none'
is "300 failing rows: 1" run 1 $t --filter MANY --log many.jsonl
is "all of them are in the totals" grep -q '"totals":{"FAIL":300},"rows":300,' many.jsonl
is "--exclude is SKIPPED" run 0 $t --filter END/passes --filter END/fails --exclude END/fails --log skip.jsonl
is "with its reason" verdict skip.jsonl END/fails SKIPPED
is "a filter that excludes" run 0 $t --filter END/passes --filter END/fails --filter=-END/fails
is "exclusion and totals" says '2 rows: 1 PASS, 1 SKIPPED'
is "random numbers come from the seed" run 0 $t --filter END/random --log random1.jsonl
is "the same again" run 0 $t --filter END/random --log random2.jsonl
reasons() { grep -o '"reason":"case[^"]*"' "$1" | sort -u; }
is "equal" [ "$(reasons random1.jsonl)" = "$(reasons random2.jsonl)" ]
is "another seed" run 0 $t --filter END/random --seed 7 --log random3.jsonl
is "differs" [ "$(reasons random1.jsonl)" != "$(reasons random3.jsonl)" ]
is "a random seed is accepted" run 0 $t --filter END/random --seed random

# Profiles.
is "auto is proposal where the UUID is" run 1 $t --filter END/fails-the-proposal
is "rfc: information only, nothing judged: 4" run 4 $t --profile rfc --filter END/fails-the-proposal --log rfc.jsonl
is "SKIPPED with the outcome" case_has rfc.jsonl END/fails-the-proposal 0 '"verdict":"SKIPPED","reason":"profile rfc: information only, outcome FAIL: '
is "auto is rfc without the UUID" run 4 run --target scripted:plain --filter END/fails-the-proposal
is "DNR is a note under rfc" run 0 $t --profile rfc --filter END/wrong-dnr

# The gate at a case's end.
is "a VF left suspended: 1" run 1 $t --filter FIVE/leaves-a-vf-suspended
is "it is named" says 'leaves VF 1 SUSPENDED'
is "as a gate, also where a check would only warn: 1" run 1 $t --filter FIVE/leaves-a-vf-suspended-under-a-should
is "but for rows that may: 0" run 0 $t --filter FIVE/keeps-a-vf-suspended

# The ownership guard.
sent() { cat sent 2>/dev/null | tr '\n' ' '; }
f="--filter FIVE/sends --filter FIVE/leaves-a-vf-suspended"
rm -f sent
is "drive without live migration: 4" run 3 run --target scripted:drive,absent,sent=sent $f
is "nothing but Identify was sent" [ "$(sent)" = "06 " ]
is "by the guard" says 'SKIPPED.*FIVE/sends: guard: Identify Controller byte 3072 is 00h'
is "live migration rows do not apply" says 'NOT APPLICABLE.*FIVE/leaves.*byte 3072 = 00h'
rm -f sent
is "drive of unknown make: 4" run 4 run --target scripted:drive,plain,sent=sent $f
is "nothing but Identify was sent to it" [ "$(sent)" = "06 " ]
is "a row without its flag is stopped: 2" run 2 run --target scripted:drive,plain,sent=sent --filter FIVE/sends-without-the-flag
is "and nothing was sent" [ "$(sent | tr -d '06 ')" = "" ]
is "another serial number: 2, one line" one_line 2 'serial number is "SELFTEST"; nothing was sent' run --target scripted:drive,absent,sent=sent --i-own OTHER $f
is "and nothing was sent then" [ "$(sent | tr -d '06 ')" = "" ]
is "claimed: 3" run 3 run --target scripted:drive,absent,sent=sent --i-own SELFTEST $f
is "the row ran" says 'PASS  *FIVE/sends'
is "SUSPEND was sent" grep -q C8 sent
is "known by its UUID: 1" run 1 run --target scripted:drive $f
# SUSPEND of the row, then Identify and RESUME of the process that recovers.
rm -f sent
is "hung with a VF suspended: 4" run 4 run --target scripted:drive,sent=sent --time-limit 1 --filter FIVE/hangs-with-a-vf-suspended
is "the VF is brought back at the end" grep -q "C8 06 CC \$" <(sent)
rm -f sent
is "hung with a VF suspended, and another row: 4" run 4 run --target scripted:drive,sent=sent --time-limit 1 --filter FIVE/hangs-with-a-vf-suspended --filter END/passes --filter FIVE/writes --scratch 1:0:1
is "the VF is brought back before it" grep -q "C8 06 CC " <(sent)
is "writes need a range: 4" run 4 run --target scripted:drive --filter FIVE/writes
is "and have it" run 0 run --target scripted:drive --filter FIVE/writes --scratch 1:0:64

# Without live migration.
is "absent: 3" run 3 run --target scripted:absent --filter END/passes
is "expected absent: 0" run 0 run --target scripted:absent --filter END/passes --expect-absent
is "a failure counts more: 1" run 1 run --target scripted:absent --filter END/fails --expect-absent
is "expected absent but there: 1" run 1 run --target scripted --filter END/passes --expect-absent
is "no way to the PF: 4" run 4 run --target scripted:no-admin --filter END/needs-journal

# Waivers.
echo '# known
END/fails  the sensor is broken' >waivers
is "waived: 0" run 0 $t --filter END/fails --waivers waivers --log waived.jsonl
is "WAIVED" verdict waived.jsonl END/fails WAIVED
is "with the reason" case_has waived.jsonl END/fails 0 '"reason":"waived: the sensor is broken: '
is "in the environment" grep -q '"entries":\[{"name":"END/fails","reason":"the sensor is broken"}\]' waived.jsonl
echo 'END/passes it used to fail' >waivers
is "unexpected pass of a row: 1" run 1 $t --filter END/passes --waivers waivers --log unexpected.jsonl
is "UNEXPECTED PASS" verdict unexpected.jsonl END/passes 'UNEXPECTED PASS'
is "what the cases came to" grep -q '"folded":"PASS"' <(row unexpected.jsonl END/passes)
is "not in a shard, which has not all cases" run 0 $t --filter END/passes --waivers waivers --shard 0/2
echo 'END/fails-in-part:part-b only that one' >waivers
is "a waived case: 0" run 0 $t --filter END/fails-in-part --waivers waivers --log case.jsonl
is "the others pass" cases case.jsonl END/fails-in-part '"WAIVED":1,"PASS":2'
echo 'END/fails-in-part:part-a it used to fail' >waivers
is "unexpected pass of a case: 1" run 1 $t --filter END/fails-in-part --waivers waivers --log case2.jsonl
is "and the failing one fails" cases case2.jsonl END/fails-in-part '"FAIL":1,"UNEXPECTED PASS":1,"PASS":1'
echo 'LM-DIS-010 the byte is wrong' >waivers
is "a waived requirement: 0" run 0 $t --filter END/fails --filter END/passes --waivers waivers
echo 'LM-DIS-055 it used to fail' >waivers
is "a requirement's waiver is not judged in part of the rows" run 0 $t --filter END/passes --waivers waivers
echo 'END/no-such-row why' >waivers
is "unused waiver: 2" one_line 2 'line 1: "END/no-such-row" is no row and no requirement' $t --waivers waivers
echo 'LM-DIS-080 why' >waivers
is "waiver of a requirement without rows: 2" one_line 2 'unused: no row cites LM-DIS-080' $t --waivers waivers
echo 'END/passes:part-z why' >waivers
is "waiver of no case: 2" run 2 $t --filter END/passes --waivers waivers
is "says so" says 'unused: row END/passes has no case "part-z"'
echo 'END/passes' >waivers
is "waiver without a reason: 2" one_line 2 'line 1: "END/passes" has no reason' $t --waivers waivers
printf 'END/fails a\nEND/fails b\n' >waivers
is "waiver twice: 2" one_line 2 'line 2: "END/fails" is already on line 1' $t --waivers waivers
printf 'END/fails a\0b\n' >waivers
is "binary waivers: 2" one_line 2 'not text' $t --waivers waivers
printf 'END/\1fails a\n' >waivers
is "waivers with control characters: 2" one_line 2 'line 1: not text' $t --waivers waivers
is "no waiver file: 2" one_line 2 'waiver file none: cannot read: No such file' $t --waivers none
is "waivers in a directory: 2" one_line 2 'waiver file .: cannot read: Is a directory' $t --waivers .

# Rows that are expected not to apply.
echo 'END/needs-journal no journal' >na
is "listed: 0" run 0 $t --filter END/needs-journal --filter END/passes --expect-na na
is "joins by itself: 1" run 1 $t --filter END/not-applicable --filter END/passes --expect-na na
is "says so" says 'FAIL.*END/not-applicable.*: not applicable, but not in na: there is no moon'
echo 'END/passes no moon' >na
is "was judged after all: 1" run 1 $t --filter END/passes --expect-na na
is "says so" says 'UNEXPECTED PASS.*END/passes.*: was judged, but na line 1'
echo 'END/none why' >na
is "no such row: 2" one_line 2 'line 1: no row "END/none"' $t --expect-na na

# Replay: the command line in the log gives the same case again.
replay=$(grep -o 'nvme-lm-ct run [^"]*' part.jsonl | head -n 1)
is "replay is complete" [ "$replay" = "nvme-lm-ct run --target scripted --profile proposal --filter END/fails-in-part --case 1 --seed 0x6E766D652D6C6D31" ]
# shellcheck disable=SC2086
is "replay fails as it did" run 1 ${replay#nvme-lm-ct } --log replayed.jsonl
is "only that case" cases replayed.jsonl END/fails-in-part '"FAIL":1'

# Shards: every case in exactly one.
list_cases() { "$selftest" run --target scripted --list-cases "$@" 2>/dev/null; }
list_cases >all
for i in 0 1 2; do
	list_cases --shard $i/3 >shard$i
	is "shard $i has cases" [ -s shard$i ]
done
is "all cases are listed" grep -q '^END/passes 2 part-c$' all
is "shards add up to all cases" cmp -s <(grep -v '^#' all | sort) <(cat shard? | grep -v '^#' | sort)
is "a shard runs its cases" run 1 $t --filter MANY --shard 1/3 --log shard.jsonl
is "and no others" [ "$(grep -c '"type":"case"' shard.jsonl)" -eq "$(grep -c MANY shard1)" ]

# Resume.
is "a run to cut" run 1 $t --filter END/fails --filter END/notes --filter END/passes --filter END/warns --log whole.jsonl
cut_at=$(grep -n '"type":"row","row":"END/notes"' whole.jsonl | cut -d: -f1)
{ head -n "$cut_at" whole.jsonl; sed -n "$((cut_at + 1))p" whole.jsonl | head -c 40; } >cut.jsonl
is "resume after a cut: 1" run 1 run --resume cut.jsonl
is "the cut line is noted" says 'last line is cut (40 bytes) and is left out'
is "finished rows are not run again" [ "$(grep -c '"type":"row","row":"END/notes"' cut.jsonl)" -eq 1 ]
is "the others are" verdict cut.jsonl END/warns WARN
is "totals are of all rows" grep -q '"totals":{"FAIL":1,"WARN":1,"PASS (note)":1,"PASS":1},"rows":4,' cut.jsonl
is "every line is whole" [ "$(grep -c '^{.*}$' cut.jsonl)" -eq "$(wc -l <cut.jsonl)" ]
sed 's/"suite":"[^"]*"/"suite":"0.0.0"/' whole.jsonl >old.jsonl
is "another suite: 2" one_line 2 'suite version 0.0.0, but this is .*: resume with the program that wrote it, or start a new run' run --resume old.jsonl
sed 's/"spec":"[^"]*"/"spec":"abc"/' whole.jsonl >old.jsonl
is "another specification: 2" one_line 2 'specification abc, but this is' run --resume old.jsonl
sed 's/"sn":"SELFTEST"/"sn":"OTHER"/' whole.jsonl >old.jsonl
is "another device: 2" one_line 2 'of a device with sn "OTHER"' run --resume old.jsonl
cp whole.jsonl same.jsonl
is "another target: 2" one_line 2 'target scripted, but --target scripted:absent was given' run --resume same.jsonl --target scripted:absent
sed 's/"filters":\[[^]]*\]/"filters":[7]/' whole.jsonl >filter.jsonl
is "a filter that is no name: 2" one_line 2 'its environment line is damaged' run --resume filter.jsonl
sed 's|"shard":"[0-9]*/[0-9]*"|"shard":"0/0"|' whole.jsonl >shard.jsonl
is "a shard of none: 2" one_line 2 'its environment line is damaged' run --resume shard.jsonl
echo 'END/fails why' >waivers
is "other waivers: 2" one_line 2 'its run had no --waivers' run --resume same.jsonl --waivers waivers
is "a refused resume changes nothing" cmp -s whole.jsonl same.jsonl
{ head -n 2 whole.jsonl; echo 'damage'; tail -n 3 whole.jsonl; } >damaged.jsonl
is "damage in the middle: 2" one_line 2 'line 3 is damaged' run --resume damaged.jsonl
is "no log: 2" one_line 2 'not one of a log of nvme-lm-ct' run --resume waivers
is "no such log: 2" one_line 2 'log none: cannot read' run --resume none
head -c 50 whole.jsonl >short.jsonl
is "no whole line: 2" one_line 2 'holds no whole environment line' run --resume short.jsonl
echo 'END/fails the sensor is broken' >waivers
is "a run with waivers to cut" run 0 $t --filter END/fails --filter END/passes --waivers waivers --log kept.jsonl
cut_at=$(grep -n '"type":"row","row":"END/fails"' kept.jsonl | cut -d: -f1)
head -n "$cut_at" kept.jsonl >kept-cut.jsonl
is "a waiver that served before the cut is not unused" run 0 run --resume kept-cut.jsonl --waivers waivers
is "and its row is not run again" [ "$(grep -c '"type":"row","row":"END/fails"' kept-cut.jsonl)" -eq 1 ]
is "rows from a log: 1" run 1 $t --rows-from whole.jsonl:failed
is "only the failed" says '^1 row: 1 FAIL$'
is "none failed: 2" one_line 2 'no row in it failed' $t --rows-from pass.jsonl:failed

# The log and the disk.
is "log in no directory: 2" one_line 2 'log none/x: cannot write: No such file' $t --filter END/passes --log none/x
is "log in a directory: 2" one_line 2 'log .: cannot write: Is a directory' $t --filter END/passes --log .
is "full from the start: 2" run 2 $t --filter END/passes --log /dev/full
is "says so" says 'cannot write: No space left on device'
is "an old log survives a target that does not open" run 2 run --target scripted:identify-fails --log whole.jsonl
is "as it was" grep -q '"type":"end"' whole.jsonl
cat >limited.sh <<'EOF'
# 20 blocks of 1024 bytes, and no signal: write() says EFBIG
trap '' XFSZ
ulimit -f 20
exec "$@"
EOF
bash limited.sh "$selftest" run --target scripted --filter MANY --log small.jsonl >out 2>&1
is "full in the middle: 2" [ $? -eq 2 ]
is "says what to do" says 'go on by --resume'
is "finished results are whole" [ "$(grep -c '^{.*}$' small.jsonl)" -eq "$(wc -l <small.jsonl)" ]
is "no line is cut" [ -z "$(tail -c 1 small.jsonl)" ]
is "and there are some" verdict small.jsonl MANY/000 FAIL
is "and it resumes: 1" run 1 run --resume small.jsonl
is "to the end" grep -q '"totals":{"FAIL":300},"rows":300,' small.jsonl
is "standard output is full: 2" eval '"$selftest" list --json >/dev/full 2>out; [ $? -eq 2 ]'

# Interruption.
for sig in INT TERM HUP; do
	"$selftest" run --target scripted --filter SLOW --log $sig.jsonl >out 2>&1 &
	pid=$!
	for _ in $(seq 50); do
		grep -q '"row":"SLOW/a","case":1' $sig.jsonl 2>/dev/null && break
		sleep 0.1
	done
	kill -$sig $pid
	wait $pid
	is "SIG$sig: 4" [ $? -eq 4 ]
	is "SIG$sig: the log has its end" ended $sig.jsonl 4
	is "SIG$sig: finished cases stay" case_has $sig.jsonl SLOW/a 0 '"verdict":"PASS"'
	is "SIG$sig: the rest is NOT RUN" verdict $sig.jsonl SLOW/c 'NOT RUN'
	is "SIG$sig: no child is left" eval '! pgrep -P $pid >/dev/null'
done
is "an interrupted run resumes: 0" run 0 run --resume INT.jsonl
is "to the end" grep -q '"totals":{"PASS":3},"rows":3,' INT.jsonl
is "out of time: 4" run 4 $t --filter SLOW --total-time-limit 1 --log late.jsonl
is "what was over stays" case_has late.jsonl SLOW/a 0 '"verdict":"PASS"'
is "the rest says why" verdict late.jsonl SLOW/c 'NOT RUN'

# The target.
is "identify fails: 2" one_line 2 'target scripted:identify-fails: Identify Controller of the PF ended with an error' run --target scripted:identify-fails
is "identify hangs: 2" one_line 2 'no answer to Identify Controller within 1 seconds' run --target scripted:identify-hangs --time-limit 1
is "identify crashes: 2" one_line 2 'ended by SIGSEGV' run --target scripted:identify-crashes
is "open crashes: 2" one_line 2 'ended by SIGSEGV' run --target scripted:open-crashes
is "close crashes: 2" one_line 2 'ended by SIGABRT' run --target scripted:close-crashes
("$selftest" run --target scripted:gone=gone --filter SLOW --log gone.jsonl >out 2>&1
 echo $? >code) &
for _ in $(seq 50); do
	grep -q '"row":"SLOW/a","case":1' gone.jsonl 2>/dev/null && break
	sleep 0.1
done
touch gone
wait $!
is "gone in mid-run: 2" [ "$(cat code)" -eq 2 ]
is "says so" says 'target scripted:gone=gone: the device is gone'
is "what was over stays" verdict gone.jsonl SLOW/a PASS
is "the next is ERROR" verdict gone.jsonl SLOW/b ERROR
is "the rest is NOT RUN" verdict gone.jsonl SLOW/c 'NOT RUN'

# Bad options: one line each.
is "no command: 2" one_line 2 'a command is missing'
is "unknown command: 2" one_line 2 "unknown command 'ran'" ran
is "unknown option: 2" one_line 2 '--colour: no such option' run --colour
is "option without its value: 2" one_line 2 '--target: its value is missing' run --target
is "stray argument: 2" one_line 2 "unexpected argument 'model'" run model
is "unknown target: 2" one_line 2 'no target of that name; "nvme-lm-ct list targets"' run --target moon
is "unknown profile: 2" one_line 2 'has to be rfc, proposal or auto' run --profile nvme
is "unknown filter: 2" one_line 2 'filter END/none: no requirement, area or row matches' $t --filter END/none
is "requirement without rows: 2" one_line 2 'filter LM-CMP-100: no row cites this requirement: binds the authors' $t --filter LM-CMP-100
is "unknown exclusion: 2" one_line 2 'filter MOON: no requirement' $t --exclude MOON
is "empty filter: 2" one_line 2 'an empty name' $t --filter ''
is "case of many rows: 2" one_line 2 '--case needs exactly one row' $t --filter END --case 1
is "case that is not there: 2" run 2 $t --filter END/passes --case 3
is "says how many" says 'row END/passes has 3 cases, from 0'
for bad in x -1 1x 99999999999999999999; do
	is "seed $bad: 2" one_line 2 'not a number' run --seed=$bad
done
for bad in 1 1/1 2/1 a/b 0/0 1/2x -1/2; do
	is "shard $bad: 2" one_line 2 'has to be I/N' run --shard=$bad
done
for bad in 0 -1 x 1x nan; do
	is "time limit $bad: 2" one_line 2 'not a number of seconds' run --time-limit=$bad
done
for bad in 1 1:2 1:2:0 0:1:1 1:2:3x 1:-2:3; do
	is "scratch $bad: 2" one_line 2 'has to be NSID:FIRST-LBA:BLOCKS' run --scratch=$bad
done
is "rows from nowhere: 2" one_line 2 'has to be LOG:failed' run --rows-from x
is "rows from passed: 2" one_line 2 'has to be LOG:failed' run --rows-from x:passed
is "i-own nothing: 2" one_line 2 'serial number is missing' run --i-own=
is "quiet and verbose: 2" one_line 2 'exclude each other' run --quiet --verbose
is "case and shard: 2" one_line 2 'exclude each other' run --case 1 --shard 0/2
is "resume and log: 2" one_line 2 'leave --log out' run --resume x --log y
is "list of what: 2" one_line 2 "list: unknown 'moons'" list moons
is "citations alone: 2" one_line 2 'stands alone' list --citations --json
is "explain what: 2" one_line 2 'explain: what?' explain
is "explain the unknown: 2" one_line 2 'explain LM-XXX-001: no requirement' explain LM-XXX-001

# What a target does once for a run, and undoing it.
once()
{
	[ "$(cat prepared)" = "$(printf 'prepare\nrelease')" ]
}
rm -f prepared
is "a run prepares its target" run 0 run --target scripted:prepared=prepared --filter END/passes
is "and says what it did" says 'the device is taken'
is "once, and releases it" once
rm -f prepared
is "so does a run that ends by an error: 2" one_line 2 'the device is busy; wait' \
	run --target scripted:prepared=prepared,prepare-fails
is "which took nothing" [ "$(cat prepared)" = prepare ]
rm -f prepared
is "a target that does not open: 2" run 2 run --target scripted:prepared=prepared,gone=prepared
is "is released" once
is "restore: 0" one_line 0 'nothing was left' restore
export SCRIPTED_LEFT=1
is "restore of what cannot be: 2" one_line 2 'nothing was left' restore
unset SCRIPTED_LEFT
is "restore of what: 2" one_line 2 "restore: unexpected argument 'x'" restore x

# Help, list, explain.
for command in "" run restore list explain; do
	# shellcheck disable=SC2086
	is "help of '$command'" run 0 $command --help
	is "has usage" says '^Usage: '
done
is "every option of run is in its help" eval 'run 0 run --help; for o in $(grep -o "{ \"[a-z-]*\"" "$top/conformance/core/options.c" | tr -d "{ \""); do [ $o = help ] || says "--$o" || { echo "no --$o" >>out; false; } || break; done'
is "every option of run is in the manual" eval 'for o in $(grep -o "{ \"[a-z-]*\"" "$top/conformance/core/options.c" | tr -d "{ \""); do [ $o = help ] || grep -q "Fl -$o" "$top/docs/nvme-lm-ct.1" || { echo "no --$o" >out; false; } || break; done'
is "the manual is well formed" eval 'mandoc -T lint "$top/docs/nvme-lm-ct.1" >out 2>&1 && [ ! -s out ]'
is "version" run 0 --version
is "quiet says only the end" eval 'run 0 $t --quiet --filter END/passes && [ $(wc -l <out) -le 2 ]'
script -qec "'$selftest' $t --filter END/passes" /dev/null >out 2>&1 </dev/null
is "a terminal shows where the run is" grep -q '\[1/1\] END/passes' out
is "verbose has every case" eval 'run 0 $t --verbose --filter END/passes && says "END/passes case 2 part-c"'
is "citations" eval 'run 0 list --citations && says "^END/passes LM-DIS-010$"'
is "list in JSON has files" eval 'run 0 list --json && says "\"file\":\"conformance/tests/selftest/rows.c\""'
is "list targets" eval 'run 0 list targets && says "^scripted "'
is "list rows" eval 'run 0 list rows && says "^END/passes\$" && says "^    .*; .*; "'
is "list capabilities" eval 'run 0 list capabilities && says "^pf-owned "'
is "capabilities in JSON" eval 'run 0 list capabilities --json && says "{\"name\":\"pf-owned\",\"sentence\":"'
is "targets in JSON" eval 'run 0 list targets --json && says "\"targets\":\[{\"name\":\"scripted\","'
is "list requirements" eval 'run 0 list requirements && says "^LM-DIS-010 MUST rfc device"'
is "explain a requirement" eval 'run 0 explain LM-DIS-010 && says "row: END/passes" && says "Byte 3072"'
is "explain one without rows" eval 'run 0 explain LM-CMP-100 && says "no row: binds the authors"'
is "explain what a row does" eval 'run 0 explain FIVE/writes && says "needs --scratch on hardware"'
is "explain what a row sends" eval 'run 0 explain FIVE/sends && says "the ownership guard has to be open"'
is "explain a row" eval 'run 0 explain END/needs-journal && says "needs:  journal"'
is "explain a status" eval 'run 0 explain 1C2h && says "Suspend Not Completed"'
is "explain a status by name" eval 'run 0 explain NOT_SUSPENDED && says "13Ah"'
is "explain a command by opcode" eval 'run 0 explain C8h && says "SUSPEND (C8h): Suspend a VF" && says "LM-SUS-"'
is "explain a command by name" eval 'run 0 explain save_data && says "(D2h)"'
is "explain a state" eval 'run 0 explain draining && says "state 1 of a VF" && says "DRAINED: then SUSPENDED (LM-STA-"'
is "explain what is a state and a status" eval 'run 0 explain SUSPENDED && says "state 2 of a VF" && says "139h"'
is "explain a verdict" eval 'run 0 explain hung && says "bounded wait"'
is "explain an area" eval 'run 0 explain SUS && says "LM-SUS-"'
is "explain a capability" eval 'run 0 explain pf-owned && says "registers and queues"'

# What the program refuses to start with.
"$duplicates" list >out 2>&1
is "refused registrations: 2" [ $? -eq 2 ]
is "a row twice" says 'row DUP/one: the ID is taken by conformance/tests/duplicates/rows.c:'
is "an unknown requirement" says 'requirement LM-XXX-999 is unknown'
is "no requirement" says 'row DUP/no-requirement: it cites no requirement'
is "a malformed ID" says 'row no area: the ID is not of the form'
is "no function" says 'row DUP/no-function: it has no function'
is "no phrases" says 'row DUP/no-phrases: given, when or expect is missing'
is "a target twice" says 'target twice is there twice'

# The program itself: what is in the tree is linked in, and nothing is there twice.
"$runner" list --json rows >rows.json 2>out
is "the program starts" [ $? -eq 0 ]
for file in "$top"/conformance/rows/*.c; do
	grep -q '^CT_ROW(' "$file" || continue
	is "$(basename "$file") is linked in" grep -qF "\"file\":\"conformance/rows/$(basename "$file")\"" rows.json
done

# No verdict on a device with a defect that is not built in.
"$runner" run --target model:defect=9999 --filter QRY >out 2>&1
is "a defect that there is not: 2" [ $? -eq 2 ]
is "says so" says "no defect 9999"

# The target model: its options, and devices of all sizes.
model()
{
	local want=$1 options=$2 got
	shift 2
	"$runner" run --target "model:$options" --filter DIS/pf-reports-the-capability "$@" >out 2>&1
	got=$?
	[ $got -eq "$want" ] && return
	echo "exit code $got, not $want" >>out
	return 1
}
refused() { model 2 "$1" && says "$2" && [ "$(wc -l <out)" -eq 1 ]; }
is "the smallest model: 0" model 0 vfs=1,numvfs=1,qpairs=1,vectors=1,entries=2,mdts=0,limit=1,namespaces=1
is "the largest model: 0" model 0 vfs=16,numvfs=16,qpairs=64,vectors=65,entries=4096,mdts=16,limit=300,namespaces=8,defect=0 --log large.jsonl
is "it is as large" grep -q '"max_image":8588,"suspend_limit":300}' large.jsonl
is "unknown option: 2" refused moon=1 "model: 'moon' is not an option; there are vfs, "
is "option without a value: 2" refused vfs "model: 'vfs' is not an option"
is "option beyond its range: 2" refused vfs=17 'model: vfs is a number from 1 to 16'
is "option that is no number: 2" refused vectors=2x 'model: vectors is a number from 1 to 65'
is "option with an empty value: 2" refused limit= 'model: limit is a number from 1 to 300'
is "more VFs than there are: 2" refused vfs=2,numvfs=3 'model: numvfs is above vfs'
is "a configuration that cannot be: 2" refused qpairs=64,vectors=65,mdts=1,namespaces=8 'no device of this configuration'

# The template has nothing, and says so of everything.
"$runner" run --target template >out 2>&1
is "the template judges nothing" eval '! grep -qE "^(PASS|WARN|FAIL|HUNG|ERROR)" out'

# Reports of what the program wrote itself.
is "it reports its own log" eval '"$runner" report large.jsonl --format markdown >out 2>&1 && says "1 of 1 rows judged"'

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
