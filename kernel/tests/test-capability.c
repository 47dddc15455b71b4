// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a PF says of itself, and what the driver makes of it.
 */
#include "bench.h"
#include "nvme-lm.h"

static const u8 uuid[16] = LM_UUID_BYTES;

static struct nvmevf_device nvdev;

/* A device that implements all of it. */
static void extended(void)
{
	shim_reset();
	fake_start(&nvdev, true);
	memset(&nvdev.caps, 0, sizeof(nvdev.caps));
	nvdev.vf_index = 0;
	fake.identify[LM_ID_CAPABILITY] = LM_CAPABILITY_SUPPORTED;
	lm_put_le16(fake.identify + LM_ID_VERSION, LM_PROPOSAL_VERSION);
	lm_put_le32(fake.identify + LM_ID_MAX_IMAGE, 0x00023450);
	lm_put_le16(fake.identify + LM_ID_SUSPEND_LIMIT, 0x0102);
	memcpy(fake.identify + LM_ID_UUID, uuid, sizeof(uuid));
}

/* Whether it can be migrated; nothing is left, either way. */
static bool found(void)
{
	bool ret = nvmevf_discover(&nvdev);

	/* no reason without a line, no line without a reason */
	assert_int_equal(shim_faults.logged, !ret);
	finish(&nvdev);
	return ret;
}

static void test_extended(void **state)
{
	(void)state;
	extended();
	assert_true(found());
	assert_true(nvdev.caps.extended);
	assert_int_equal(nvdev.vf_index, 2);
	assert_int_equal(nvdev.caps.max_image, 0x00023450);
	assert_int_equal(nvdev.caps.suspend_limit, 0x0102 * 100);
	assert_int_equal(nvdev.caps.max_transfer, NVMEVF_MAX_TRANSFER);
	/* other versions, and whatever PCI ID */
	extended();
	lm_put_le16(fake.identify + LM_ID_VERSION, 0xffff);
	nvdev.core_device.pdev->device = 1;
	assert_true(found());
	nvdev.core_device.pdev->device = 0x1457;
}

static void test_capability_byte(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 256; i++) {
		extended();
		fake.identify[LM_ID_CAPABILITY] = (u8)i;
		assert_int_equal(found(), i == 1);
	}
}

static void test_uuid(void **state)
{
	(void)state;
	for (unsigned int bit = 0; bit < 128; bit++) {
		/* not ours: then the bytes mean nothing, and the PCI ID decides */
		extended();
		fake.identify[LM_ID_UUID + bit / 8] ^= (u8)(1 << bit % 8);
		assert_true(found());
		assert_false(nvdev.caps.extended);
		assert_int_equal(nvdev.caps.max_image, NVMEVF_LEGACY_MAX_IMAGE);
		assert_int_equal(nvdev.caps.suspend_limit, 0);
		extended();
		fake.identify[LM_ID_UUID + bit / 8] ^= (u8)(1 << bit % 8);
		nvdev.core_device.pdev->device = 0x1458;
		assert_false(found());
		nvdev.core_device.pdev->device = 0x1457;
	}
	extended();
	memset(fake.identify + LM_ID_UUID, 0, 16);
	nvdev.core_device.pdev->vendor = 0x8087;
	assert_false(found());
	nvdev.core_device.pdev->vendor = 0x8086;
}

static void test_numbers(void **state)
{
	static const struct {
		u32 max;
		bool ok;
	} sizes[] = { { 0, false },	    { 4, true },	  { 5, false },
		      { 6, false },	    { SZ_256K, true },	  { SZ_4M, true },
		      { SZ_4M + 4, false }, { 0xfffffffc, false } };
	static const struct {
		u16 limit;
		bool ok;
	} limits[] = { { 0, false },   { 1, true },    { 299, true },
		       { 300, false }, { 301, false }, { 0xffff, false } };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		extended();
		lm_put_le32(fake.identify + LM_ID_MAX_IMAGE, sizes[i].max);
		assert_int_equal(found(), sizes[i].ok);
	}
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		extended();
		lm_put_le16(fake.identify + LM_ID_SUSPEND_LIMIT, limits[i].limit);
		assert_int_equal(found(), limits[i].ok);
	}
	/* 300 fits in where the PF has more time */
	extended();
	fake.suspend_limit_max = 60000;
	lm_put_le16(fake.identify + LM_ID_SUSPEND_LIMIT, 300);
	assert_true(found());
	extended();
	fake.suspend_limit_max = 60000;
	lm_put_le16(fake.identify + LM_ID_SUSPEND_LIMIT, 301);
	assert_false(found());
	extended();
	lm_put_le16(fake.identify + LM_ID_VERSION, 0);
	assert_false(found());
}

static void test_transfer_limit(void **state)
{
	(void)state;
	for (unsigned int mdts = 0; mdts < 256; mdts++) {
		u32 most = mdts && mdts < 5 ? SZ_4K << mdts : NVMEVF_MAX_TRANSFER;

		extended();
		fake.identify[77] = (u8)mdts;
		assert_true(found());
		assert_int_equal(nvdev.caps.max_transfer, most);

		/* one command has to do on a device of the first version */
		extended();
		memset(fake.identify + LM_ID_UUID, 0, 16);
		fake.identify[77] = (u8)mdts;
		assert_int_equal(found(), mdts == 0 || mdts >= 6);
		if (nvdev.caps.max_transfer < NVMEVF_LEGACY_MAX_IMAGE)
			assert_in_range(mdts, 1, 5);
	}
}

static void test_no_answer(void **state)
{
	static const int rets[] = { -ENODEV, -EAGAIN, -ETIMEDOUT, -ENOMEM, 0x002, 0x4001 };

	(void)state;
	for (size_t i = 0; i < sizeof(rets) / sizeof(rets[0]); i++) {
		extended();
		fake.identify_ret = rets[i];
		assert_false(found());
	}
	extended();
	shim_faults.alloc_nth = 1;
	assert_false(nvmevf_discover(&nvdev));
	assert_int_equal(shim_faults.injected, 1);
	finish(&nvdev);
	/* no VF: nothing to ask for */
	extended();
	nvdev.core_device.pdev->is_virtfn = false;
	assert_false(nvmevf_discover(&nvdev));
	assert_int_equal(shim_faults.logged, 0);
	nvdev.core_device.pdev->is_virtfn = true;
	finish(&nvdev);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_extended),       cmocka_unit_test(test_capability_byte),
		cmocka_unit_test(test_uuid),	       cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_transfer_limit), cmocka_unit_test(test_no_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
