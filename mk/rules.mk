# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# What a module.mk uses:
#
#   $(eval $(call program,NAME,SOURCES,LIBS))
#	builds $(B)/NAME from C files named from the top of the tree;
#	LIBS as the linker takes them (-ljansson)
#   $(eval $(call unit_test,NAME,SOURCES,LIBS))
#	builds $(B)/test/NAME and makes it `make check-NAME`, part of
#	`make check`, `make quick` and the sanitizer, valgrind and coverage
#	runs; the program exits non-zero when a test fails and works from the
#	top of the tree. With a fourth argument `slow` it is not in quick.
#   $(eval $(call object_list,VAR,SOURCES))
#	VAR := the objects, for a link rule of one's own
#   FLAGS_<dir> := ...
#	compiler flags of the C files in that directory and, for a top
#	directory, in all below it: FLAGS_model := -Imodel/include
#   CHECKS += NAME
#	makes the phony target check-NAME part of `make check`. Its output is
#	the log; a last line `N passed, N failed` is shown in the summary.
#   QUICK += TARGET
#	makes a target part of `make quick`
#   GEN_HEADERS
#	generated headers, in $(B)/gen; every C file but those of spec/tools
#	and model/ is compiled after them
#   target: ... ## text
#	documents the target in `make help`
#
# A child process of a test that is to count in `make coverage` ends by exit(),
# not _exit().

# V=1 shows the commands; -s hides the lines too
Q := $(if $(filter 1,$(V)),,@)
SAY := $(if $(findstring s,$(firstword -$(MAKEFLAGS))),:,echo)

PROGRAMS :=
UNIT_TESTS :=
CHECKS :=
QUICK :=
GEN_HEADERS := $(B)/gen/version.h

VERSION := $(shell cat mk/version)

objects = $(patsubst %.c,$(B)/obj/%.o,$(1))

# FLAGS_ of every directory from the top one down to that of the file $(1)
flags_of = $(call flags_walk,,$(subst /, ,$(patsubst %/,%,$(dir $(1)))))
flags_walk = $(if $(2),$(FLAGS_$(1)$(firstword $(2))) $(call \
	flags_walk,$(1)$(firstword $(2))/,$(wordlist 2,$(words $(2)),$(2))))

$(B)/obj/%.o: %.c mk/variant.mk
	@mkdir -p $(@D)
	@$(SAY) "  CC   $<"
	$(Q)$(CC) $(CFLAGS) $(strip $(call flags_of,$<)) -MMD -MP -c -o $@ $<

define object_list
$(1) := $$(call objects,$(2))
$$(filter-out $(B)/obj/spec/tools/% $(B)/obj/model/%,$$($(1))): | $$(GEN_HEADERS)
-include $$($(1):.o=.d)
endef

define link_program
$(call object_list,OBJECTS_$(1),$(sort $(2)))
$(B)/$(1): $$(OBJECTS_$(1))
	@mkdir -p $$(@D)
	@$(SAY) "  LINK $$@"
	$$(Q)$$(CC) $$(LDFLAGS) -o $$@ $$(OBJECTS_$(1)) $(3)
endef

define program
$(call link_program,$(1),$(2),$(3))
PROGRAMS += $(B)/$(1)
endef

define unit_test
$(call link_program,test/$(1),$(2),$(3))
PROGRAMS += $(B)/test/$(1)
UNIT_TESTS += $(1)
CHECKS += $(1)
QUICK += $(if $(filter slow,$(4)),,check-$(1))
.PHONY: check-$(1)
check-$(1): $(B)/test/$(1)
	@tools/quietly $(B)/test/$(1)
endef

$(B)/gen/version.h: mk/version
	@mkdir -p $(@D)
	@printf '/* %s */\n#define LM_SUITE_VERSION "%s"\n' \
		'SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only' '$(VERSION)' >$@
