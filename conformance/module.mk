# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only

FLAGS_conformance := -Iconformance/include -Iconformance/core -Iconformance/host \
	-Ispec/include -Ispec/tables -I$(B)/gen

$(eval $(call unit_test,runner-fold,conformance/core/fold.c conformance/tests/fold.c,-lcmocka))

include conformance/targets/targets.mk
include conformance/host/host.mk
