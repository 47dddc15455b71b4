# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# A second model, written from the text of the specification alone.

FLAGS_model/second := -std=c11 -pedantic -Ispec/include

SECOND := $(filter-out model/second/main.c model/second/protocol.c model/second/test-%, \
	$(wildcard model/second/*.c))

$(eval $(call program,second-model,$(SECOND) model/second/main.c model/second/protocol.c,))

$(eval $(call unit_test,second-commands,$(SECOND) model/second/test-bench.c \
	model/second/test-commands.c,-lcmocka))
$(eval $(call unit_test,second-image,$(SECOND) model/second/test-bench.c \
	model/second/test-image.c,-lcmocka))
$(eval $(call unit_test,second-drain,$(SECOND) model/second/test-bench.c \
	model/second/test-drain.c,-lcmocka))
