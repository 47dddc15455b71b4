# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only

SPEC_TEXT := $(wildcard spec/text/*.md)
SPEC_TABLES := $(wildcard spec/tables/*.def)

$(eval $(call program,lm-spec,$(wildcard spec/tools/*.c),-lmd))

GEN_HEADERS += $(B)/gen/requirements-text.h $(B)/gen/spec-hash.h

$(B)/gen/requirements-text.h: $(B)/lm-spec $(SPEC_TEXT) $(SPEC_TABLES)
	@mkdir -p $(@D)
	@$(B)/lm-spec requirements spec $@

$(B)/gen/spec-hash.h: $(B)/lm-spec $(SPEC_TEXT) $(SPEC_TABLES)
	@mkdir -p $(@D)
	@$(B)/lm-spec hash spec $@
