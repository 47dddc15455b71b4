# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# The runner for a lab machine that has neither this tree nor its libraries.

DIST_NAME := nvme-lm-ct-$(VERSION)-$(firstword $(subst -, ,$(shell $(CC) -dumpmachine)))
DIST := $(B)/dist/$(DIST_NAME).tar.gz

# The objects of the tested program, linked to look for libraries in ../lib
# first. libarchive is static: of the shared one's formats the runner needs tar
# alone, and the others would bring 30 MB of ICU along.
DIST_LIBS := $(patsubst -larchive,-l:libarchive.a,$(CORE_LIBS) $(REPORTS_LIBS)) -lnvme -l:libz.so.1
DIST_LDFLAGS := -Wl,--gc-sections,--build-id=none,--strip-all \
	-Wl,--disable-new-dtags,-rpath,'$$ORIGIN/../lib'

$(B)/dist/nvme-lm-ct: $(B)/nvme-lm-ct mk/dist.mk
	@mkdir -p $(@D)
	@$(SAY) "  LINK $@"
	$(Q)$(CC) $(LDFLAGS) $(DIST_LDFLAGS) -o $@ $(OBJECTS_nvme-lm-ct) $(DIST_LIBS)

DIST_DOCS := docs/reading-a-report.md docs/exec-protocol.md docs/adding-a-target.md $(B)/spec/nvme-lm.html

$(DIST): tools/dist mk/dist-readme.txt docs/nvme-lm-ct.1 $(wildcard LICENSES/*) $(DIST_DOCS) $(B)/dist/nvme-lm-ct
	$(Q)tools/dist $@ $(B)/dist/nvme-lm-ct $(DIST_DOCS)

.PHONY: dist check-dist
dist: $(DIST) ## a relocatable runner for a lab machine, build/dist/*.tar.gz
	@echo $(DIST)

check-dist: $(DIST) all
	tools/tests/dist.sh $(DIST) $(B)/nvme-lm-ct $(B)/dist/nvme-lm-ct $(DIST_DOCS)

CHECKS += dist
