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

# The rows' citations come from the runner itself.
$(B)/citations.txt: $(B)/nvme-lm-ct
	@$(B)/nvme-lm-ct list --citations >$@.tmp && mv $@.tmp $@

.PHONY: spec-check check-spec check-spec-tools
spec-check: $(B)/lm-spec $(B)/citations.txt ## judge the specification: text, tables, citations, links
	@$(B)/lm-spec check spec $(B)/citations.txt

check-spec: spec-check

check-spec-tools: $(B)/lm-spec
	@spec/tools/tests/spec-check.sh $(B)/lm-spec

CHECKS += spec spec-tools
QUICK += check-spec-tools

.PHONY: spec check-spec-page
spec: $(B)/spec/nvme-lm.html ## the specification as one HTML page, build/spec/nvme-lm.html

$(B)/spec/nvme-lm.html: $(B)/lm-spec $(SPEC_TEXT) $(SPEC_TABLES)
	@mkdir -p $(@D)
	@$(B)/lm-spec page spec $@

check-spec-page: $(B)/lm-spec $(B)/spec/nvme-lm.html
	@spec/tools/tests/page.sh $(B)/lm-spec $(B)/spec/test $(B)/spec/nvme-lm.html

CHECKS += spec-page
