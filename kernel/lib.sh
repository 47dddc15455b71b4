# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the builds of Linux share; sourced by the scripts beside it, which have
# $here, the directory they are in, and $name, for their messages.
. "$here/../guest/lib.sh"

die()
{
	echo "$name: $*" >&2
	exit 2
}

hash_of()
{
	sha256sum | cut -c 1-32
}

# ours: all that decides what the driver and the patch are
ours()
{
	(cd "$here" && cat make-series nvme-pci/* nvme-vfio-pci/* series/* tests/vf-cmd/*)
}

# need_source VERSION KERNELDIR: they must be of one version of Debian's
need_source()
{
	[ -e "$(linux_source "$1")" ] || die "no source of Linux $1: run ./bootstrap all"
	[ "$(linux_source_version "$1")" = "$(cat "$2/version" 2>/dev/null)" ] ||
		die "the source of Linux $1 is $(linux_source_version "$1"), the kernel and headers in" \
			"$2 are $(cat "$2/version" 2>/dev/null): run ./bootstrap all"
}

# put FILE TARGET: copy where it differs, so that nothing is built again for nothing
put()
{
	cmp -s "$1" "$2" || { mkdir -p "$(dirname "$2")" && cp "$1" "$2"; }
}

# run WHAT COMMAND...: with its output in $log; on failure the log is shown
run()
{
	local what=$1 status

	shift
	set +e
	(set -e; "$@") >"$log" 2>&1
	status=$?
	set -e
	[ $status -ne 0 ] || return 0
	echo "$name: $what failed; the end of $log:" >&2
	tail -n 40 "$log" | sed 's/^/    /' >&2
	exit 2
}
