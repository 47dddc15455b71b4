# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# What takes too long for every change.

NIGHTLY_SEEDS := 20
NIGHTLY_FUZZ_SECONDS := 300

.PHONY: nightly
nightly: ## make check, then the suite with many seeds under sanitizers and whole under valgrind, every mutant, every fuzzing harness, every exploration, all guests, soak, every bench
	$(MAKE) check
	$(MAKE) $(PARALLEL) VARIANT=asan all
	for seed in $$(seq $(NIGHTLY_SEEDS)); do \
		build/asan/nvme-lm-ct run --quiet --seed $$seed \
			--log build/asan/nightly-$$seed.jsonl || exit 1; \
	done
	$(VALGRIND) $(B)/nvme-lm-ct run --quiet --log $(B)/valgrind-all.jsonl
	$(MAKE) mutants MUTANTS_LEAST=$(MUTANT_LEAST)
	$(MAKE) mutants-known
	$(MAKE) fuzz SECONDS=$(NIGHTLY_FUZZ_SECONDS)
	$(MAKE) explore
	$(MAKE) guest-check
	$(MAKE) guest-pci guest-pci-fault guest-driver-flaws guest-leak soak
	$(MAKE) bench-model bench-suite bench-driver bench-blackout bench
