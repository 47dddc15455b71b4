#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# dist.sh ARCHIVE RUNNER PROGRAM DOCUMENT...: the archive works where it is
# unpacked, wherever it is moved to and without environment; its runner is
# RUNNER; packing PROGRAM and the documents again gives the same bytes.
set -u
archive=$(realpath "$1")
runner=$(realpath "$2")
shift 2
name=$(basename "$archive" .tar.gz)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# is NAME COMMAND...: the test NAME passes if the command succeeds
is()
{
	local title=$1
	shift
	if "$@" >"$work/out" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL: $title"
		tail -n 20 "$work/out" | sed 's/^/    /'
	fi
}

not()
{
	! "$@"
}

# Nothing of the environment; the working directory is not that of the program.
ct()
{
	(cd "$work/elsewhere" && env -i "$moved/bin/nvme-lm-ct" "$@")
}

# From outside lib/ come only those that every glibc system has.
outside()
{
	env -i /usr/bin/ldd "$moved/bin/nvme-lm-ct" >"$work/ldd" || return 1
	not grep 'not found' "$work/ldd" || return 1
	sed -nE 's/.* => (.*) \(0x.*/\1/p' "$work/ldd" | while read -r file; do
		real=$(realpath "$file")
		[[ $real == "$moved"/lib/* ]] && continue
		[[ $(basename "$file") =~ ^lib(c|m|dl|rt|pthread|resolv)\.so ]] || {
			echo "comes from outside: $file"
			exit 1
		}
	done
}

# Every library has its package in the list, every package its licence.
licences()
{
	local package n=0

	while read -r package _; do
		[ -s "$moved/LICENSES/libraries/$package/copyright" ] || return 1
		n=$((n + 1))
	done <"$moved/LICENSES/libraries/packages.txt"
	[ "$n" -ge "$(find "$moved/lib" -type f | wc -l)" ]
}

same_again()
{
	(umask 077 && tools/dist "$work/again/$name.tar.gz" "$@") &&
		cmp "$archive" "$work/again/$name.tar.gz"
}

mkdir -p "$work/first" "$work/a path/with spaces" "$work/elsewhere"
tar -C "$work/first" -xzf "$archive"
moved="$work/a path/with spaces/nvme-lm-ct"
mv "$work/first/$name" "$moved"
is "there is one directory in the archive" rmdir "$work/first"

is "the same input gives the same bytes" same_again "$@"
is "libraries come from its lib/ or libc" outside
is "each library has its licence" licences
is "README has ten lines" [ "$(wc -l <"$moved/README")" -eq 10 ]
is "README names what is there" eval '! grep "@" "$moved/README" &&
	[ -x "$moved/bin/nvme-lm-ct" ] && [ -d "$moved/share/doc/nvme-lm-ct" ]'
is "the manual is well formed" eval '[ -z "$(mandoc -T lint "$moved/share/man/man1/nvme-lm-ct.1")" ]'
is "the manual is shown" eval 'mandoc -T markdown "$moved/share/man/man1/nvme-lm-ct.1" | grep -q SYNOPSIS'
is "the documents name no file that is not there" eval \
	'! grep -nE "\]\(\.\." "$moved"/share/doc/nvme-lm-ct/*.md'

# The rows lie in a linker section that its own link could have lost.
is "list shows the rows of the build" eval 'diff <(ct list) <("$runner" list)'
is "explain" eval 'ct explain LM-SUS-040 | grep -q LM-SUS-040'
is "run" ct run --target model --filter QRY --log l.jsonl
is "report" eval 'ct report l.jsonl --output report/ && [ -s "$work/elsewhere/report/index.html" ]'
is "bundle" ct bundle l.jsonl --output l.tar.gz
is "verify" ct verify l.tar.gz

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
