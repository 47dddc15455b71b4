# SPDX-License-Identifier: GPL-2.0-only
# The Linux side. What needs Linux' sources or headers needs ./bootstrap all.

KERNEL_VERSIONS := 6.1 6.12

# The driver but for its PCI glue, in a process: kernel headers that are one shim.
KERNEL_UNITS := kernel/nvme-vfio-pci/migration.c kernel/nvme-vfio-pci/cmd.c kernel/nvme-vfio-pci/capability.c
KERNEL_SHIM := kernel/tests/shim.c kernel/tests/fake.c
KERNEL_SHIM_HEADERS := $(addprefix $(B)/gen/shim/linux/,anon_inodes.h build_bug.h delay.h err.h \
	file.h fs.h jiffies.h minmax.h mm.h module.h mutex.h nvme.h pci.h sizes.h slab.h spinlock.h \
	uaccess.h uuid.h version.h vfio.h vfio_pci_core.h nvme-vf.h)
GEN_HEADERS += $(KERNEL_SHIM_HEADERS)

KERNEL_SHIM_FLAGS := -I. -I$(B)/gen/shim -Ikernel/tests -Ikernel/nvme-vfio-pci -Ispec/include
FLAGS_kernel/tests := $(KERNEL_SHIM_FLAGS)
# with the warnings that the kernel is compiled with
FLAGS_kernel/nvme-vfio-pci := $(KERNEL_SHIM_FLAGS) -Wno-unused-parameter -Wno-sign-compare

$(KERNEL_SHIM_HEADERS): $(B)/gen/shim/linux/%.h: kernel/module.mk
	@mkdir -p $(@D)
	@printf '/* %s */\n#include "%s"\n' 'SPDX-License-Identifier: GPL-2.0-only' \
		$(if $(filter nvme-vf,$*),kernel/nvme-pci/nvme-vf.h,shim.h) >$@

KERNEL_TESTS := $(patsubst kernel/tests/test-%.c,%,$(wildcard kernel/tests/test-*.c))
$(foreach t,$(KERNEL_TESTS),$(eval $(call unit_test,kernel-$(t),kernel/tests/test-$(t).c \
	$(KERNEL_UNITS) $(KERNEL_SHIM),-lcmocka -lpthread)))

.PHONY: check-kernel-tsan
check-kernel-tsan:
	@$(MAKE) -s $(PARALLEL) VARIANT=tsan $(KERNEL_TESTS:%=build/tsan/test/kernel-%)
	@for t in $(KERNEL_TESTS); do tools/quietly build/tsan/test/kernel-$$t || exit 1; done
CHECKS += kernel-tsan

.PHONY: check-kernel-flaws
check-kernel-flaws: $(KERNEL_SHIM_HEADERS)
	@kernel/tests/flaws.sh $(B)/flaws $(CC) $(filter-out -Ikernel/nvme-vfio-pci,$(KERNEL_SHIM_FLAGS))
CHECKS += kernel-flaws

.PHONY: series kernel-modules kernel kernel-check
series: ## the mail series for Linux 6.1 and 6.12, build/series; SERIES_FROM='Name <mail>' (needs ./bootstrap all)
	$(Q). guest/lib.sh && for v in $(KERNEL_VERSIONS); do \
		kernel/make-series $$v "$$(linux_source $$v)" build/series/$$v || exit 1; done

kernel-modules: ## driver and nvme.ko for Debian's stock kernels, build/kernel (needs ./bootstrap all)
	$(Q)for v in $(KERNEL_VERSIONS); do kernel/build-modules $$v build/kernel/$$v || exit 1; done

kernel: ## the debug kernel, in the cache (needs ./bootstrap all)
	$(Q)kernel/build-debug

kernel-check: ## series, checkpatch, sparse, modules (needs ./bootstrap all)
	$(Q)for v in $(KERNEL_VERSIONS); do kernel/build-modules --check $$v build/kernel/$$v || exit 1; done

	$(Q)kernel/series-check build/kernel $(KERNEL_VERSIONS)

# Migration by hand, for docs/linux-driver.md.
$(eval $(call program,vf-move,kernel/examples/vf-move.c kernel/examples/vf-open.c,))

# The arcs' time beside that of their commands, for the guest.
FLAGS_kernel/guest := -Ispec/include -Ikernel/examples
$(eval $(call program,vf-bench,kernel/guest/vf-bench.c kernel/examples/vf-open.c,))

# The suite's rows for drivers on the driver's sources, the model being the device.
FLAGS_kernel/tests/suite := $(KERNEL_SHIM_FLAGS) $(FLAGS_conformance)
DRIVER_SUITE := kernel/tests/suite/target-driver.c kernel/tests/shim.c kernel/tests/vfio-core.c $(CORE) conformance/core/main.c $(HOST) \
	conformance/targets/model.c conformance/targets/fail.c $(ROWS) $(MIGRATE) $(REPORTS_SOURCES) $(MODEL_SOURCES)
$(eval $(call program,test/driver-suite,$(DRIVER_SUITE) $(KERNEL_UNITS) kernel/nvme-vfio-pci/main.c,$(CORE_LIBS) $(REPORTS_LIBS)))

# What is flawed is linked with the rest as it is.
DRIVER_SUITE_REST = $(filter-out $(B)/obj/kernel/nvme-vfio-pci/%,$(OBJECTS_test/driver-suite))
CHECKS += driver-suite
DRIVER_FLAWS = kernel/tests/suite/flaws.sh $(B)/driver-suite conformance/proofs-driver.txt "$(DRIVER_SUITE_REST)" \
	"$(CORE_LIBS) $(REPORTS_LIBS)" $(CC) $(filter-out -Ikernel/nvme-vfio-pci,$(KERNEL_SHIM_FLAGS))
.PHONY: check-driver-suite driver-proofs-update
check-driver-suite: $(B)/test/driver-suite
	@$(DRIVER_FLAWS)

driver-proofs-update: $(B)/test/driver-suite ## run the rows for drivers against each flaw, and record which row proves which requirement
	@UPDATE=1 $(DRIVER_FLAWS)
	@$(MAKE) -s readme-state
