# SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
# Test of the host driver; included by conformance/module.mk.

$(eval $(call unit_test,host,conformance/tests/host.c conformance/tests/stub-ct.c \
	$(wildcard conformance/host/*.c),-lcmocka))
$(eval $(call unit_test,host-hardware,conformance/tests/host-hardware.c conformance/tests/stub-ct.c \
	$(wildcard conformance/host/*.c),-lcmocka))
