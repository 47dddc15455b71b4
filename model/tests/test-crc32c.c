/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * CRC32C against the vectors of RFC 3720 B.4, and against the definition.
 */
#include <string.h>

#include "core.h"
#include "crc32c.h"
#include "image.h"
#include "unit.h"

static void known_vectors(void **state)
{
	uint8_t b[32];
	unsigned int i;

	(void)state;
	assert_int_equal(lm_crc32c(0, "123456789", 9), 0xE3069283);
	memset(b, 0, sizeof(b));
	assert_int_equal(lm_crc32c(0, b, sizeof(b)), 0x8A9136AA);
	memset(b, 0xFF, sizeof(b));
	assert_int_equal(lm_crc32c(0, b, sizeof(b)), 0x62A8AB43);
	for (i = 0; i < sizeof(b); i++)
		b[i] = (uint8_t)i;
	assert_int_equal(lm_crc32c(0, b, sizeof(b)), 0x46DD794E);
	for (i = 0; i < sizeof(b); i++)
		b[i] = (uint8_t)(31 - i);
	assert_int_equal(lm_crc32c(0, b, sizeof(b)), 0x113FDB5C);
	assert_int_equal(lm_crc32c(0, b, 0), 0);
}

static uint32_t by_definition(const uint8_t *p, unsigned int n)
{
	uint32_t crc = 0xFFFFFFFF;
	unsigned int bit;

	for (; n; n--) {
		crc ^= *p++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82F63B78 : 0);
	}
	return ~crc;
}

static void every_byte_value_as_defined(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 256; i++) {
		uint8_t b[3] = { (uint8_t)i, 0xA5, (uint8_t)~i };

		assert_int_equal(lm_crc32c(0, b, 3), by_definition(b, 3));
	}
}

static void pieces_give_what_the_whole_gives(void **state)
{
	static const char text[] = "the quick brown fox jumps over the lazy dog";
	unsigned int i;

	(void)state;
	for (i = 0; i <= sizeof(text); i++)
		assert_int_equal(lm_crc32c(lm_crc32c(0, text, i), text + i, sizeof(text) - i),
				 lm_crc32c(0, text, sizeof(text)));
}

static uint32_t engine(void *ctx, uint32_t crc, const void *p, uint32_t n)
{
	(*(unsigned int *)ctx)++;
	return lm_crc32c(crc, p, n);
}

static void an_engine_of_the_port_is_asked(void **state)
{
	static const struct lm_port with = { .crc32c = engine }, without = { 0 };
	static struct lm_device dev;
	unsigned int asked = 0;

	(void)state;
	dev.ctx = &asked;
	dev.port = &with;
	assert_int_equal(lm_image_crc(&dev, 0, "123456789", 9), 0xE3069283);
	assert_int_equal(asked, 1);
	dev.port = &without;
	assert_int_equal(lm_image_crc(&dev, 0, "123456789", 9), 0xE3069283);
	assert_int_equal(asked, 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, NULL, NULL)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T(known_vectors),
		T(every_byte_value_as_defined),
		T(pieces_give_what_the_whole_gives),
		T(an_engine_of_the_port_is_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
