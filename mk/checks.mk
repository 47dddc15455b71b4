# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# The checks that belong to no module: those of the sources first in `make
# check`, because they are fast, those that run everything again last.

SOURCE_CHECKS := format spdx words includes headers links shell tools bootstrap cppcheck clang state
RERUN_CHECKS := sanitizers valgrind coverage readme

.PHONY: check-units $(addprefix check-,$(SOURCE_CHECKS) $(RERUN_CHECKS)) format readme-state

check-units: $(addprefix check-,$(UNIT_TESTS))

C_FILES = $(shell git ls-files '*.c' '*.h')

format: ## lay out every C file by .clang-format
	clang-format -i $(C_FILES)

check-format:
	clang-format --dry-run -Werror $(C_FILES)

check-spdx:
	tools/check-spdx

check-words:
	tools/check-words

check-includes: all
	tools/check-includes $(B)/obj

check-headers:
	tools/check-headers

check-links: $(B)/lm-spec
	$(B)/lm-spec links spec $(shell git ls-files '*.md' ':!spec')

check-shell:
	shellcheck -S warning -e SC2034 $(shell git grep -lIE '^#!/bin/(ba)?sh' -- . ':!*.md')

# What the compiler was told, so that cppcheck sees the same headers.
CPPCHECK_INCLUDES = $(sort $(filter -I%,$(foreach d,$(sort $(dir $(C_FILES))), \
	$(call flags_of,$(d)x.c))))

check-cppcheck: $(GEN_HEADERS)
	cppcheck -q -j2 --std=c11 --enable=warning,performance,portability \
		--library=mk/cppcheck.cfg --suppressions-list=mk/cppcheck.txt --inline-suppr --error-exitcode=1 \
		--max-configs=4 -DLM_DEFECTS $(CPPCHECK_INCLUDES) $(filter %.c,$(C_FILES))

check-clang:
	$(MAKE) $(PARALLEL) VARIANT=clang all

# A few of the rows, from many subjects, for the runs that are slow.
SAMPLE_SHARD := 0/40

check-sanitizers:
	$(MAKE) $(PARALLEL) VARIANT=asan all
	UBSAN_OPTIONS=print_stacktrace=1 $(MAKE) VARIANT=asan check-units $(QUICK)
	build/asan/nvme-lm-ct run --log build/asan/conformance.jsonl

# threads that wait for each other starve without the fair scheduler
VALGRIND := valgrind -q --fair-sched=yes --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite

check-valgrind: all
	for t in $(UNIT_TESTS); do \
		echo "== $$t" && tools/quietly $(VALGRIND) $(B)/test/$$t || exit 1; \
	done
	$(VALGRIND) $(B)/nvme-lm-ct run --shard $(SAMPLE_SHARD) --log $(B)/valgrind.jsonl

readme-state: $(B)/nvme-lm-ct ## the numbers in README.md, from the suite and its proofs
	tools/readme-state README.md $(B)/nvme-lm-ct conformance/proofs.txt conformance/proofs-driver.txt conformance/proofs-guest.txt --update

check-state: $(B)/nvme-lm-ct
	tools/readme-state README.md $(B)/nvme-lm-ct conformance/proofs.txt conformance/proofs-driver.txt conformance/proofs-guest.txt

check-readme: all
	tools/check-readme

# The tests of bootstrap and of the checks themselves.
check-tools:
	tools/tests/checks.sh

check-bootstrap:
	tools/tests/bootstrap.sh
