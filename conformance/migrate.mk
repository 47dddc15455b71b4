# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# Tests of "migrate"; included by conformance/module.mk.

$(eval $(call unit_test,migrate-arena,conformance/tests/migrate-arena.c \
	conformance/migrate/arena.c conformance/migrate/stats.c conformance/migrate/pattern.c \
	conformance/core/random.c,-lcmocka))

CHECKS += migrate
.PHONY: check-migrate
check-migrate: $(B)/nvme-lm-ct $(B)/lm-model-exec defects-program
	@conformance/tests/migrate.sh $(B)/nvme-lm-ct $(DEFECTS_PROGRAM) $(B)/lm-model-exec $(B)/test/migrate
