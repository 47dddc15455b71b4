# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only

FLAGS_reports := -D_GNU_SOURCE -Ireports -Ireports/include -Iconformance/core \
	-Iconformance/include -Ispec/tables -I$(B)/gen

# For the program that has the subcommands. spec.c holds the specification of
# this build; the tests of reports have a small one that never changes.
REPORTS_CORE := $(filter-out reports/spec.c,$(wildcard reports/*.c))
REPORTS_SOURCES := $(REPORTS_CORE) reports/spec.c
REPORTS_LIBS := -ljansson -larchive -lmd -lm

GEN_HEADERS += $(B)/gen/reports-css.h $(B)/gen/reports-proofs.h

$(B)/gen/reports-css.h: reports/templates/page.css reports/embed.awk
	@mkdir -p $(@D)
	@awk -v name=rp_page_css -f reports/embed.awk $< >$@

# Nothing is proven until `make defects-update` has written the list.
$(B)/gen/reports-proofs.h: $(wildcard conformance/proofs.txt conformance/proofs-driver.txt conformance/proofs-guest.txt) reports/embed.awk
	@mkdir -p $(@D)
	@cat $(filter %.txt,$^) /dev/null | awk -v name=rp_proofs_text -f reports/embed.awk >$@

REPORTS_TEST := $(REPORTS_CORE) reports/tests/spec.c conformance/core/fold.c
$(eval $(call program,test/reports-tool,$(REPORTS_TEST) reports/tests/tool.c,$(REPORTS_LIBS)))
$(eval $(call unit_test,reports-units,$(REPORTS_TEST) reports/tests/units.c,$(REPORTS_LIBS) -lcmocka))

CHECKS += reports
QUICK += check-reports
.PHONY: check-reports report-look
check-reports: $(B)/test/reports-tool $(B)/ratios $(B)/lm-gallery
	@tools/quietly reports/tests/run.sh $^ $(B)/test/reports

report-look: $(B)/test/reports-tool ## screenshots of the HTML report, in build/report-look (needs chromium)
	@reports/look.sh $(B)/test/reports-tool $(B)/report-look \
		reports/tests/logs/fail.jsonl reports/tests/logs/absent.jsonl
	@[ ! -f $(B)/conformance.jsonl ] || \
		reports/look.sh $(B)/nvme-lm-ct $(B)/report-look $(B)/conformance.jsonl

# From the measurements of `make bench` to what --bench takes.
RATIOS := $(B)/ratios
$(eval $(call program,ratios,$(REPORTS_TEST) reports/tools/ratios.c,$(REPORTS_LIBS)))

# From the runs of `make defects` to a section of the report.
$(eval $(call program,lm-gallery,$(REPORTS_TEST) reports/tools/gallery.c,$(REPORTS_LIBS)))

# The bound is the target: three times what the bytes and the commands alone take.
.PHONY: bench-model
bench-model: $(B)/bench-model $(RATIOS) ## what the five cost in the model, as a multiple of a floor; ROUNDS=n, build/bench/model.json
	@mkdir -p $(B)/bench
	@$(B)/bench-model $(or $(ROUNDS),30) $(B)/bench/model-series >$(B)/bench/model-samples
	@$(RATIOS) --series $(B)/bench/model-series --at-most 3 --unit ns --title "Cost of the five in the model" \
		--revision "$$(git describe --always --dirty)" $(B)/bench/model-samples $(B)/bench/model.json

.PHONY: bench-compare
bench-compare: $(B)/bench-model $(RATIOS) ## the same beside another revision; BASE=rev, ROUNDS=n, build/bench/compare.json
	@mkdir -p $(B)/bench
	@tools/bench-compare $(or $(BASE),HEAD) $(RATIOS) $(B)/bench-model $(B)/bench $(or $(ROUNDS),20)

.PHONY: bench-suite
bench-suite: $(B)/nvme-lm-ct $(B)/lm-explore $(RATIOS) ## how long the suite and the exploration take; ROUNDS=n, build/bench/suite.json
	@mkdir -p $(B)/bench
	@tools/bench-suite $(RATIOS) $(B)/nvme-lm-ct $(B)/lm-explore $(B)/bench $(or $(ROUNDS),12)
