# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# shellcheck shell=sh
#
# Part "users" of guest/driver-job: what can happen to the user of a VF, and to its PF.

# hold BDF STATE: the VF is open in that state, within 20 s; $holder has it open
hold()
{
	: >/tmp/held
	vf-hold "$1" "$2" >/tmp/held 2>&1 &
	holder=$!
	tries=0
	until grep -q ": $2$" /tmp/held; do
		tries=$((tries + 1))
		[ $tries -le 200 ] || { cat /tmp/held; return 1; }
		usleep 100000
	done
}

# runs VF: it is not suspended
runs()
{
	fails "13a|Not Suspended|NOT_SUSPENDED" five 0xCC "$1"
}

# the driver stays while a VF is open, and a killed owner leaves one that runs
in_use_then_killed()
{
	hold "$(vf 1)" "$1" || return 1
	rmmod nvme_vfio_pci 2>/dev/null && { echo "rmmod succeeds"; return 1; }
	kill -9 $holder
	wait $holder 2>/dev/null
	runs 1
}

# a reset of the VF, then one of its PF, while a user has it, who is in RUNNING by then; it can be had anew
reset_then_killed()
{
	hold "$(vf 1)" "$1" || return 1
	echo 1 >"/sys/bus/pci/devices/$(vf 1)/reset" && runs 1 || return 1
	nvme reset /dev/nvme0 && pf_live || return 1
	kill -0 $holder || { echo "its user is gone"; return 1; }
	kill -9 $holder
	wait $holder 2>/dev/null
	runs 1 && vf-move show "$(vf 1)"
}

# let_go: its user was asked, and went
let_go()
{
	wait $holder
	grep -q "^asked for" /tmp/held || { cat /tmp/held; return 1; }
}

# the VF's driver is unbound; it waits for the user, who was asked
vf_unbind()
{
	hold "$(vf 1)" "$1" || return 1
	echo "$(vf 1)" >"/sys/bus/pci/drivers/nvme-vfio-pci/unbind"
	let_go && runs 1 && bind "$(vf 1)" nvme-vfio-pci && vf-move show "$(vf 1)"
}

# the VFs go
no_vfs()
{
	hold "$(vf 1)" "$1" || return 1
	numvfs 0
	let_go || return 1
	[ ! -e "$pci/virtfn0" ] || { echo "VFs outlive it"; return 1; }
	with_vfs 4 && runs 1 && vf-move show "$(vf 1)"
}

# the PF goes, and with it all VFs, while one of them is open
hold_and_unbind()
{
	hold "$(vf 2)" "$1" || return 1
	echo "$pf" >/sys/bus/pci/drivers/nvme/unbind
	let_go || return 1
	[ ! -e "$pci/virtfn0" ] || { echo "VFs outlive the driver"; return 1; }
	echo "$pf" >/sys/bus/pci/drivers/nvme/bind && pf_live
}

# vfs_back: as they were before their PF went
vfs_back()
{
	with_vfs 4 && vf-move save "$(vf 2)" /tmp/image
}

part_users()
{
	# Linux's own part is the same in every kernel, and that for debugging sees the most
	users_states=STOP_COPY
	[ ! -e $leaks ] || users_states="RUNNING RUNNING_P2P STOP STOP_COPY RESUMING"
	for state in $users_states; do
		expect "rmmod of the driver in use in $state, then SIGKILL of the user" in_use_then_killed "$state"
		expect "reset of the VF in $state, then one of its PF" reset_then_killed "$state"
		expect "unbind of the VF in $state" vf_unbind "$state"
		expect "sriov_numvfs 0 in $state" no_vfs "$state"
		expect "PF unbind in $state" hold_and_unbind "$state"
		expect "the VFs are back" vfs_back
	done
	expect "an administrator suspends VF 1" five 0xC8 1
	expect "VF 1 opens, and runs" vf-move show "$(vf 1)"
	expect "it was not suspended any more" runs 1
	expect "FLR of a VF by sysfs" sh -c "echo 1 >/sys/bus/pci/devices/$(vf 1)/reset"
	expect "PF reset" nvme reset /dev/nvme0
	expect "live after it" pf_live
	expect "VF 1 moves to VF 2 after it" vf-move move "$(vf 1)" "$(vf 2)"
}
