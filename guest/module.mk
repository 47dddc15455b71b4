# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# Guests: whole machines under Debian's QEMU, software emulation, no root.

.PHONY: guest-check
guest-check: $(B)/nvme-lm-ct ## judge a device without live migration in a guest under stock QEMU (needs ./bootstrap all)
	$(Q)guest/hang-check $(B)/guest/hang
	$(Q)guest/absent-check $(B)/nvme-lm-ct $(B)/reports/guest
