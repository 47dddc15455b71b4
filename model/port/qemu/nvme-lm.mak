# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# The devices that the guests need, and no more: nvme is the yardstick of ours.
CONFIG_PCI_DEVICES=n
CONFIG_Q35=y
CONFIG_VTD=y
CONFIG_NVME_PCI=y
CONFIG_NVME_LM=y
CONFIG_PCIE_PORT=y
CONFIG_VIRTIO_PCI=y
CONFIG_VIRTIO_SERIAL=y
