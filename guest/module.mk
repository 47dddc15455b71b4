# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# Guests: whole machines under Debian's QEMU or ours, software emulation, no root.

# The one for lab machines: libarchive's libraries would be most of what a guest has to unpack.
GUEST_RUNNER := $(B)/dist/nvme-lm-ct
DRIVER_PROGRAMS := $(B)/vf-move $(GUEST_RUNNER)
# those that take longest first
GUEST_CHECKS := qemu-build driver-debug pci-fault pci driver-6.1 driver-6.12 model moved-defects device two-pfs pci-defects driver-flaws migrate hang absent
# how many of them at a time, and the areas of rows for which those that judge PCI have a
# guest more
GUEST_JOBS := 5
GUEST_PARTS := IMG-RST-RSM-SAV COM-LOD-DIS

.PHONY: guest-check
guest-check: $(GUEST_RUNNER) $(DRIVER_PROGRAMS) ## every guest but soak and bench; logs in build/guest/check/ (needs ./bootstrap all)
	@MAKE='$(MAKE)' tools/run-checks -j $(GUEST_JOBS) $(B)/guest/check $(GUEST_CHECKS:%=guest-%)

.PHONY: $(GUEST_CHECKS:%=check-guest-%)
$(filter-out check-guest-device check-guest-pci check-guest-pci-fault check-guest-driver-flaws,$(GUEST_CHECKS:%=check-guest-%)): check-%: %

# The same guests as guest-device, guest-pci and guest-pci-fault, but that each shows one thing
# more: sanitizers find nothing (what they find ends QEMU), and what gcov counts.
GUEST_SANITIZED = export ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1 && \
	qemu=$$(model/port/qemu/build --variant asan)
check-guest-device:
	$(Q)$(GUEST_SANITIZED) && guest/device-check $(B)/guest/device "$$qemu"

check-guest-pci: $(GUEST_RUNNER)
	$(Q)$(GUEST_SANITIZED) && PARTS="$(GUEST_PARTS)" guest/pci-check $(GUEST_RUNNER) $(B)/guest/pci "$$qemu" pci

check-guest-pci-fault: $(GUEST_RUNNER)
	$(Q)rm -rf $(B)/guest/counters && qemu=$$(model/port/qemu/build --variant cov) && \
		GCOV_PREFIX=$(CURDIR)/$(B)/guest/counters PARTS="$(GUEST_PARTS)" \
		guest/pci-check $(GUEST_RUNNER) $(B)/guest/pci-fault "$$qemu" pci-owned-fault
	$(Q)tools/guest-coverage "$$(model/port/qemu/build --variant cov --notes)" \
		$(CURDIR)/$(B)/guest/counters $(B)/guest/coverage.info
	$(Q)[ ! -e build/coverage/here.info ] || $(COVERAGE_REPORT)

# One of them, which the commit chooses; "make nightly" has all.
check-guest-driver-flaws:
	$(Q)SEED=$$(git rev-parse HEAD 2>/dev/null || echo 000000) $(MAKE) guest-driver-flaws

.PHONY: guest-qemu-build guest-hang guest-absent
guest-qemu-build: ## what the build of QEMU says where it fails
	$(Q)model/port/qemu/test-build $(B)/guest/qemu-build

guest-hang: ## a guest that hangs or panics is found out
	$(Q)guest/hang-check $(B)/guest/hang

guest-absent: $(GUEST_RUNNER) ## a device without live migration, in a guest under stock QEMU
	$(Q)guest/absent-check $(GUEST_RUNNER) $(B)/reports/guest

.PHONY: guest-model
guest-model: $(GUEST_RUNNER) ## the model as a PCI device under Linux's own driver, and the suite on its PF (needs ./bootstrap all)
	$(Q)qemu=$$(model/port/qemu/build) && guest/model-check $(GUEST_RUNNER) $(B)/guest/model "$$qemu"

.PHONY: guest-device
guest-device: ## two PFs of one subsystem, fault switch, functions that go at depth 128 (needs ./bootstrap all)
	$(Q)qemu=$$(model/port/qemu/build) && guest/device-check $(B)/guest/device "$$qemu"

TWO_PFS = $(Q)qemu=$$(model/port/qemu/build) && \
	modules=$$(kernel/build-modules 6.1 $(B)/kernel/6.1) && guest/two-pfs-check $(GUEST_RUNNER)

.PHONY: guest-two-pfs
guest-two-pfs: $(GUEST_RUNNER) ## a guest moves between the VFs of two PFs in one machine (needs ./bootstrap all)
	$(TWO_PFS) $(B)/guest/two-pfs "$$qemu" "$$modules" 20 400

.PHONY: guest-migrate
guest-migrate: $(GUEST_RUNNER) ## a guest moves from one machine to another, and back (needs ./bootstrap all)
	$(Q)qemu=$$(model/port/qemu/build) && guest/relay-check $(GUEST_RUNNER) $(B)/guest/relay "$$qemu"

.PHONY: guest-moved-defects
guest-moved-defects: $(GUEST_RUNNER) ## whether that guest notices firmware that loses something on the way (needs ./bootstrap all)
	$(Q)qemu=$$(model/port/qemu/build --variant defects) && \
		guest/moved-defects $(GUEST_RUNNER) $(B)/guest/moved-defects "$$qemu"

.PHONY: bench-blackout
bench-blackout: $(GUEST_RUNNER) ## SUSPEND to RESUME as a multiple of as many commands that do nothing; needs a quiet machine
	$(TWO_PFS) $(B)/guest/blackout "$$qemu" "$$modules" 5 800 $(B)/bench/blackout.json

.PHONY: soak
soak: $(GUEST_RUNNER) ## a thousand migrations between two PFs in one machine (needs ./bootstrap all)
	$(TWO_PFS) $(B)/guest/soak "$$qemu" "$$modules" 1000 7200

GUEST_DRIVERS := $(KERNEL_VERSIONS:%=guest-driver-%)
.PHONY: guest-driver guest-driver-debug $(GUEST_DRIVERS)
guest-driver: $(GUEST_DRIVERS) ## nvme-vfio-pci on VFs of the model, under both stock kernels (needs ./bootstrap all)

$(GUEST_DRIVERS): guest-driver-%: $(DRIVER_PROGRAMS)
	$(Q). guest/lib.sh && qemu=$$(model/port/qemu/build) && \
		kernel=$$(guest_stock_kernel $(filter-out 6.1,$*)) && \
		modules=$$(kernel/build-modules $* $(B)/kernel/$*) && \
		guest/driver-check $(B)/guest/driver-$* "$$qemu" "$$kernel" "$$modules" $(DRIVER_PROGRAMS)

# What gcov counts there has to be all of the driver's functions, and nearly all lines.
DRIVER_FUNCTIONS := 100
DRIVER_LINES := 95
# That kernel takes its time: two guests share the work.
DEBUG_PARTS := rows-never users-memory
guest-driver-debug: $(DRIVER_PROGRAMS) ## the same under the debug kernel, and what gcov counted (needs ./bootstrap all)
	$(Q)kernel=$$(kernel/build-debug) && qemu=$$(model/port/qemu/build) && \
		PARTS="$(DEBUG_PARTS)" guest/driver-check $(B)/guest/driver-debug "$$qemu" "$$kernel" - $(DRIVER_PROGRAMS)
	$(Q)mkdir -p $(B)/reports/driver-debug
	$(Q)for log in vfio memory never; do \
		$(GUEST_RUNNER) report $(B)/guest/driver-debug/*/out/$$log.jsonl \
			--output $(B)/reports/driver-debug/$$log.html || exit 1; \
	done
	$(Q)[ "$$(grep -c 'allocations of the arc failed' $(B)/reports/driver-debug/memory.html)" -ge 6 ] || \
		{ echo "no count of failed allocations for each arc in the report"; exit 1; }
	$(Q)tools/driver-coverage "$$(kernel/build-debug)" $(B)/guest/driver-debug \
		build/guest/driver-coverage $(DRIVER_FUNCTIONS) $(DRIVER_LINES)

.PHONY: guest-leak
guest-leak: $(GUEST_RUNNER) ## a driver that loses memory is found out, and the row is named (needs ./bootstrap all)
	$(Q)qemu=$$(model/port/qemu/build) && kernel=$$(kernel/build-debug) && \
		modules=$$(kernel/build-modules 6.1 $(B)/kernel/6.1) && \
		guest/leak-check $(GUEST_RUNNER) $(B)/guest/leak "$$qemu" "$$kernel" "$$modules"

.PHONY: guest-driver-flaws
guest-driver-flaws: $(GUEST_RUNNER) ## flaws in nvme-pci and in what nvme-vfio-pci asks of Linux make rows fail (needs ./bootstrap all)
	$(Q)qemu=$$(model/port/qemu/build) && modules=$$(kernel/build-modules 6.1 $(B)/kernel/6.1) && \
		guest/driver-flaws $(GUEST_RUNNER) $(B)/guest/driver-flaws "$$qemu" "$$modules" conformance/proofs-guest.txt

.PHONY: bench-driver
bench-driver: $(RATIOS) $(B)/vf-bench ## what nvme-vfio-pci adds to the commands of an arc; ROUNDS=n; needs a quiet machine
	$(Q). guest/lib.sh && qemu=$$(model/port/qemu/build) && kernel=$$(guest_stock_kernel) && \
		modules=$$(kernel/build-modules 6.1 $(B)/kernel/6.1) && \
		guest/driver-bench $(RATIOS) $(B)/bench/driver "$$qemu" "$$kernel" "$$modules" $(B)/vf-bench

.PHONY: bench
bench: $(RATIOS) ## the speed of nvme-lm beside QEMU's own nvme; ROUNDS=n; needs a quiet machine
	$(Q)qemu=$$(model/port/qemu/build) && guest/bench $(RATIOS) $(B)/bench "$$qemu"

.PHONY: guest-pci
guest-pci: $(GUEST_RUNNER) ## the suite on PF and VFs of that device through VFIO (needs ./bootstrap all)
	$(Q)qemu=$$(model/port/qemu/build) && guest/pci-check $(GUEST_RUNNER) $(B)/guest/pci "$$qemu"

.PHONY: guest-pci-fault
guest-pci-fault: $(GUEST_RUNNER) ## the same with the device's fault switch on: journal and injection too
	$(Q)qemu=$$(model/port/qemu/build) && \
		guest/pci-check $(GUEST_RUNNER) $(B)/guest/pci-fault "$$qemu" pci-fault pci-owned-fault

# Defects that go on at the VF's memory while it is suspended, and none.
PCI_DEFECTS := 0 41
.PHONY: guest-pci-defects
guest-pci-defects: $(GUEST_RUNNER) ## that the suite notices it through PCI when a suspended VF goes on
	$(Q)qemu=$$(model/port/qemu/build --variant defects) && \
		guest/pci-defects $(GUEST_RUNNER) $(B)/guest/pci-defects "$$qemu" $(PCI_DEFECTS)
