# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# shellcheck shell=sh
#
# What the jobs in guests share; sourced by them as /checks.sh. Each check leaves
# "pass WHAT" or "fail WHAT: what was said" in /out/checks.

# expect WHAT COMMAND...
expect()
{
	expect_what=$1
	shift
	if "$@" >/tmp/said 2>&1; then
		echo "pass $expect_what" >>/out/checks
	else
		echo "fail $expect_what: $(tr '\n' ' ' </tmp/said)" >>/out/checks
	fi
	echo "job: $expect_what" >/dev/kmsg
}

is_live()
{
	[ -c "/dev/$1" ] && [ "$(cat "/sys/class/nvme/$1/state")" = live ] && [ -b "/dev/$1$2" ] && [ -b "/dev/${1}n1" ]
}

# live CONTROLLER [NAMESPACE]: within 10 s, with that namespace, default n2
live()
{
	live_tries=0
	until is_live "$1" "${2:-n2}"; do
		live_tries=$((live_tries + 1))
		[ $live_tries -le 100 ] || { echo "no live $1 after 10 s"; return 1; }
		usleep 100000
	done
}

# the driver again, with a disk for each controller of a subsystem
without_multipath()
{
	rmmod nvme && rmmod nvme_core && insmod "$(grep nvme-core /modules.list)" multipath=0 &&
		insmod "$(grep '/nvme.ko' /modules.list)"
}
