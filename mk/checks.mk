# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only

.PHONY: check-units
check-units: $(addprefix check-,$(UNIT_TESTS))
