#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# bootstrap against scripted package tools: what it asks of them, and what it
# says. Nothing is installed and nothing is fetched.
set -u
top=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

verdict()
{
	if [ "$1" = 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL: $2"
		sed 's/^/    /' "$work/out" "$work/calls"
	fi
}

# tool NAME BODY: a scripted program that also writes down that it was called
tool()
{
	printf '#!/bin/sh\necho "%s $*" >>"%s/calls"\n%s\n' "$1" "$work" "$2" >"$work/bin/$1"
	chmod +x "$work/bin/$1"
}

# run MISSING UID ARGUMENT...: bootstrap where the package MISSING is absent
run()
{
	local missing=$1 uid=$2

	shift 2
	rm -rf "${work:?}/bin"
	mkdir -p "$work/bin"
	: >"$work/calls"
	for program in sh dirname sed awk env mkdir rm mv; do
		ln -s "$(command -v $program)" "$work/bin/$program"
	done
	tool dpkg-query "[ \"\$4\" = \"$missing\" ] || echo installed"
	tool apt-get 'exit ${APT_FAILS:-0}'
	tool id "echo $uid"
	[ "$uid" = sudo ] && { tool id 'echo 1000' && tool sudo 'exec "$@"'; }
	(cd "$top" && PATH=$work/bin HOME=$work/home XDG_CACHE_HOME=$work/cache ./bootstrap "$@") \
		>"$work/out" 2>&1
}

run none 1000
verdict $? "all is there: success without root"
grep -q 'nothing to do' "$work/out" && ! grep -qE '^(apt-get|sudo)' "$work/calls"
verdict $? "all is there: says so and calls nothing"

run cppcheck 0
verdict $? "a package is missing, root: success"
grep -q 'will install these Debian packages: cppcheck$' "$work/out"
verdict $? "says what it will install, and only that"
grep -q '^apt-get -qy install --no-install-recommends cppcheck$' "$work/calls" &&
	grep -q '^apt-get -q update$' "$work/calls" && ! grep -q ^sudo "$work/calls"
verdict $? "installs that package, without sudo"

run cppcheck sudo
verdict $? "a package is missing, sudo: success"
grep -q '^sudo .*apt-get .*install.* cppcheck$' "$work/calls"
verdict $? "installs it through sudo"

run cppcheck 1000
[ $? -eq 1 ] && grep -q 'needs root or sudo.* cppcheck' "$work/out" && ! grep -q ^apt-get "$work/calls"
verdict $? "neither root nor sudo: one line that names the package"

APT_FAILS=100 run cppcheck 0
[ $? -eq 1 ] && grep -q 'apt-get update failed' "$work/out"
verdict $? "no network: one line that says so"

run none 0 everything
[ $? -eq 1 ] && grep -q "unknown argument 'everything'" "$work/out"
verdict $? "an unknown argument is refused"

run qemu-system-x86 0
grep -q 'nothing to do' "$work/out"
verdict $? "what guests need is not asked for by ./bootstrap alone"

for part in kernel/stock/headers kernel/stock-6.12/headers source/qemu source/linux source/linux-6.12; do
	mkdir -p "$work/cache/nvme-lm/$part"
	: >"$work/cache/nvme-lm/$part/complete"
done
run none 1000 all
verdict $? "all: with a filled cache, success"
grep -q 'nothing to do' "$work/out" && ! grep -q '^apt-get' "$work/calls"
verdict $? "all: with a filled cache nothing is fetched"
run qemu-system-x86 0 all
grep -q 'will install these Debian packages: qemu-system-x86$' "$work/out"
verdict $? "all: installs what guests need"

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
