# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# shellcheck shell=sh
# shellcheck disable=SC2154 # "here" is the includer's
#
# A guest for the suite's target pci: our QEMU with the model as its PCI device behind an
# IOMMU, Debian's stock kernel with VFIO. Sourced behind lib.sh.

# pci_stage OUT RUNNER JOB: what the guest is made of, in OUT/stage; add to it at will
pci_stage()
{
	guest_need busybox cpio modprobe ldd
	pci_kernel=$(guest_stock_kernel)
	mkdir -p "$1"
	stage_base "$1/stage" "$here/init"
	mkdir -p "$1/stage/run" "$1/stage/na"
	stage_modules "$1/stage" "$pci_kernel" nvme virtio_pci virtio_console vfio-pci \
		vfio_iommu_type1 ext4
	stage_program "$1/stage" "$(command -v dd)" usr/sbin/dd
	stage_program "$1/stage" "$2" usr/sbin/nvme-lm-ct
	stage_file "$1/stage" "$3" job
}

# pci_make OUT: OUT/stage becomes an initramfs
pci_make()
{
	pci_initramfs=$(make_initramfs "$1/stage")
	rm -rf "$1/stage"
}

# pci_guest OUT SECONDS PROPERTIES [PARAMETER]: boot what pci_make made, with these properties
# of the device and this parameter of the kernel more. caching-mode: VFIO's mappings have to
# reach the virtual IOMMU; no_timer_check: a busy host fails that check. One CPU: the suite uses no
# more, and to emulate two takes nearly twice the host's time.
pci_guest()
{
	mkdir -p "$1"
	rm -f "$1/disk" "$1/disk2"
	truncate -s 64M "$1/disk" "$1/disk2"
	run_guest "$1" $(($2 + 60)) -L /usr/share/qemu -L /usr/share/seabios \
		-M q35,kernel-irqchip=split -m 512M -smp 1 \
		-device intel-iommu,intremap=on,caching-mode=on \
		-kernel "$(guest_kernel_image "$pci_kernel")" \
		-initrd "$pci_initramfs" \
		-append "$(guest_options intel_iommu=on job_limit=$2 ${4:-})" \
		-device pcie-root-port,id=rp0,slot=1 \
		-drive "id=d0,if=none,format=raw,file=$1/disk" \
		-drive "id=d1,if=none,format=raw,file=$1/disk2" \
		-device "nvme-lm,bus=rp0,serial=guest-pci,drive=d0,drive2=d1,vfs=4$3"
	rm -f "$1/disk" "$1/disk2"
}
