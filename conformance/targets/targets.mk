# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# Tests of the targets "pci" and "exec"; included by conformance/module.mk.

EXEC_TARGET := conformance/targets/exec.c conformance/targets/exec-hello.c \
	conformance/targets/exec-serve.c conformance/targets/exec-wire.c \
	conformance/targets/exec-child.c conformance/targets/exec-bus.c conformance/targets/fail.c

$(eval $(call program,test/exec-peer,conformance/tests/exec-peer.c,))
$(eval $(call unit_test,exec-target,conformance/tests/exec-target.c $(EXEC_TARGET),-lcmocka))
check-exec-target: $(B)/test/exec-peer

PCI_TARGET := $(wildcard conformance/targets/pci*.c) conformance/targets/vfio-mig.c conformance/targets/fail.c

$(eval $(call unit_test,pci-target,conformance/tests/pci-target.c \
	conformance/tests/pci-script.c $(PCI_TARGET),-lcmocka -lnvme))

$(eval $(call unit_test,pci-vfio,conformance/tests/pci-vfio.c \
	conformance/tests/pci-world.c $(PCI_TARGET),-lcmocka -lnvme))

$(eval $(call unit_test,driver-target,conformance/tests/driver-target.c conformance/tests/pci-world.c \
	$(wildcard conformance/targets/driver*.c) $(PCI_TARGET),-lcmocka -lnvme))

# Whole runs of the runner over a controller that is made of scripted calls.
$(eval $(call program,test/nvme-lm-ct-fake,conformance/tests/pci-fake.c $(CORE) conformance/core/main.c \
	$(HOST) $(TARGETS) $(ROWS) $(MIGRATE) $(REPORTS_SOURCES) $(MODEL_SOURCES),$(CORE_LIBS) $(REPORTS_LIBS) -lnvme))
CHECKS += pci-guard
QUICK += check-pci-guard
.PHONY: check-pci-guard
check-pci-guard: $(B)/test/nvme-lm-ct-fake
	@tools/quietly conformance/tests/pci-guard.sh $<

# The reference model behind the exec protocol: the whole suite goes through it.
$(eval $(call program,lm-model-exec,$(MODEL_CORE) $(wildcard model/port/exec/*.c),))
CHECKS += exec-model
.PHONY: check-exec-model
check-exec-model: $(B)/nvme-lm-ct $(B)/lm-model-exec
	@conformance/tests/exec-model.sh $(B)
