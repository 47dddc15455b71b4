# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only

SPEC_TEXT := $(wildcard spec/text/*.md)
SPEC_TABLES := $(wildcard spec/tables/*.def)
