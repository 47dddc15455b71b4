# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# shellcheck shell=sh
#
# What the parts of guest/driver-job share; sourced by it behind checks.sh.

# rows NAME OPTION...: the suite's rows for drivers on VF 1 and 2; a check for each row
rows()
{
	rows_name=$1
	shift
	nvme-lm-ct run --target "driver:$(vf 1),$(vf 2)$rows_options" --log "/out/$rows_name.jsonl" \
		--expect-na /na "$@" \
		>"/out/$rows_name.out" 2>&1
	rows_status=$?
	sed -n 's/^\(PASS\|PASS (note)\|NOT APPLICABLE\|SKIPPED\)  *\(DRV\/.*\)/pass \2/p' \
		"/out/$rows_name.out" >>/out/checks
	sed -n 's/^\(WARN\|FAIL\|ERROR\|HUNG\|NOT RUN\)  *\(DRV\/.*\)/fail \2/p' \
		"/out/$rows_name.out" >>/out/checks
	expect "rows $rows_name: the run" test $rows_status -eq 0
}

# for the end of the target's argument
rows_options=

# pf_live: within 10 s
pf_live()
{
	tries=0
	until [ "$(cat "/sys/class/nvme/nvme0/state" 2>/dev/null)" = live ]; do
		tries=$((tries + 1))
		[ $tries -le 100 ] || { echo "no live nvme0 after 10 s"; return 1; }
		usleep 100000
	done
}

# vf N: its address
vf()
{
	basename "$(readlink -f "$pci/virtfn$(($1 - 1))")"
}

# bind BDF DRIVER: by driver_override
bind()
{
	[ ! -e "/sys/bus/pci/devices/$1/driver" ] ||
		echo "$1" >"/sys/bus/pci/devices/$1/driver/unbind" || return 1
	echo "$2" >"/sys/bus/pci/devices/$1/driver_override" &&
		echo "$1" >/sys/bus/pci/drivers_probe &&
		[ "$(basename "$(readlink -f "/sys/bus/pci/devices/$1/driver")")" = "$2" ]
}

# says REGEX COMMAND...: it succeeds and prints a matching line
says()
{
	says_regex=$1
	shift
	says_text=$("$@" 2>&1) || { echo "$says_text"; return 1; }
	echo "$says_text" | grep -Eq "$says_regex" || { echo "$says_text"; return 1; }
}

# fails REGEX COMMAND...: it fails and prints a matching line
fails()
{
	fails_regex=$1
	shift
	fails_text=$("$@" 2>&1) && { echo "succeeds: $fails_text"; return 1; }
	echo "$fails_text" | grep -Eq "$fails_regex" || { echo "$fails_text"; return 1; }
}

# five OPCODE VF: one of the five through the PF's passthrough
five()
{
	nvme admin-passthru /dev/nvme0 --opcode="$1" --cdw10="$2"
}

numvfs()
{
	echo "$1" >"$pci/sriov_numvfs"
}

# with_vfs N: that many, VF 1 and 2 with our driver
with_vfs()
{
	numvfs "$1" && bind "$(vf 1)" nvme-vfio-pci && bind "$(vf 2)" nvme-vfio-pci
}

leaks=/sys/kernel/debug/kmemleak

# leaks_from_here: only what is lost from here on counts, where the kernel looks for leaks
leaks_from_here()
{
	[ ! -e $leaks ] || echo clear >$leaks
}

# scanned: what is lost now. Twice, and not before memory is 5 s old: what a register held for a
# moment is no leak.
scanned()
{
	usleep 6000000
	echo scan >$leaks
	usleep 6000000
	echo scan >$leaks
	cat $leaks
}

# name_leak: that of the rows which loses memory, found by halves
name_leak()
{
	insmod "$(grep nvme-vfio-pci /modules.list)" && with_vfs 4 || return 1
	sed -n 's/^PASS  *\(DRV[^ ]*\) .*/\1/p' /out/*.out >/tmp/suspects
	while [ "$(wc -l </tmp/suspects)" -gt 1 ]; do
		head -n $(($(wc -l </tmp/suspects) / 2)) /tmp/suspects >/tmp/half
		leaks_from_here
		# shellcheck disable=SC2046 # words
		nvme-lm-ct run --target "driver:$(vf 1),$(vf 2),unbind=yes" --log /tmp/half.jsonl \
			$(sed 's/^/--filter /' /tmp/half) >&2
		[ -n "$(scanned)" ] || grep -vxFf /tmp/half /tmp/suspects >/tmp/others
		[ ! -e /tmp/others ] || mv /tmp/others /tmp/half
		mv /tmp/half /tmp/suspects
	done
	cat /tmp/suspects
}
