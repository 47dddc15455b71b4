# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# The core with every mutant in it. The generator reads it preprocessed, with
# the seeded defects in it, so that it knows what not to touch.

LLVM := /usr/lib/llvm-14
FLAGS_tools/mutants := -I$(LLVM)/include
FLAGS_model/mutants := -Imodel/mutants

$(eval $(call program,lm-mutate,$(wildcard tools/mutants/*.c),-L$(LLVM)/lib -lclang))

MUTANTS := $(B)/mutants
# The fault switch is what tests do to a device, not what it does.
MUTANT_PLAIN := model/core/migrate_defect.c model/core/fault.c
MUTATED := $(filter-out $(MUTANT_PLAIN),$(MODEL_CORE))
MUTANT_FLAGS := -std=gnu11 -ffreestanding -O1 -g -w -ftrivial-auto-var-init=pattern -Imodel/mutants

$(MUTANTS)/%.i: model/core/%.c $(MODEL_CORE_HEADERS)
	@mkdir -p $(@D)
	$(Q)$(CC) -E -DLM_DEFECTS $(FLAGS_model) $(FLAGS_model/core) -o $@ $<

# One run writes all; the list stands for them.
$(MUTANTS)/mutants.txt: $(B)/lm-mutate $(MUTATED:model/core/%.c=$(MUTANTS)/%.i)
	@$(SAY) "  GEN  $@"
	$(Q)$(B)/lm-mutate $(MUTANTS) $(filter %.i,$^)

$(MUTATED:model/core/%.c=$(MUTANTS)/%.o): $(MUTANTS)/%.o: $(MUTANTS)/mutants.txt model/mutants/lm-mutant.h
	@$(SAY) "  CC   $(@:.o=.c)"
	$(Q)$(CC) $(MUTANT_FLAGS) -c -o $@ $(@:.o=.c)

$(MUTANT_PLAIN:model/core/%.c=$(MUTANTS)/%.o): $(MUTANTS)/%.o: model/core/%.c $(MODEL_CORE_HEADERS)
	@mkdir -p $(@D)
	$(Q)$(CC) $(MUTANT_FLAGS) -DLM_DEFECTS $(FLAGS_model) -c -o $@ $<

# What a program links in place of the core.
MUTANT_OBJECTS := $(MODEL_CORE:model/core/%.c=$(MUTANTS)/%.o)

# The core as it is and a mutant of it, under the same random host.
$(eval $(call object_list,MUTANT_WALK,$(wildcard model/mutants/*.c)))

$(B)/test/mutant-walk: $(MUTANT_WALK) $(MUTANT_OBJECTS)
	@mkdir -p $(@D)
	@$(SAY) "  LINK $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^

# The unit tests over that core; LM_MUTANT in the environment chooses.
MUTANT_TESTS := $(MODEL_TESTS:%=$(MUTANTS)/test-%)

$(eval $(call object_list,MUTANT_UNIT,$(MODEL_TESTS:%=model/tests/test-%.c) model/tests/bench.c \
	$(filter-out $(MODEL_CORE),$(MODEL_SOURCES)) model/mutants/lm-mutant.c))

$(MUTANT_TESTS): $(MUTANTS)/test-%: $(B)/obj/model/tests/test-%.o $(B)/obj/model/tests/bench.o \
		$(patsubst %.c,$(B)/obj/%.o,$(filter-out $(MODEL_CORE),$(MODEL_SOURCES)) model/mutants/lm-mutant.c) $(MUTANT_OBJECTS)
	@$(SAY) "  LINK $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lcmocka
