# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# Fuzzing: docs/fuzzing.md. A harness is $(B)/fuzz/NAME: with an engine in the
# variants fuzz (libFuzzer) and afl (AFL++), a replay program in all others.

FLAGS_fuzz := -D_GNU_SOURCE -Ifuzz -Ispec/include -Ispec/tables -Imodel -Imodel/include -Imodel/core \
	-Imodel/port/fault -Imodel/port/inproc -Imodel/tests -Iconformance/include -Iconformance/core -Iconformance/host \
	-Iconformance/targets -Iconformance/tests -Imodel/port/exec -Ireports -Ireports/include -I$(B)/gen

comma := ,

FUZZERS :=
FUZZ_ENGINE := $(filter fuzz afl,$(VARIANT))
FUZZ_COMMON := fuzz/fuzz.c $(if $(FUZZ_ENGINE),,fuzz/replay.c)

# $(call fuzzer,NAME,SOURCES,LIBS)
define fuzzer
$(call program,fuzz/$(1),fuzz/$(1).c $(FUZZ_COMMON) $(2),$(3) $(if $(FUZZ_ENGINE),-fsanitize=fuzzer))
FUZZERS += $(1)
endef

FUZZ_MODEL := fuzz/world.c model/tests/bench.c $(MODEL_SOURCES)
$(eval $(call fuzzer,admin,$(FUZZ_MODEL),-lcmocka))
$(eval $(call fuzzer,regs,$(FUZZ_MODEL),-lcmocka))
$(eval $(call fuzzer,load,fuzz/image-script.c $(FUZZ_MODEL),-lcmocka))

# The runner without its way out: host.c takes the place of say.c, and the
# functions of the C library that leave something behind are seen by it.
FUZZ_CORE := $(filter-out conformance/core/say.c,$(CORE)) $(HOST) \
	conformance/tests/selftest/rows.c conformance/tests/selftest/target.c fuzz/host.c
FUZZ_WRAP := $(addprefix -Wl$(comma)--wrap=,malloc calloc realloc reallocarray free strdup asprintf \
	fopen fclose getline __getdelim exit)
$(eval $(call fuzzer,resume,$(FUZZ_CORE),$(FUZZ_WRAP) $(CORE_LIBS)))
$(eval $(call fuzzer,lists,$(FUZZ_CORE),$(FUZZ_WRAP) $(CORE_LIBS)))
$(eval $(call fuzzer,identify,$(FUZZ_CORE),$(FUZZ_WRAP) $(CORE_LIBS)))
$(eval $(call fuzzer,image,$(FUZZ_CORE),$(FUZZ_WRAP) $(CORE_LIBS)))

$(eval $(call fuzzer,journal,$(HOST) conformance/tests/stub-ct.c,))
$(eval $(call fuzzer,report,$(REPORTS_CORE) reports/tests/spec.c conformance/core/fold.c,$(REPORTS_LIBS)))
$(eval $(call fuzzer,bundle,$(REPORTS_CORE) reports/tests/spec.c conformance/core/fold.c,$(REPORTS_LIBS)))

$(eval $(call fuzzer,exec-host,$(filter-out conformance/targets/exec-child.c,$(EXEC_TARGET)),$(addprefix -Wl$(comma)--wrap=,malloc free)))
$(eval $(call fuzzer,exec-model,$(MODEL_CORE) $(filter-out model/port/exec/main.c,$(wildcard model/port/exec/*.c)),-Wl$(comma)--wrap=exit))

# The driver's states and data files, over the kernel in a process.
$(B)/obj/fuzz/driver.o: CFLAGS += $(KERNEL_SHIM_FLAGS)
$(eval $(call fuzzer,driver,$(KERNEL_UNITS) $(KERNEL_SHIM),-lpthread))

# Inputs that once reached something new, or once failed.
FUZZ_CORPUS := fuzz/corpus

.PHONY: check-fuzz fuzz fuzz-one fuzz-merge

# The corpora go through the sanitizers, without an engine.
check-fuzz:
	@$(MAKE) -s $(PARALLEL) VARIANT=asan $(FUZZERS:%=build/asan/fuzz/%)
	@rm -f $(B)/fuzz-replay.log
	@for name in $(FUZZERS); do \
		echo "== $$name" && UBSAN_OPTIONS=print_stacktrace=1 \
			build/asan/fuzz/$$name $(FUZZ_CORPUS)/$$name >>$(B)/fuzz-replay.log || exit 1; \
	done
	@awk '{ n += $$1 } END { print n " passed, 0 failed" }' $(B)/fuzz-replay.log

CHECKS += fuzz

# FUZZ: the harnesses, ENGINE: fuzz (libFuzzer) or afl, SECONDS: for each.
FUZZ ?= $(FUZZERS)
ENGINE ?= fuzz
SECONDS ?= 60

fuzz: ## fuzz each harness, or FUZZ=name, for SECONDS=n; with AFL++ where ENGINE=afl (docs/fuzzing.md)
	@$(MAKE) -s $(PARALLEL) VARIANT=$(ENGINE) $(FUZZ:%=build/$(ENGINE)/fuzz/%)
	@for name in $(FUZZ); do fuzz/run $(ENGINE) $$name $(SECONDS) || exit 1; done

# One after the other, as commits go by.
fuzz-one:
	@set -- $(FUZZERS) && shift $$((0x$$(git rev-parse --short=7 HEAD) % $$#)) && \
		$(MAKE) -s fuzz FUZZ=$$1

# What build/fuzz/found/NAME has found, made small, becomes the corpus.
fuzz-merge: ## take what FUZZ=name found into its corpus, minimized
	@$(MAKE) -s $(PARALLEL) VARIANT=fuzz $(FUZZ:%=build/fuzz/fuzz/%)
	@for name in $(FUZZ); do fuzz/merge $$name || exit 1; done
