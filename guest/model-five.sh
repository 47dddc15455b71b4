# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# shellcheck shell=sh
#
# The five commands by admin-passthru; sourced by guest/model-job.
SUSPEND=0xC8
RESUME=0xCC
QUERY=0xC4
SAVE=0xD2
LOAD=0xD5

# five OPCODE VF ARGUMENT...: one of the five commands
five()
{
	five_opcode=$1
	five_vf=$2
	shift 2
	nvme admin-passthru $device --opcode="$five_opcode" --cdw10="$five_vf" "$@"
}

# the size that QUERY_DATA_SIZE says of VF 1
query()
{
	query_hex=$(five $QUERY 1 2>&1 | sed -n 's/.*result: *0x\([0-9a-f]*\).*/\1/p')
	[ -n "$query_hex" ] && echo $((0x$query_hex))
}

# save FILE SIZE, load FILE SIZE: the whole image of VF 1
save()
{
	five $SAVE 1 --cdw11="$2" --data-len="$2" --read --raw-binary >"$1" &&
		[ "$(wc -c <"$1")" -eq "$2" ]
}

load()
{
	five $LOAD 1 --cdw11="$2" --data-len="$2" --write --input-file="$1"
}

# not zero, a multiple of 4, and no more than bytes 3079:3076 of Identify Controller
size_is_sound()
{
	sound_max=$(nvme id-ctrl $device --raw-binary | dd bs=1 skip=3076 count=4 2>/dev/null |
		od -An -tu4 | tr -d ' ')
	echo "size '$size', at most '$sound_max'"
	[ "$size" -gt 0 ] && [ $((size % 4)) -eq 0 ] && [ "$size" -le "$sound_max" ]
}

# a bit of the last section is turned over
load_damaged()
{
	head -c $((size - 1)) /tmp/image >/tmp/damaged
	printf '\377' >>/tmp/damaged
	cmp -s /tmp/image /tmp/damaged && return 1
	refused 0x41C0 load /tmp/damaged "$size"
}

# each in each state, with VF 1 of two
check_five()
{
	size=$(query)
	expect "QUERY_DATA_SIZE" size_is_sound
	expect "VF index 0: Invalid Field" refused 0x4002 five $QUERY 0
	expect "VF index 3 of 2: Invalid Field" refused 0x4002 five $SUSPEND 3
	expect "RESUME while ACTIVE: Controller Not Suspended" refused 0x13A five $RESUME 1
	expect "SAVE_DATA while ACTIVE: Controller Not Suspended" refused 0x13A save /tmp/image "$size"
	head -c "$size" /dev/zero >/tmp/zeroes
	expect "LOAD_DATA while ACTIVE: Controller Not Suspended" refused 0x13A load /tmp/zeroes "$size"
	expect "SUSPEND" five $SUSPEND 1
	expect "SUSPEND while SUSPENDED" five $SUSPEND 1
	expect "QUERY_DATA_SIZE while SUSPENDED: the same" is size "$(query)" "$size"
	expect "SAVE_DATA" save /tmp/image "$size"
	expect "SAVE_DATA again" save /tmp/again "$size"
	expect "both images are equal" cmp /tmp/image /tmp/again
	expect "the image begins with its magic" is magic "$(head -c 8 /tmp/image)" NVMELMST
	expect "LOAD_DATA of what is no image: Invalid State Image" refused 0x41C0 load /tmp/zeroes "$size"
	expect "LOAD_DATA of a damaged image: Invalid State Image" load_damaged
	expect "LOAD_DATA" load /tmp/image "$size"
	expect "RESUME" five $RESUME 1
	expect "RESUME again: Controller Not Suspended" refused 0x13A five $RESUME 1
	for opcode in $QUERY $SUSPEND $RESUME $SAVE $LOAD; do
		expect "$opcode on a VF's admin queue: Invalid Opcode" refused 0x4001 \
			nvme admin-passthru /dev/nvme1 --opcode="$opcode" --cdw10=1
	done
}

# completed writes of VF 1
writes()
{
	awk '{ print $5 }' /sys/block/nvme1n1/stat
}

# nothing completes while the VF is suspended; its own image brings it back to where it was
suspend_save_load_resume()
{
	five $SUSPEND 1 || return 1
	# a busy guest takes the last completions up a while after SUSPEND has ended
	tries=0
	until before=$(writes) && usleep 200000 && [ "$before" = "$(writes)" ]; do
		tries=$((tries + 1))
		[ $tries -lt 20 ] || { echo "writes end while suspended"; five $RESUME 1; return 1; }
	done
	size=$(query)
	[ -n "$size" ] || { echo "QUERY_DATA_SIZE says no size"; return 1; }
	save /tmp/image "$size" && load /tmp/image "$size" && five $RESUME 1
}

# the guest of VF 1 writes all the while and notices nothing
migrated_under_load()
{
	dd if=/dev/urandom of=/tmp/load bs=64k count=320 2>/dev/null
	dd if=/tmp/load of=/dev/nvme1n1 bs=4k oflag=direct 2>/dev/null &
	writer=$!
	moves=0
	while kill -0 $writer 2>/dev/null && [ $moves -lt 10 ]; do
		suspend_save_load_resume || return 1
		moves=$((moves + 1))
	done
	wait $writer || { echo "the writer failed"; return 1; }
	[ $moves -ge 3 ] || { echo "only $moves moves while it wrote"; return 1; }
	dd if=$disk bs=64k count=320 iflag=direct 2>/dev/null | cmp - /tmp/load
}
