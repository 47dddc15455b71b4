# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# The suite's rows against each mutant of the model's core.

FLAGS_conformance/tests/mutants := -Imodel/mutants

$(eval $(call object_list,MUTANT_RUNNER,$(CORE) $(HOST) conformance/targets/model.c conformance/targets/fail.c \
	$(ROWS) $(wildcard model/port/inproc/*.c) model/mutants/lm-mutant.c model/mutants/mutant-list.c \
	$(wildcard conformance/tests/mutants/*.c)))

$(B)/test/mutants: $(MUTANT_RUNNER) $(MUTANT_OBJECTS)
	@mkdir -p $(@D)
	@$(SAY) "  LINK $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(CORE_LIBS)

MUTANTS_RUN = $(B)/test/mutants $(MUTANTS)/mutants.txt model/mutants/survivors.txt $(MUTANTS)/results.txt

.PHONY: mutants check-mutants
mutants: $(B)/test/mutants ## run the suite against each mutant of the model's core (an hour); MUTANTS_OF=migrate.c for one file
	@nice -n 19 $(MUTANTS_RUN) $(if $(MUTANTS_OF),--file $(MUTANTS_OF))
