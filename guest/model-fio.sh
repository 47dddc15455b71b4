# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# shellcheck shell=sh
#
# fio with verification, and what happens to the device under its load; sourced by
# guest/model-job. PF and VF share a namespace: the PF has its lower half, the VF
# the upper one.
half=32m

# Sections of depth, block size and order, one after the other: every depth up to 128,
# and sizes from a block to MDTS (128 KiB) and beyond, where Linux makes several commands.
sections()
{
	cat <<'END'
[global]
ioengine=libaio
direct=1
thread=1
verify=crc32c
verify_fatal=1
END
	while read -r depth order size bytes; do
		printf '[%s-%s-%s]\nstonewall\nfilename=%s\noffset=%s\niodepth=%s\nrw=%s\nbsrange=%s\nsize=%s\n' \
			"$order" "$size" "$depth" "$1" "$2" "$depth" "$order" "$size" "$bytes"
	done <<'END'
1 randwrite 512-512 64k
128 write 512-512 256k
1 write 4k-4k 512k
32 randwrite 4k-4k 2m
128 randwrite 4k-4k 2m
2 write 128k-128k 8m
64 randwrite 128k-128k 16m
4 randwrite 132k-132k 4m
8 write 1m-1m 16m
16 randwrite 512-256k 8m
END
}

# verified DISK OFFSET: fio finds what it wrote, in each section
verified()
{
	sections "$1" "$2" >/tmp/verify.fio
	fio --minimal --output=/tmp/verified /tmp/verify.fio || { cat /tmp/verified; return 1; }
	# section, error, KiB read, KiB written: all that was written was read again
	awk -F ';' '{ n++; if ($5 || !$6 || $6 != $47) { print $3, $5, $6, $47; bad = 1 } }
		END { if (n != 10) print n, "sections"; exit bad || n != 10 }' /tmp/verified
}

# load DISK OFFSET ARGUMENT...: about three seconds of it, in the background
load_disk()
{
	load_name=$1
	load_offset=$2
	shift 2
	fio --name=load --minimal --ioengine=libaio --direct=1 --thread=1 --filename="$load_name" \
		--offset="$load_offset" \
		--allow_file_create=0 --size=16m --rw=randwrite --bs=4k --iodepth=128 "$@" >/tmp/load.out 2>&1 &
}

# Linux holds the I/O back and sends it again: nothing of it is lost
# survives DISK OFFSET COMMAND...
survives()
{
	load_disk "$1" "$2" --rate_iops=2500 --verify=crc32c --verify_fatal=1
	survives_load=$!
	shift 2
	usleep 800000
	"$@" || { wait $survives_load; return 1; }
	kill -0 $survives_load || { echo "the load was over too early"; return 1; }
	wait $survives_load || { cat /tmp/load.out; return 1; }
}

# The device goes away below the load, which ends, with errors or without.
# outlived DISK COMMAND...
outlived()
{
	load_disk "$1" 0 --time_based=1 --runtime=3
	outlived_load=$!
	shift
	usleep 800000
	kill -0 $outlived_load || { echo "the load did not run: $(cat /tmp/load.out)"; return 1; }
	"$@"
	outlived_status=$?
	wait $outlived_load
	return $outlived_status
}
