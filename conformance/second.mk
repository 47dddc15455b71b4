# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# The second model: judged by the suite, and held against the first one.

CHECKS += second
.PHONY: check-second
check-second: $(B)/nvme-lm-ct $(B)/second-model
	@conformance/tests/second.sh $(B)

DIFFERENTIAL := $(wildcard conformance/tests/differential/*.c) conformance/core/random.c \
	$(filter conformance/targets/exec%.c,$(TARGETS)) conformance/targets/fail.c \
	conformance/targets/model.c $(MODEL_SOURCES)
FLAGS_conformance/tests/differential := -Iconformance/tests
DIFFERENTIAL_STEPS := 20000

$(eval $(call program,test/differential,$(DIFFERENTIAL),))

CHECKS += differential
.PHONY: check-differential
check-differential: $(B)/test/differential $(B)/second-model
	@$< --steps $(DIFFERENTIAL_STEPS) model:limit=10 exec:$(B)/second-model
