# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# Compiler and flags by VARIANT. The default variant builds in build/, every
# other in build/<variant>/ with everything of its own, so that objects of two
# variants never meet.
#
#   (default)  gcc -O2 -g
#   clang      the same with clang
#   asan       AddressSanitizer and UndefinedBehaviorSanitizer
#   cov        gcov counters, not optimized
#   tsan       ThreadSanitizer
#   defects    the model's seeded defects compiled in (LM_DEFECTS)
#   fuzz       clang with libFuzzer and both sanitizers
#   afl        the same with AFL++

VARIANT ?=

B := build$(if $(VARIANT),/$(VARIANT))

CC_ := gcc
CC_clang := clang
CC_asan := gcc
CC_cov := gcc
CC_tsan := gcc
CC_defects := gcc
CC_fuzz := clang
CC_afl := afl-clang-fast

OPT_ := -O2 -g
OPT_clang := -O2 -g
OPT_asan := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
OPT_cov := -O0 -g --coverage -DLM_COVERAGE
OPT_tsan := -O1 -g -fsanitize=thread
OPT_defects := -O2 -g -DLM_DEFECTS
OPT_fuzz := -O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all \
	-fsanitize=fuzzer-no-link,address,undefined
OPT_afl := -O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all -fsanitize=address,undefined

ifeq ($(CC_$(VARIANT)),)
$(error unknown VARIANT '$(VARIANT)': clang, asan, cov, tsan, defects, fuzz, afl, or none)
endif

CC := $(CC_$(VARIANT))
WARN := -Wall -Wextra -Werror
CFLAGS := -std=gnu11 $(WARN) $(OPT_$(VARIANT))
LDFLAGS := $(if $(filter asan cov tsan fuzz afl,$(VARIANT)),$(OPT_$(VARIANT)))

# For a whole build within a recipe: all processors, unless the caller said.
PARALLEL = $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc))
