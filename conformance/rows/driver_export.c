/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The function that the PF's driver exports to drivers of VFs (nvme_submit_vf_cmd() in Linux). */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "drv.h"

#define NEEDS (CT_CAP(CT_CAP_DRIVER) | CT_CAP(CT_CAP_JOURNAL))
#define FLAGS (CT_ROW_FIVE | CT_ROW_LM | CT_ROW_KEEPS_STATE)
#define OPCODES 256
/* VID to FR, which no state changes */
#define SAME_ID_BYTES 72
/* A reset is over soon in a guest: one of so many has to be met. */
#define RESETS 20
#define PAUSE_NS UINT64_C(2000000)

static const uint8_t five[] = {
	LM_OPC_QUERY_DATA_SIZE, LM_OPC_SUSPEND, LM_OPC_RESUME, LM_OPC_SAVE_DATA, LM_OPC_LOAD_DATA,
};
#define FIVE (sizeof(five) / sizeof(five[0]))

static bool is_five(unsigned int opc)
{
	return memchr(five, (int)opc, FIVE);
}

/* On behalf of VF 1, from data that are zeroes. */
static struct ct_driver_answer call(struct ct *ct, const struct hn_cmd *cmd)
{
	const struct ct_driver_ops *d = drv_calls(ct);
	struct ct_driver_answer answer = { 0 };
	int ret;

	if (!d->submit)
		ct_not_applicable(ct, "the function is not part of what is judged");
	ret = d->submit(ct, ct_target(ct), 1, cmd->sqe, cmd->data, cmd->len, &answer);
	if (ret == -ENOENT)
		ct_not_applicable(ct, "no module nvme-vf-cmd calls it (docs/linux-driver.md)");
	if (ret)
		ct_error(ct, "it cannot be called: %s", strerror(-ret));
	return answer;
}

static void check_refused(struct ct *ct, const struct hn_cmd *cmd)
{
	int ret = call(ct, cmd).ret;

	ct_check(ct, ret == -EINVAL,
		 "opcode %02Xh with Dword 10 of %08Xh and %u bytes is answered %d, not -EINVAL",
		 cmd->sqe[0], lm_get_le32(cmd->sqe + LM_SQE_CDW10), cmd->len, ret);
}

/* One of the five as it should be, but for the VF index. */
static struct hn_cmd one_of_five(uint8_t opc, uint16_t index, void *data, uint32_t len)
{
	if (opc == LM_OPC_SAVE_DATA)
		return hn_save_cmd(index, data, len, 0);
	if (opc == LM_OPC_LOAD_DATA)
		return hn_load_cmd(index, data, len, 0, len);
	return hn_lm_cmd(opc, index);
}

static struct hn_cmd identify(uint32_t cdw10, void *data, uint32_t len)
{
	struct hn_cmd cmd = hn_cmd(NVME_ADM_IDENTIFY, 0);

	lm_put_le32(cmd.sqe + LM_SQE_CDW10, cdw10);
	hn_cmd_data(&cmd, data, len, CT_DIR_TO_HOST);
	return cmd;
}

/* What a command that goes through by mistake does, does not matter to a device with a journal. */
static void try_other_opcodes(struct ct *ct, uint8_t *data)
{
	for (unsigned int opc = 0; opc < OPCODES; opc++) {
		struct hn_cmd cmd = hn_cmd((uint8_t)opc, 0);

		if (opc == NVME_ADM_IDENTIFY || is_five(opc))
			continue;
		lm_put_le32(cmd.sqe + LM_SQE_CDW10, drv_index(ct, 1));
		check_refused(ct, &cmd);
		lm_put_le32(cmd.sqe + LM_SQE_CDW11, LM_ID_SIZE);
		hn_cmd_data(&cmd, data, LM_ID_SIZE, CT_DIR_TO_HOST);
		check_refused(ct, &cmd);
	}
}

static void try_other_identify(struct ct *ct, uint8_t *data)
{
	static const uint8_t cns[] = { 0x00, 0x02, 0x03, 0x10, 0x12, 0x13, 0x14, 0x15, 0xFF };
	static const uint32_t lengths[] = { 0, 4, 512, LM_ID_SIZE - 4, LM_ID_SIZE + 4, 8192 };

	for (size_t i = 0; i < sizeof(cns) / sizeof(cns[0]); i++) {
		struct hn_cmd cmd = identify(cns[i], data, LM_ID_SIZE);

		check_refused(ct, &cmd);
	}
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct hn_cmd cmd = identify(NVME_CNS_CONTROLLER, data, lengths[i]);

		check_refused(ct, &cmd);
	}
}

static unsigned int refusal_cases(struct ct *ct)
{
	(void)ct;
	return 2;
}

static void refusal_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "%s", i ? "other-identify" : "other-opcodes");
}

static void refusal_run(struct ct *ct, unsigned int i)
{
	uint64_t mark = hn_mark(ct);
	unsigned int sent;

	(i ? try_other_identify : try_other_opcodes)(ct, hn_mem(ct, 2 * LM_ID_SIZE));
	sent = drv_sent(ct, mark, DRV_ANY_OPCODE);
	ct_check(ct, !sent, "the PF is sent %u of them", sent);
}

CT_ROW(refusals, .id = "DRV/exported-function-takes-nothing-else", .reqs = "LM-DRV-130",
       .given = "a VF that a driver holds",
       .when = "each opcode but Identify and the five, Identify with another CNS, and with a "
	       "buffer of another length than 4096 are passed to the exported function",
       .expect = "-EINVAL for each, and nothing is sent", .needs = NEEDS, .flags = FLAGS,
       .cases = refusal_cases, .name = refusal_name, .run = refusal_run);

static void must_succeed(struct ct *ct, struct ct_driver_answer answer, const char *what)
{
	ct_check(ct, !answer.ret, "%s is answered %d", what, answer.ret);
}

static struct ct_driver_answer call_five(struct ct *ct, uint8_t opc, void *data, uint32_t len)
{
	struct hn_cmd cmd = one_of_five(opc, drv_index(ct, 1), data, len);

	return call(ct, &cmd);
}

/* The VF is suspended behind the back of its driver, which does not ask meanwhile. */
static void taken_run(struct ct *ct, unsigned int i)
{
	uint8_t *id = hn_mem(ct, LM_ID_SIZE), *its = hn_mem(ct, LM_ID_SIZE);
	struct hn_cmd cmd = identify(NVME_CNS_CONTROLLER, id, LM_ID_SIZE);
	struct ct_driver_answer answer;
	struct hn_image image;
	uint64_t mark;

	(void)i;
	drv_reach(ct, 1, DRV_RUNNING);
	image = drv_image(ct, 1);
	hn_identify(ct, 0, NVME_CNS_CONTROLLER, 0, its);
	must_succeed(ct, call(ct, &cmd), "Identify Controller");
	ct_check(ct, !memcmp(id, its, SAME_ID_BYTES), "the data are not those of the PF");
	mark = hn_mark(ct);
	must_succeed(ct, call_five(ct, LM_OPC_SUSPEND, NULL, 0), "SUSPEND");
	answer = call_five(ct, LM_OPC_QUERY_DATA_SIZE, NULL, 0);
	must_succeed(ct, answer, "QUERY_DATA_SIZE");
	ct_check(ct, answer.dw0 == image.len, "the size is %u, not %u", answer.dw0, image.len);
	answer = call_five(ct, LM_OPC_SAVE_DATA, hn_mem(ct, image.len), image.len);
	must_succeed(ct, answer, "SAVE_DATA");
	answer = call_five(ct, LM_OPC_LOAD_DATA, hn_mem(ct, image.len), image.len);
	ct_check(ct, answer.ret > 0, "LOAD_DATA of zeroes is answered %d, not a status",
		 answer.ret);
	must_succeed(ct, call_five(ct, LM_OPC_RESUME, NULL, 0), "RESUME");
	answer = call_five(ct, LM_OPC_RESUME, NULL, 0);
	ct_check(ct, (answer.ret & 0x7FF) == LM_SC_NOT_SUSPENDED,
		 "RESUME of a VF that runs is answered %d, not the status 13Ah", answer.ret);
	for (size_t n = 0; n < FIVE; n++)
		ct_check(ct, drv_sent(ct, mark, five[n]) == 1u + (five[n] == LM_OPC_RESUME),
			 "opcode %02Xh was sent %u times", five[n], drv_sent(ct, mark, five[n]));
	drv_check_migrates(ct, 1);
}

CT_ROW(taken, .id = "DRV/exported-function-takes-identify-controller-and-the-five",
       .reqs = "LM-DRV-130 LM-DRV-170", .given = "a VF that a driver holds",
       .when = "Identify Controller and the five for it are passed to the exported function",
       .expect = "each is sent; success is 0 with Dword 0 and the data, a status is positive",
       .needs = NEEDS, .flags = FLAGS, .run = taken_run);

static unsigned int five_cases(struct ct *ct)
{
	(void)ct;
	return FIVE;
}

static void five_name(struct ct *ct, unsigned int i, char *buf, size_t size)
{
	(void)ct;
	snprintf(buf, size, "opcode-%02Xh", five[i]);
}

static void other_vf_run(struct ct *ct, unsigned int i)
{
	uint16_t index = drv_index(ct, 1);
	const uint16_t others[] = {
		0,
		(uint16_t)(index + 1),
		(uint16_t)(index + 256),
		0xFFFF,
	};
	uint8_t *data = hn_mem(ct, LM_ID_SIZE);
	uint64_t mark = hn_mark(ct);

	for (size_t n = 0; n < sizeof(others) / sizeof(others[0]); n++) {
		struct hn_cmd cmd = one_of_five(five[i], others[n], data, LM_ID_SIZE);

		check_refused(ct, &cmd);
	}
	ct_check(ct, !drv_sent(ct, mark, five[i]), "the PF is sent one of them");
}

CT_ROW(other_vf, .id = "DRV/exported-function-takes-the-callers-vf-alone", .reqs = "LM-DRV-140",
       .given = "a VF that a driver holds",
       .when = "each of the five with another VF index, 0 and FFFFh among them, is passed to the "
	       "exported function on its behalf",
       .expect = "-EINVAL, and nothing is sent", .needs = NEEDS, .flags = FLAGS,
       .cases = five_cases, .name = five_name, .run = other_vf_run);

struct reset {
	struct ct *ct;
	int ret;
	atomic_bool over;
};

static void *reset_it(void *arg)
{
	struct reset *r = arg;

	r->ret = drv_calls(r->ct)->pf_reset(r->ct, ct_target(r->ct));
	r->over = true;
	return NULL;
}

/* Calls during one reset: those that may have been sent, those that were, and those that were not. */
struct calls {
	unsigned int maybe, sent, refused;
	int odd; /* another answer than there should be, 0 = none */
};

static void count_call(struct ct *ct, struct calls *calls)
{
	int ret = call_five(ct, LM_OPC_QUERY_DATA_SIZE, NULL, 0).ret;

	if (ret == -EAGAIN)
		calls->refused++;
	else if (!ret)
		calls->sent++;
	else
		calls->maybe++;
	if (ret < 0 && ret != -EAGAIN && ret != -ETIMEDOUT)
		calls->odd = ret;
}

static void call_during_reset(struct ct *ct, struct calls *calls)
{
	struct reset reset = { .ct = ct };
	pthread_t thread;

	if (pthread_create(&thread, NULL, reset_it, &reset))
		ct_error(ct, "no second thread");
	while (!reset.over) {
		count_call(ct, calls);
		ct_target(ct)->ops->advance(ct_target(ct), PAUSE_NS);
	}
	pthread_join(thread, NULL);
	if (reset.ret)
		ct_error(ct, "the PF cannot be reset: %s", strerror(-reset.ret));
}

/* Two answers within one reset: the first did not wait for its end. */
static void not_live_run(struct ct *ct, unsigned int i)
{
	unsigned int most = 0, resets;

	(void)i;
	if (!drv_calls(ct)->threads)
		ct_not_applicable(ct, "nothing can be called while the PF is reset");
	drv_reach(ct, 1, DRV_RUNNING);
	call_five(ct, LM_OPC_QUERY_DATA_SIZE, NULL, 0);
	for (resets = 0; resets < RESETS && most < 2; resets++) {
		struct calls calls = { 0 };
		uint64_t mark = hn_mark(ct);
		unsigned int fetched;

		call_during_reset(ct, &calls);
		fetched = drv_sent(ct, mark, LM_OPC_QUERY_DATA_SIZE);
		ct_trace(ct, "reset %u: %u calls sent, %u perhaps, %u answered -EAGAIN", resets,
			 calls.sent, calls.maybe, calls.refused);
		ct_check(ct, !calls.odd, "a call is answered %d", calls.odd);
		ct_check(ct, fetched >= calls.sent && fetched <= calls.sent + calls.maybe,
			 "%u commands were fetched of %u that were not answered -EAGAIN", fetched,
			 calls.sent + calls.maybe);
		most = calls.refused > most ? calls.refused : most;
	}
	ct_check(ct, most >= 2, "in %u resets of the PF no two calls are answered -EAGAIN", resets);
	drv_check_migrates(ct, 1);
}

CT_ROW(not_live, .id = "DRV/exported-function-waits-for-no-pf-that-is-not-live",
       .reqs = "LM-DRV-150", .given = "a VF that a driver holds",
       .when = "the exported function is called over and over while the PF is reset",
       .expect = "-EAGAIN more than once within a reset, and nothing was sent for it; then the VF "
		 "migrates",
       .needs = NEEDS, .flags = FLAGS | CT_ROW_LONG, .run = not_live_run);
