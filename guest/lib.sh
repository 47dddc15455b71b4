# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# shellcheck shell=sh
#
# The pieces that every guest run is made of; sourced by the scripts beside it.
# Nothing here needs root, KVM or the network.

# nvme, modprobe and depmod live there; a user's PATH may not have it
PATH=$PATH:/usr/sbin:/sbin

guest_die()
{
	echo "$(basename "$0"): $*" >&2
	exit 2
}

# guest_cache: where fetched and built artefacts live, outside the tree
guest_cache()
{
	echo "${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/nvme-lm"
}

# guest_need PROGRAM...: end with a clear line where one is missing
guest_need()
{
	for need_program; do
		command -v "$need_program" >/dev/null ||
			guest_die "$need_program is missing: run ./bootstrap all"
	done
}

# guest_options PARAMETER...: those of every kernel, and these. The emulated processor leaks nothing,
# and what Linux does against leaks takes a tenth of a guest's time.
guest_options()
{
	echo console=ttyS0 panic=-1 quiet no_timer_check mitigations=off "$@"
}

# guest_stock_kernel [6.12]: directory of the unpacked stock kernel (boot/, lib/modules/,
# headers/, release, version)
guest_stock_kernel()
{
	stock_dir=$(guest_cache)/kernel/stock${1:+-$1}
	[ -e "$stock_dir/complete" ] ||
		guest_die "no kernel in $(guest_cache)/kernel: run ./bootstrap all"
	readlink -f "$stock_dir"
}

# guest_kernel_image KERNELDIR: what QEMU boots. A kernel that is packed by xz and has an
# entry for PVH is unpacked here, once, because an emulated CPU takes 3 s for it at each boot.
guest_kernel_image()
{
	image=$1/boot/vmlinux-$(cat "$1/release")
	[ -e "$image" ] || guest_unpack_kernel "$1" "$image" || image=$1/boot/vmlinuz-$(cat "$1/release")
	echo "$image"
}

# guest_unpack_kernel KERNELDIR IMAGE: false where it is none that can be unpacked. Guests that
# begin at the same time may do it at the same time, each in a file of its own.
guest_unpack_kernel()
{
	unpack_from=$1/boot/vmlinuz-$(cat "$1/release")
	grep -qsx CONFIG_PVH=y "$1/boot/config-$(cat "$1/release")" && command -v xz >/dev/null || return 1
	unpack_at=$(LC_ALL=C grep -m 1 -abo "$(printf '\3757zXZ')" "$unpack_from" | head -n 1 | cut -d : -f 1)
	[ -n "$unpack_at" ] || return 1
	unpack_to=$(mktemp "$2.XXXXXX") || return 1
	if tail -c "+$((unpack_at + 1))" "$unpack_from" | xz -dc --single-stream >"$unpack_to" 2>/dev/null; then
		mv "$unpack_to" "$2"
	else
		rm -f "$unpack_to"
		return 1
	fi
}

# linux_source 6.1|6.12: the tarball of that kernel's source
linux_source()
{
	source_dir=$(guest_cache)/source/linux
	[ "$1" = 6.1 ] || source_dir=$source_dir-$1
	echo "$source_dir/usr/src/linux-source-$1.tar.xz"
}

# linux_source_version 6.1|6.12: Debian's version of it, nothing if it is not there
linux_source_version()
{
	source_log=$(dirname "$(linux_source "$1")")/../share/doc/linux-source-$1/changelog.Debian.gz
	[ ! -e "$source_log" ] || gzip -dc "$source_log" | sed -n "1s/.*(\\(.*\\)).*/\\1/p;1q"
}

# stage_file STAGE FILE [TARGET]: copy one file, under its own name or TARGET
stage_file()
{
	mkdir -p "$1/$(dirname "${3:-$2}")"
	cp -L "$2" "$1/${3:-$2}"
}

# stage_program STAGE FILE [TARGET]: copy a program with the libraries it is linked with
stage_program()
{
	stage_file "$1" "$2" "${3:-$2}"
	chmod 755 "$1/${3:-$2}"
	# "lib => /path (0x..)" or "/path (0x..)"; a static program has none
	for stage_lib in $(ldd "$2" 2>/dev/null |
		sed -n 's/^.*[[:space:]]\(\/[^ ]*\) (0x[0-9a-f]*)$/\1/p'); do
		[ -e "$1/$stage_lib" ] || stage_file "$1" "$stage_lib"
	done
}

# stage_modules STAGE KERNELDIR MODULE...: copy modules with all they depend on,
# and list them in load order in STAGE/modules.list
stage_modules()
{
	modules_stage=$1
	modules_dir=$2
	shift 2
	modules_release=$(cat "$modules_dir/release")
	for modules_name; do
		modprobe -d "$modules_dir" -S "$modules_release" --show-depends "$modules_name" \
			>>"$modules_stage/modules.needed" ||
			guest_die "the kernel $modules_release has no module $modules_name"
	done
	sed -n "s|^insmod $modules_dir\([^ ]*\).*|\1|p" "$modules_stage/modules.needed" |
		awk '!seen[$0]++' >"$modules_stage/modules.list"
	rm "$modules_stage/modules.needed"
	while read -r modules_file; do
		stage_file "$modules_stage" "$modules_dir$modules_file" "$modules_file"
	done <"$modules_stage/modules.list"
}

# stage_driver STAGE KERNELDIR MODULES: what nvme-vfio-pci needs, and the driver with its nvme.ko and
# nvme-vf-cmd.ko from MODULES, "-" where the kernel has them
stage_driver()
{
	if [ "$3" = - ]; then
		stage_modules "$1" "$2" nvme vfio_pci vfio_iommu_type1 nvme_vfio_pci nvme_vf_cmd
		return
	fi
	stage_modules "$1" "$2" nvme vfio_pci vfio_iommu_type1 virtio_pci virtio_console
	driver_dir=lib/modules/$(cat "$2/release")/ours
	grep -v '/nvme.ko' "$1/modules.list" >"$1/modules.others"
	for driver_module in nvme nvme-vfio-pci nvme-vf-cmd; do
		stage_file "$1" "$3/$driver_module.ko" "$driver_dir/$driver_module.ko"
		echo "/$driver_dir/$driver_module.ko" >>"$1/modules.others"
	done
	mv "$1/modules.others" "$1/modules.list"
}

# stage_base STAGE INIT: an empty stage with busybox and INIT as /init
stage_base()
{
	rm -rf "$1"
	mkdir -p "$1/bin" "$1/dev" "$1/proc" "$1/sys" "$1/tmp" "$1/out" "$1/etc"
	stage_program "$1" "$(command -v busybox)" bin/busybox
	ln -s busybox "$1/bin/sh"
	cp "$2" "$1/init"
	chmod 755 "$1/init"
}

# make_initramfs STAGE: print the name of an initramfs of that stage, kept in the
# cache under the hash of its content; equal stages give equal bytes. It is not packed: an
# emulated CPU would take seconds to unpack it.
make_initramfs()
{
	initramfs_hash=$(cd "$1" && {
		find . -type f | LC_ALL=C sort | xargs sha256sum
		find . -printf '%P %y %m %l\n' | LC_ALL=C sort
	} | sha256sum | cut -c 1-32)
	initramfs_dir=$(guest_cache)/initramfs
	initramfs_file=$initramfs_dir/$initramfs_hash.cpio
	mkdir -p "$initramfs_dir"
	if [ ! -e "$initramfs_file" ]; then
		find "$initramfs_dir" -type f -mtime +1 -delete
		(cd "$1" && find . -exec touch -h -d @0 {} + && find . | LC_ALL=C sort |
			cpio --quiet --reproducible -o -H newc -R 0:0) >"$initramfs_file.$$" || return 1
		mv "$initramfs_file.$$" "$initramfs_file"
	fi
	echo "$initramfs_file"
}

# run_guest OUTDIR SECONDS QEMU-ARGUMENT...: boot, wait for the guest to power
# off, and unpack what it sent through the port named "out" into OUTDIR/out. The
# console is OUTDIR/console.log. A guest that does not end is killed. Returns 0,
# or 1 after it said why and showed the end of the console. QEMU=... names
# another QEMU than Debian's.
run_guest()
{
	guest_dir=$1
	guest_limit=$2
	shift 2
	rm -rf "$guest_dir/out" "$guest_dir/out.tar" "$guest_dir/console.log"
	mkdir -p "$guest_dir/out"
	guest_status=0
	timeout -k 5 "$guest_limit" "${QEMU:-qemu-system-x86_64}" \
		-nodefaults -no-reboot -display none -accel tcg,thread=multi \
		-chardev "file,id=console,path=$guest_dir/console.log" -serial chardev:console \
		-device virtio-serial-pci -chardev "file,id=out,path=$guest_dir/out.tar" \
		-device virtserialport,chardev=out,name=out "$@" \
		</dev/null >"$guest_dir/qemu.log" 2>&1 || guest_status=$?
	if [ "$guest_status" -eq 124 ] || [ "$guest_status" -eq 137 ]; then
		guest_lost "the guest did not end within $guest_limit s and was killed"
		return 1
	fi
	if [ "$guest_status" -ne 0 ]; then
		guest_lost "QEMU ended with status $guest_status: $(tail -n 1 "$guest_dir/qemu.log")"
		return 1
	fi
	if ! tar -x -C "$guest_dir/out" -f "$guest_dir/out.tar" 2>/dev/null ||
		! (cd "$guest_dir/out" && sha256sum --quiet -c SHA256SUMS >/dev/null 2>&1); then
		guest_lost "the guest ended, but its results did not come out whole"
		return 1
	fi
}

guest_lost()
{
	echo "$(basename "$0"): $1" >&2
	if [ -s "$guest_dir/console.log" ]; then
		# a panic with its trace takes about 40
		echo "last lines of $guest_dir/console.log:" >&2
		tail -n 60 "$guest_dir/console.log" | tr -d '\r' | sed 's/^/    /' >&2
	else
		echo "    (the console is empty)" >&2
	fi
}
