# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# shellcheck shell=sh
#
# Part "rows" of guest/driver-job: the suite's rows, and the calls of a plain user.

corrupted()
{
	cp /tmp/image /tmp/bad && printf x | dd of=/tmp/bad bs=1 seek=100 conv=notrunc 2>/dev/null &&
		fails "RUNNING: Bad message" vf-move load "$(vf 1)" /tmp/bad
}

truncated()
{
	dd if=/tmp/image of=/tmp/bad bs=4 count=20 2>/dev/null &&
		fails "RUNNING: Bad message" vf-move load "$(vf 1)" /tmp/bad
}

over_long()
{
	dd if=/dev/zero of=/tmp/bad bs=1M count=2 2>/dev/null &&
		fails "write: No space left" vf-move load "$(vf 1)" /tmp/bad
}

# in part "users", where they may unbind
EVENT_ROWS="DRV/reset-by-another-in-each-state-leaves-a-vf-that-runs
	DRV/killed-user-leaves-a-vf-that-runs
	DRV/driver-in-use-stays
	DRV/user-of-a-vf-that-goes-is-asked-and-waited-for"
# in part "never", where a command's time is short
NEVER_ROWS="DRV/command-that-never-ends-fails-its-arc-in-time
	DRV/pf-that-goes-during-an-arc-is-let-go"
PARTS_OF_THEIR_OWN="$EVENT_ROWS
	$NEVER_ROWS
	DRV/nth-allocation-of-an-arc-may-fail"

part_rows()
{
	expect "VF 1 offers both" says "stop-and-copy, peer to peer, RUNNING" vf-move show "$(vf 1)"
	expect "VF 1 is saved" vf-move save "$(vf 1)" /tmp/image
	expect "the image is one" says NVMELMST head -c 8 /tmp/image
	expect "VF 1 is loaded" vf-move load "$(vf 1)" /tmp/image
	expect "VF 1 moves to VF 2" vf-move move "$(vf 1)" "$(vf 2)"
	expect "a corrupted image" corrupted
	expect "a truncated image" truncated
	expect "an image that is too long" over_long
	# a kernel that looks for mistakes is too slow for a thousand migrations
	rows_few=
	[ ! -e $leaks ] || rows_few="--exclude DRV/thousandth-migration-works-as-the-first"
	# shellcheck disable=SC2086 # words, or none
	rows vfio $(echo $PARTS_OF_THEIR_OWN | sed 's/[^ ]*/--exclude &/g') $rows_few
	expect "VF 1 on the generic driver has no migration" bind "$(vf 1)" vfio-pci
	expect "it says so" says "no migration" vf-move show "$(vf 1)"
	expect "VF 1 is bound again" bind "$(vf 1)" nvme-vfio-pci
	expect "VF 1 is saved again" vf-move save "$(vf 1)" /tmp/image
}
