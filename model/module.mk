# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only

MODEL_CORE := $(wildcard model/core/*.c)
# What a program that embeds the model for tests is built from.
MODEL_SOURCES := $(MODEL_CORE) $(wildcard model/port/fault/*.c model/port/inproc/*.c)

FLAGS_model := -Imodel -Imodel/include -Imodel/core -Ispec/include
FLAGS_model/core := -std=c11 -ffreestanding
FLAGS_model/port := -Imodel/port/fault -Imodel/port/inproc
FLAGS_model/tests := -Imodel/port/fault -Imodel/port/inproc -Imodel/tests

# Unit tests; bench.c is the host side that they share.
MODEL_TESTS := $(patsubst model/tests/test-%.c,%,$(wildcard model/tests/test-*.c))

define model_test
$(eval $(call unit_test,model-$(1),model/tests/test-$(1).c model/tests/bench.c $(MODEL_SOURCES),-lcmocka))
endef
$(foreach t,$(MODEL_TESTS),$(call model_test,$(t)))

# The core for firmware: three machines, no C library.
MODEL_ARCHES := x86_64 arm s390x
MODEL_CROSS_x86_64 :=
MODEL_CROSS_arm := arm-none-eabi-
MODEL_CROSS_s390x := s390x-linux-gnu-
MODEL_CFLAGS_x86_64 := -mno-red-zone -fno-pic
MODEL_CFLAGS_arm := -mcpu=cortex-r5 -mthumb
MODEL_CFLAGS_s390x :=
MODEL_FIRMWARE_FLAGS := -std=c11 -Os -ffreestanding -ffunction-sections -fstack-usage \
	-fno-stack-protector $(WARN) $(FLAGS_model)
MODEL_CORE_HEADERS := $(wildcard model/core/*.h model/include/*.h spec/include/*.h) model/defects.def

define model_arch
$(B)/firmware/$(1)/%.o: %.c $(MODEL_CORE_HEADERS)
	@mkdir -p $$(@D)
	@$$(SAY) "  CC   $$< ($(1))"
	$$(Q)$$(MODEL_CROSS_$(1))gcc $$(MODEL_FIRMWARE_FLAGS) $$(MODEL_CFLAGS_$(1)) -c -o $$@ $$<

$(B)/firmware/lm-model-$(1).o: $$(MODEL_CORE:%.c=$(B)/firmware/$(1)/%.o)
	@$$(SAY) "  LINK $$@"
	$$(Q)$$(MODEL_CROSS_$(1))gcc $$(MODEL_CFLAGS_$(1)) -nostdlib -r -o $$@ $$^
endef
$(foreach a,$(MODEL_ARCHES),$(eval $(call model_arch,$(a))))

.PHONY: check-model-freestanding
check-model-freestanding: $(MODEL_ARCHES:%=$(B)/firmware/lm-model-%.o)
	@model/tests/freestanding.sh model/tests/undefined.txt $^

# The same unit tests on a big-endian machine.
MODEL_S390X_FLAGS := -std=gnu11 -O2 $(WARN) $(FLAGS_model) $(FLAGS_model/tests) -DLM_BARE_UNIT

$(B)/s390x/test-%: model/tests/test-%.c model/tests/bench.c $(MODEL_SOURCES) $(MODEL_CORE_HEADERS) \
		$(wildcard model/tests/*.h model/port/fault/*.h model/port/inproc/*.h)
	@mkdir -p $(@D)
	@$(SAY) "  CC   $@"
	$(Q)s390x-linux-gnu-gcc -static $(MODEL_S390X_FLAGS) -o $@ $(filter %.c,$^)

.PHONY: check-model-s390x
check-model-s390x: $(MODEL_TESTS:%=$(B)/s390x/test-%)
	@for t in $^; do qemu-s390x-static $$t || exit 1; done

.PHONY: size
size: $(B)/firmware/lm-model-arm.o $(B)/test/model-size ## code, stack and memory that the model takes in firmware
	@model/tests/size.sh $(B)/firmware arm-none-eabi-size $(B)/test/model-size

$(eval $(call program,test/model-size,model/tests/size.c $(MODEL_CORE)))

CHECKS += model-freestanding model-s390x

include model/second/second.mk
include model/explore/explore.mk

# The same core as a PCI device of QEMU; see model/port/qemu/build.
.PHONY: qemu
qemu: ## build QEMU with the model as its device nvme-lm (needs ./bootstrap all)
	@model/port/qemu/build
include model/mutants/mutants.mk

# What the five cost without a bus, with a CRC engine that is x86's.
FLAGS_model/bench := -O2
$(eval $(call program,bench-model,$(MODEL_CORE) model/bench/main.c,))
CHECKS += bench-model
.PHONY: check-bench-model
check-bench-model: $(B)/bench-model
	@tools/quietly $(B)/bench-model 1
