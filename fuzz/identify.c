/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Identify data of a device that is not ours, or lies: what the runner takes
 * from them, whether its guard opens, and the first line of the log.
 */
#include <stdlib.h>
#include <string.h>

#include "environment.h"
#include "guard.h"
#include "host.h"
#include "json.h"
#include "probe.h"
#include "registry.h"

#define CHUNK 128 /* bytes of each region that a script may fill */

static const uint16_t region[] = { 0, 512, 768, 1024, LM_ID_CAPABILITY, 4096 - CHUNK };

static struct ct_probe probe;
static const char *claim;

static void take_all(void *arg)
{
	struct ct_options o = {
		.seed = CT_DEFAULT_SEED, .shards = 1, .argument = "", .i_own = claim
	};
	struct ct_waivers none = { 0 };
	char why[256];
	json_t *e, *back;
	char *line;
	bool open;

	(void)arg;
	o.ops = ct_target_find("scripted", 8);
	fuzz_check(o.ops, "no target");
	ct_probe_decode(&probe);
	fuzz_check(!probe.lm || probe.id[LM_ID_CAPABILITY] == 1, "a capability that is not there");
	open = ct_guard_open(&probe, claim, why, sizeof(why));
	/* Foreign controllers never get the five opcodes. */
	fuzz_check(!open || probe.uuid || probe.info.pci_did == 0x1457 ||
			   (claim && !strcmp(claim, probe.sn)),
		   "the guard is open");
	e = ct_environment(&o, &probe, probe.uuid, &none, &none.text);
	line = ct_json_line(e);
	back = json_loads(line, 0, NULL);
	fuzz_check(back && !strcmp(ct_json_string(back, "type"), "environment"),
		   "the environment is no JSON");
	json_decref(back);
	json_decref(e);
	free(line);
	ct_guard_claim(&probe, claim);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t uuid[16] = LM_UUID_BYTES;
	struct fuzz_in in = { data, size };
	uint8_t how = fuzz_u8(&in);
	char serial[21] = "";
	unsigned int i;

	memset(&probe, 0, sizeof(probe));
	probe.has_id = how & 1;
	for (i = 0; i < sizeof(region) / sizeof(region[0]); i++)
		fuzz_bytes(&in, probe.id + region[i], CHUNK);
	if (how & 2)
		memcpy(probe.id + LM_ID_UUID, uuid, sizeof(uuid));
	if (how & 4)
		probe.id[LM_ID_CAPABILITY] = LM_CAPABILITY_SUPPORTED;
	if (how & 8) {
		probe.info.pci_vid = 0x8086;
		probe.info.pci_did = 0x1457;
	}
	fuzz_bytes(&in, serial, sizeof(serial) - 1);
	claim = how & 16 ? serial : NULL;
	host_run(take_all, NULL);
	return 0;
}
