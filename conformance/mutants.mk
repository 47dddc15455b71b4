# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# The suite's rows against each mutant of the model's core; docs/mutants.md.

FLAGS_conformance/tests/mutants := -Imodel/mutants

$(eval $(call object_list,MUTANT_RUNNER,$(CORE) $(HOST) conformance/targets/model.c conformance/targets/fail.c \
	$(ROWS) $(filter-out $(MODEL_CORE),$(MODEL_SOURCES)) model/mutants/lm-mutant.c model/mutants/mutant-list.c \
	$(wildcard conformance/tests/mutants/*.c)))

$(B)/test/mutants: $(MUTANT_RUNNER) $(MUTANT_OBJECTS)
	@mkdir -p $(@D)
	@$(SAY) "  LINK $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(CORE_LIBS)

SURVIVORS := model/mutants/survivors.txt
MUTANTS_RUN = nice -n 19 $(B)/test/mutants $(MUTANTS)/mutants.txt $(SURVIVORS)
UNITS_TOO = $(MUTANT_TESTS:%=--unit %)

.PHONY: mutants mutants-again mutants-known check-mutants
mutants: $(B)/test/mutants $(MUTANT_TESTS) ## run the suite against each mutant of the model's core (half an hour of two processors); MUTANTS_OF=migrate.c: of one file
	@$(MUTANTS_RUN) $(MUTANTS)/results.txt $(if $(MUTANTS_OF),--file $(MUTANTS_OF)) \
		$(if $(MUTANTS_LEAST),--at-least $(MUTANTS_LEAST)) $(UNITS_TOO)

mutants-again: $(B)/test/mutants $(MUTANT_TESTS) ## the same, of the mutants alone that survived the last time
	@$(MUTANTS_RUN) $(MUTANTS)/again.txt --survivors $(MUTANTS)/results.txt $(UNITS_TOO)

# No random walk tells what is listed as equivalent from the core.
WALK_COMMANDS := 1000000
mutants-known: $(B)/test/mutant-walk ## hold the list of equivalent mutants against random walks
	@nice -n 19 $(B)/test/mutant-walk $(MUTANTS)/mutants.txt $(SURVIVORS) $(WALK_COMMANDS)

# Some mutants, other ones for each commit.
MUTANT_SAMPLE := 60
MUTANT_LEAST := 95
check-mutants: $(B)/test/mutants $(MUTANT_TESTS)
	@$(MUTANTS_RUN) $(MUTANTS)/sample.txt --at-least $(MUTANT_LEAST) \
		--sample $(MUTANT_SAMPLE)/$(shell git rev-parse HEAD) $(UNITS_TOO)

CHECKS += mutants
