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
