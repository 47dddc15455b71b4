# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# shellcheck shell=sh
#
# Part "users" of guest/driver-job: what a system does to a VF and its user, and to its PF.

# runs VF: it is not suspended
runs()
{
	fails "13a|Not Suspended|NOT_SUSPENDED" five 0xCC "$1"
}

part_users()
{
	rows_options=,unbind=yes
	# shellcheck disable=SC2086 # words
	rows users $(echo $EVENT_ROWS | sed 's/[^ ]*/--filter &/g')
	rows_options=
	expect "an administrator suspends VF 1" five 0xC8 1
	expect "VF 1 opens, and runs" vf-move show "$(vf 1)"
	expect "it was not suspended any more" runs 1
	expect "PF reset" nvme reset /dev/nvme0
	expect "live after it" pf_live
	expect "VF 1 moves to VF 2 after it" vf-move move "$(vf 1)" "$(vf 2)"
}
