#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Negative control of the rows for drivers: each flaw in kernel/tests/flaws/, put into the
# driver, makes a row fail that cites the requirement it breaks, or for each of them one. WORKDIR/proofs
# gets a line "REQUIREMENT ROW FLAW" for each proof; with UPDATE=1 it becomes PROOFS, else it has to be that.
# Usage: kernel/tests/suite/flaws.sh WORKDIR PROOFS OBJECTS LIBS CC FLAG...
set -u
# what is not freed is for the shim to count
export ASAN_OPTIONS=detect_leaks=0:quarantine_size_mb=1
work=$1
proofs=$2
objects=$3
libs=$4
shift 4
targets='driver-shim driver-shim:reset=none'

# judge DIR TARGET OPTION...: what the rows say of it, in DIR/log.jsonl
judge()
{
	judge_dir=$1
	judge_target=$2
	shift 2
	timeout 120 "$judge_dir/suite" run --target "$judge_target" --log "$judge_dir/log.jsonl" --quiet \
		--exclude DRV/thousandth-migration-works-as-the-first "$@" >"$judge_dir/log" 2>&1
}

# citing DIR REQUIREMENT...: options that choose the rows that cite one of them
citing()
{
	citing_dir=$1
	shift
	"$citing_dir/suite" list --citations | awk -v reqs="$*" '
		BEGIN { split(reqs, req) }
		{ for (r in req) if (index($0 " ", " " req[r] " ")) { print "--filter", $1; next } }'
}

# proofs DIR REQUIREMENT FLAW: rows that fail and cite it
proofs()
{
	"$1/suite" list --citations | awk -v req="$2" -v flaw="$3" '
		FILENAME == "-" {
			for (i = 1; i <= NF; i++)
				if ($i == req)
					cites[$1]
			next
		}
		/^{"type":"row"/ && /"verdict":"(FAIL|WARN|HUNG|ERROR)"/ {
			match($0, /"row":"[^"]*"/)
			row = substr($0, RSTART + 7, RLENGTH - 8)
			if (row in cites)
				print req, row, flaw
		}' - "$1/log.jsonl"
}

# is_clean DIR: nothing fails
is_clean()
{
	for target in $targets; do
		judge "$1" "$target" && continue
		grep -m 3 -E '^(FAIL|HUNG|ERROR)' "$1/log"
		return 1
	done
}

# is_caught DIR FLAW REQUIREMENT...: by rows that cite it, for each; $missing is one for which there is none
is_caught()
{
	caught_dir=$1
	caught_flaw=$2
	shift 2
	caught_rows=$(citing "$caught_dir" "$@")
	: >"$caught_dir/proofs"
	for target in $targets; do
		# shellcheck disable=SC2086 # words
		judge "$caught_dir" "$target" $caught_rows
		missing=
		for requirement; do
			proofs "$caught_dir" "$requirement" "$caught_flaw" >>"$caught_dir/proofs"
			grep -q "^$requirement " "$caught_dir/proofs" || missing=$requirement
		done
		[ -n "$missing" ] || return 0
	done
	return 1
}

# build DIR COMPILE...: the suite with the driver in DIR/src
build()
{
	build_dir=$1
	shift
	# shellcheck disable=SC2086 # lists
	"$@" -w -O1 -g -fsanitize=address -Ikernel/tests -I"$build_dir/src" -o "$build_dir/suite" \
		$objects "$build_dir"/src/{main,migration,cmd,capability}.c $libs >"$build_dir/log" 2>&1
}

# one PATCH COMPILE...: says what is wrong, or nothing
one()
{
	patch=$1
	name=$(basename "$patch" .patch)
	dir=$work/$name
	shift
	mkdir -p "$dir/src"
	cp kernel/nvme-vfio-pci/*.[ch] "$dir/src/"
	if [ "$patch" != none ] &&
		! patch -d "$dir/src" -p1 -s -f --no-backup-if-mismatch <"$patch" >"$dir/log" 2>&1; then
		echo "$name does not fit any more"
	elif ! build "$dir" "$@"; then
		echo "$name cannot be built: $(tail -n 3 "$dir/log")"
	elif [ "$patch" = none ]; then
		said=$(is_clean "$dir") || echo "$name: $said"
	else
		# shellcheck disable=SC2046 # words
		is_caught "$dir" "$name" $(sed -n '1s/:.*//p' "$patch") ||
			echo "$name breaks $missing, and no row that cites it fails"
	fi
	rm -f "$dir/suite"
}

rm -rf "$work"
mkdir -p "$work"
passed=0
failed=0
for patch in none kernel/tests/flaws/*.patch; do
	! grep -qs '^Test: guest' "$patch" || continue
	[ "$(jobs -rp | wc -l)" -lt "$(nproc)" ] || wait -n
	one "$patch" "$@" >"$work/$(basename "$patch" .patch).said" &
done
wait
for said in "$work"/*.said; do
	if [ -s "$said" ]; then
		sed 's/^/FAIL: /' "$said"
		failed=$((failed + 1))
	else
		passed=$((passed + 1))
	fi
done
{
	echo '# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only'
	echo '# requirement, row, and the flaw in kernel/tests/flaws/ that shows that the row fails when it is broken'
	cat "$work"/*/proofs 2>/dev/null | LC_ALL=C sort -u
} >"$work/proofs"
if [ -n "${UPDATE:-}" ]; then
	cp "$work/proofs" "$proofs"
elif diff -u "$proofs" "$work/proofs" >"$work/proofs.diff"; then
	passed=$((passed + 1))
else
	failed=$((failed + 1))
	echo "FAIL: $proofs is out of date (make driver-proofs-update):"
	head -n 20 "$work/proofs.diff"
fi
echo "$passed passed, $failed failed"
[ $passed -gt 0 ] && [ $failed -eq 0 ]
