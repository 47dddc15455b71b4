# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# lm-explore: the model's core with few command slots, so that its states can
# be counted, and all of them visited.

EXPLORE_SOURCES := $(wildcard model/explore/*.c)
EXPLORE_HEADERS := $(wildcard model/explore/*.h)
EXPLORE_FLAGS := -DLM_MAX_INFLIGHT=3 $(FLAGS_model) -Imodel/explore

$(B)/explore/%.o: %.c $(MODEL_CORE_HEADERS) $(EXPLORE_HEADERS) mk/variant.mk model/explore/explore.mk
	@mkdir -p $(@D)
	@$(SAY) "  CC   $< (explore)"
	$(Q)$(CC) $(CFLAGS) $(EXPLORE_FLAGS) -c -o $@ $<

$(B)/lm-explore: $(patsubst %.c,$(B)/explore/%.o,$(EXPLORE_SOURCES) $(MODEL_CORE))
	@$(SAY) "  LINK $@"
	$(Q)$(CC) $(LDFLAGS) -o $@ $^

PROGRAMS += $(B)/lm-explore

# What is explored, and how far: a scope that closes is not bounded.
EXPLORE_SCOPES := one-vf two-vfs one-vf-two-commands one-vf-three-entries two-vfs-all
EXPLORE_one-vf := --pf-depth 1
EXPLORE_two-vfs := --vfs 2 --pf-depth 1 --lean
EXPLORE_one-vf-two-commands := --pf-depth 2 --max-states 1000000
EXPLORE_one-vf-three-entries := --pf-depth 1 --entries 3 --max-states 1000000
EXPLORE_two-vfs-all := --vfs 2 --pf-depth 1 --max-states 1000000
EXPLORED := $(EXPLORE_SCOPES:%=$(B)/explored/%.json)

# The specification states the numbers, and they have to be these.
.PHONY: explore $(EXPLORE_SCOPES:%=explore-%)
explore: $(EXPLORE_SCOPES:%=explore-%) ## every state of the model in small scopes, with the invariants checked in each
	@model/explore/table --check spec/text/40-states.md $(EXPLORED)

$(EXPLORE_SCOPES:%=explore-%): explore-%: $(B)/lm-explore
	@mkdir -p $(B)/explored
	@$(B)/lm-explore $(EXPLORE_$*) --json $(B)/explored/$*.json

# A scope that closes, whose numbers tell of a change of what a step does; the table of abstractions;
# the defects that it has to find.
EXPLORED_IN_CHECK := one-vf
.PHONY: check-explore
check-explore: $(EXPLORED_IN_CHECK:%=explore-%)
	@model/explore/table --check spec/text/40-states.md $(EXPLORED_IN_CHECK:%=$(B)/explored/%.json)
	@$(B)/lm-explore --prove --steps 5000
	@$(MAKE) -s VARIANT=defects build/defects/lm-explore
	@model/explore/find-defects build/defects/lm-explore model/explore/defects.txt model/defects.def
CHECKS += explore
