#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# The checks of the sources find what they are there for: each is run in a small
# repository that is clean, then with one fault.
set -u
tools=$PWD/tools
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
spdx='SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only'

verdict()
{
	if [ "$1" = 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL: $2"
		sed 's/^/    /' "$work/out"
	fi
}

# repo: a clean small repository, entered
repo()
{
	rm -rf "$work/repo"
	mkdir -p "$work/repo/.ci"
	cd "$work/repo" || exit 2
	git init -q .
	printf '/* %s */\nint x;\n' "$spdx" >a.c
	printf '# %s\nstage '\''true'\''\n' "$spdx" >.ci/run
	printf '<!-- %s -->\n```sh\ntrue   # a comment\ntest 1 = 1\n```\n' "$spdx" >README.md
	git add -A
}

# expect RC TITLE TOOL ARGUMENT...: 0 or not 0
expect()
{
	local want=$1 title=$2 rc

	shift 2
	git add -A
	"$@" >"$work/out" 2>&1
	rc=$?
	[ $((rc != 0)) -eq "$want" ]
	verdict $? "$title"
}

# dep OBJECT FILE...: the .d file of an object that was made from these files
dep()
{
	mkdir -p "obj/$(dirname "$1")"
	printf 'build/obj/%s.o: %s \\\n %s\n\n%s:\n' "$1" "$1.c" "$2" "$2" >"obj/$1.d"
}

repo
expect 0 "spdx: clean" "$tools/check-spdx"
echo 'int y;' >b.c
expect 1 "spdx: a file without the line" "$tools/check-spdx"

repo
expect 0 "words: clean" "$tools/check-words"
echo "see /""work/x" >>a.c
expect 1 "words: a path of one machine" "$tools/check-words"
repo
echo "deb.""debian.org" >>a.c
expect 1 "words: an archive's host" "$tools/check-words"
repo
echo "/* TO""DO */" >>a.c
expect 1 "words: work left for later" "$tools/check-words"
repo
printf '#!/usr/bin/%s\n' python3 >s
expect 1 "words: a Python script" "$tools/check-words"
repo
printf 'all:\n\t%s -c pass\n' python3 >Makefile
expect 1 "words: a call of Python" "$tools/check-words"
repo
: >x.py
expect 1 "words: a Python file" "$tools/check-words"

repo
expect 1 "includes: nothing built is no success" "$tools/check-includes" obj
dep model/core/a model/core/../../spec/include/nvme-lm.h
dep conformance/rows/a conformance/include/ct-row.h
expect 0 "includes: clean" "$tools/check-includes" obj
while read -r object file; do
	rm -rf obj
	dep "$object" "$file"
	expect 1 "includes: $object of $file" "$tools/check-includes" obj
done <<-END
	model/core/a spec/tables/fields.def
	model/core/a model/include/../../spec/tables/fields.def
	model/core/a model/port/inproc/port.h
	model/second/a model/core/core.h
	model/port/inproc/a build/gen/spec-hash.h
	conformance/rows/a model/include/lm-model.h
	conformance/rows/a conformance/core/runner.h
	conformance/core/a model/include/lm-model.h
	reports/a model/include/lm-model.h
	spec/tools/a reports/report.h
END

repo
expect 0 "readme: clean" "$tools/check-readme"
sed -i 's/test 1 = 1/test 1 = 2/' README.md
expect 1 "readme: a command that fails" "$tools/check-readme"
repo
sed -i '/^```/d' README.md
expect 1 "readme: no commands is no success" "$tools/check-readme"

repo
echo 'int z; /* LCOV_EXCL_''LINE */' >>a.c
expect 1 "coverage: an exclusion without a reason" "$tools/coverage" obj out 0 0
grep -q 'do not say why' "$work/out"
verdict $? "coverage: says so"
repo
printf 'int f(int a);\nint f(int a)\n{\n\treturn a ? 1 : 2;\n}\n' >>a.c
mkdir -p model/core
cat >model/core/m.c <<-END
	int main(int argc, char **argv)
	{
		(void)argv;
		if (argc > 1)
			return 1;
		return 0;
	}
END
gcc --coverage -O0 -c -o m.o model/core/m.c && gcc --coverage -o m m.o && ./m
expect 0 "coverage: above the gate" "$tools/coverage" . out 75 50
grep -q 'model/core: 75.00 % of lines (3 of 4), gate 75 %' "$work/out"
verdict $? "coverage: counts lines"
expect 1 "coverage: lines below the gate" "$tools/coverage" . out 100 50
grep -q 'model/core/m.c:5' "$work/out"
verdict $? "coverage: names the line"
expect 1 "coverage: branches below the gate" "$tools/coverage" . out 75 95

repo
printf 'check-good:\n\t@echo 3 passed, 0 failed\ncheck-bad:\n\t@echo oops; false\ncheck-last:\n\t@:\n' \
	>Makefile
expect 1 "run-checks: a failure makes it fail" "$tools/run-checks" logs good bad last
grep -q '^pass  last' "$work/out"
verdict $? "run-checks: goes on after a failure"
grep -q '3 passed, 0 failed$' "$work/out"
verdict $? "run-checks: shows a check's own totals"
[ "$(tail -n 1 "$work/out")" = "2 passed, 1 failed" ]
verdict $? "run-checks: ends with totals"
grep -q '^oops' logs/bad.log
verdict $? "run-checks: keeps the log"
expect 0 "run-checks: all pass" "$tools/run-checks" logs good last
expect 1 "run-checks: none at all is no success" "$tools/run-checks" logs
printf 'check-%s:\n\t@touch %s.there; for i in 1 2 3 4 5; do [ ! -e %s.there ] || exit 0; sleep 1; done; false\n' \
	a a b b b a >Makefile
expect 0 "run-checks: two at a time" "$tools/run-checks" -j 2 logs a b
rm -f ./*.there
expect 1 "run-checks: one at a time, the first in vain" "$tools/run-checks" logs a b

repo
cat >runner <<-'END'
	#!/bin/sh
	case $2 in
	--citations) printf 'A/x LM-A-010\nA/y LM-A-010 LM-A-020\n' ;;
	requirements) printf 'LM-A-010 MUST, 2 rows\n    It.\nLM-A-020 MUST, 1 rows\nLM-A-030 MUST, 0 rows\n' ;;
	esac
END
chmod +x runner
printf '# comment\nLM-A-010 A/x 4\nLM-A-010 A/y 7\n' >proofs
printf '# comment\nLM-A-010 A/x 01-flaw\n' >flaws
printf '# comment\n' >guests
printf 'before\n<!-- state -->\n<!-- end of state -->\nafter\n' >README.md
expect 1 "state: not what holds" "$tools/readme-state" README.md ./runner proofs flaws guests
expect 0 "state: update" "$tools/readme-state" README.md ./runner proofs flaws guests --update
expect 0 "state: holds after the update" "$tools/readme-state" README.md ./runner proofs flaws guests
[ "$(tr -dc '0-9\n' <README.md | xargs)" = "3 22 211 1" ] && [ "$(sed -n '1p;$p' README.md | xargs)" = "before after" ]
verdict $? "state: counts requirements, rows and proofs, and leaves the rest"
echo 'LM-A-020 A/y 4' >>proofs
expect 1 "state: one more is proven" "$tools/readme-state" README.md ./runner proofs flaws guests
sed -i '$d' proofs
echo 'LM-A-020 A/y 02-other' >>flaws
expect 1 "state: one more is proven, by a flaw" "$tools/readme-state" README.md ./runner proofs flaws guests
sed -i '$d' flaws
echo 'LM-A-020 A/y 03-another' >>guests
expect 1 "state: one more is proven, by a flaw in a guest" "$tools/readme-state" README.md ./runner proofs flaws guests
sed -i '/end of state/d' README.md
expect 1 "state: no end" "$tools/readme-state" README.md ./runner proofs flaws guests --update

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
