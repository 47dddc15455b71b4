# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# shellcheck shell=sh
#
# Parts "memory" and "never" of guest/driver-job: allocations that fail, and commands that never
# end. Apart from the others, since Linux says so of memory that it does not get, and of the PF's
# resets.

# fault_setting FAULT SETTING VALUE: of the kernel's fault injection, where it has this one
fault_setting()
{
	[ ! -d "/sys/kernel/debug/$1" ] || echo "$3" >"/sys/kernel/debug/$1/$2"
}

# some of the about 150 allocations of a bind as well; what is left is bound, or not at all
bind_with_faults()
{
	for n in $(seq 1 2 41); do
		echo nvme-vfio-pci >"/sys/bus/pci/devices/$(vf 1)/driver_override"
		sh -c "echo $n >/proc/self/fail-nth; echo $(vf 1) >/sys/bus/pci/drivers_probe" 2>/dev/null
		[ ! -e "/sys/bus/pci/devices/$(vf 1)/driver" ] ||
			echo "$(vf 1)" >"/sys/bus/pci/devices/$(vf 1)/driver/unbind" || return 1
	done
}

# a limit that is too near to the time that Linux gives a command
bound_with_short_timeout()
{
	echo 3 >/sys/module/nvme_core/parameters/admin_timeout
	bind "$(vf 1)" nvme-vfio-pci && says "no migration" vf-move show "$(vf 1)"
	short_status=$?
	echo 60 >/sys/module/nvme_core/parameters/admin_timeout
	bind "$(vf 1)" nvme-vfio-pci && return $short_status
}

part_memory()
{
	for fault in failslab fail_page_alloc fail_usercopy; do
		fault_setting $fault verbose 0
	done
	fault_setting failslab ignore-gfp-wait N
	fault_setting fail_page_alloc ignore-gfp-wait N
	fault_setting fail_page_alloc min-order 0
	if [ -e /proc/self/fail-nth ]; then
		expect "binds with the n-th allocation failing" bind_with_faults
		expect "VF 1 is bound again" bind "$(vf 1)" nvme-vfio-pci
		rows memory --filter DRV/nth-allocation-of-an-arc-may-fail
	fi
	expect "VF 1 migrates after it" vf-move move "$(vf 1)" "$(vf 2)"
	expect "no migration with a short timeout" bound_with_short_timeout
}

part_never()
{
	# more than twice the SUSPEND limit
	echo 6 >/sys/module/nvme_core/parameters/admin_timeout
	expect "VF 1 is bound with it" bind "$(vf 1)" nvme-vfio-pci
	expect "VF 2 is bound with it" bind "$(vf 2)" nvme-vfio-pci
	# lockdep does not like the PF's reset in 6.1
	[ ! -e $leaks ] || rows_options=,log=none
	rows_options=$rows_options,unbind=yes
	# shellcheck disable=SC2086 # words
	rows never $(echo $NEVER_ROWS | sed 's/[^ ]*/--filter &/g')
	rows_options=
	expect "live after hung commands" pf_live
	echo 60 >/sys/module/nvme_core/parameters/admin_timeout
}
