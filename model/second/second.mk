# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# A second model, written from the text of the specification alone.

FLAGS_model/second := -std=c11 -pedantic -Ispec/include

SECOND_MAIN := $(addprefix model/second/,main.c message.c protocol.c)
SECOND := $(filter-out $(SECOND_MAIN) model/second/test-%,$(wildcard model/second/*.c))

$(eval $(call program,second-model,$(SECOND) $(SECOND_MAIN),))

$(eval $(call unit_test,second-commands,$(SECOND) model/second/test-bench.c \
	model/second/test-commands.c,-lcmocka))
$(eval $(call unit_test,second-image,$(SECOND) model/second/test-bench.c \
	model/second/test-image.c,-lcmocka))
$(eval $(call unit_test,second-drain,$(SECOND) model/second/test-bench.c \
	model/second/test-drain.c,-lcmocka))
$(eval $(call unit_test,second-regs,$(SECOND) model/second/test-bench.c \
	model/second/test-regs.c,-lcmocka))
