/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * The reference model in this process, through its port for tests. The one
 * file of the suite that sees the model's headers.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ct-target.h"
#include "lm-inproc.h"

#define LM_DEFECT_DEF(number, name, reqs, what) number,
static const unsigned int defects[] = {
	0, /* none */
#ifdef LM_DEFECTS
#include "defects.def"
#endif
};

struct model {
	struct lm_inproc *p;
	unsigned int num_vfs; /* enabled by fresh() */
};

/* The media are this file, which outlives the process. */
#define MEDIA "media="

/* What stands behind "model:", as name=value separated by commas. */
struct option {
	const char *name;
	unsigned long min, max;
};

enum {
	OPT_VFS,
	OPT_NUMVFS,
	OPT_QPAIRS,
	OPT_VECTORS,
	OPT_ENTRIES,
	OPT_MDTS,
	OPT_LIMIT,
	OPT_NAMESPACES,
	OPT_CNTLID,
	OPT_FAULT,
	OPT_DEFECT,
	OPT_COUNT
};

static const struct option options[OPT_COUNT] = {
	[OPT_VFS] = { "vfs", 1, LM_MAX_VFS },
	[OPT_NUMVFS] = { "numvfs", 1, LM_MAX_VFS },
	[OPT_QPAIRS] = { "qpairs", 1, LM_MAX_IO_QPAIRS },
	[OPT_VECTORS] = { "vectors", 1, LM_MAX_VECTORS },
	[OPT_ENTRIES] = { "entries", 2, LM_MAX_QUEUE_ENTRIES },
	[OPT_MDTS] = { "mdts", 0, 16 },
	[OPT_LIMIT] = { "limit", 1, 300 },
	[OPT_NAMESPACES] = { "namespaces", 1, LM_MAX_NAMESPACES },
	[OPT_CNTLID] = { "cntlid", 1, 0xFF00 },
	[OPT_FAULT] = { "fault", 0, 1 },
	[OPT_DEFECT] = { "defect", 0, 9999 },
};

static struct lm_inproc *port(const struct ct_target *t)
{
	return ((const struct model *)t->priv)->p;
}

static int fail(struct ct_target *t, int ret, const char *what)
{
	if (ret < 0)
		snprintf(t->error, sizeof(t->error), "%s: %s", what, strerror(-ret));
	return ret;
}

static bool is_defect(unsigned long number)
{
	size_t i;

	for (i = 0; i < sizeof(defects) / sizeof(defects[0]) && defects[i] != number;)
		i++;
	return i < sizeof(defects) / sizeof(defects[0]);
}

static int apply(struct lm_config *c, unsigned int *num_vfs, unsigned int opt, unsigned long v)
{
	unsigned int i;

	switch (opt) {
	case OPT_VFS:
		c->total_vfs = (uint16_t)v;
		break;
	case OPT_NUMVFS:
		*num_vfs = (unsigned int)v;
		break;
	case OPT_QPAIRS:
		c->io_qpairs = (uint16_t)v;
		break;
	case OPT_VECTORS:
		c->vectors = (uint16_t)v;
		break;
	case OPT_ENTRIES:
		c->queue_entries = (uint16_t)v;
		break;
	case OPT_MDTS:
		c->mdts = (uint8_t)v;
		break;
	case OPT_LIMIT:
		c->suspend_limit = (uint16_t)v;
		break;
	case OPT_NAMESPACES:
		for (i = c->num_namespaces; i < v; i++) {
			c->ns[i] = c->ns[0];
			c->ns[i].nguid[0] = (uint8_t)(i + 1);
			c->ns[i].eui64[0] = (uint8_t)(i + 1);
		}
		c->num_namespaces = (uint8_t)v;
		break;
	case OPT_CNTLID:
		c->cntlid = (uint16_t)v;
		break;
	case OPT_FAULT:
		c->fault_switch = v;
		break;
	default:
		c->defect = (unsigned int)v;
		return is_defect(v) ? 0 : -EINVAL;
	}
	return 0;
}

static int parse(struct ct_target *t, const char *arg, struct lm_config *c, unsigned int *num_vfs,
		 char media[PATH_MAX])
{
	char word[64], *value, *end;
	unsigned long v;
	unsigned int i;
	size_t len;

	for (; *arg; arg += len + (arg[len] == ',')) {
		len = strcspn(arg, ",");
		if (!strncmp(arg, MEDIA, strlen(MEDIA))) {
			snprintf(media, PATH_MAX, "%.*s", (int)(len - strlen(MEDIA)),
				 arg + strlen(MEDIA));
			continue;
		}
		snprintf(word, sizeof(word), "%.*s", (int)len, arg);
		value = strchr(word, '=');
		if (value)
			*value++ = '\0';
		for (i = 0; i < OPT_COUNT && strcmp(word, options[i].name);)
			i++;
		if (i == OPT_COUNT || !value) {
			snprintf(
				t->error, sizeof(t->error),
				"model: '%s' is not an option; there are vfs, numvfs, qpairs, vectors, entries, mdts, limit, namespaces, cntlid, fault, defect, each =NUMBER, and media=FILE",
				word);
			return -EINVAL;
		}
		v = strtoul(value, &end, 0);
		if (end == value || *end || v < options[i].min || v > options[i].max) {
			snprintf(t->error, sizeof(t->error),
				 "model: %s is a number from %lu to %lu", word, options[i].min,
				 options[i].max);
			return -EINVAL;
		}
		if (apply(c, num_vfs, i, v)) {
			snprintf(
				t->error, sizeof(t->error),
				sizeof(defects) > sizeof(defects[0]) ?
					"model: there is no defect %lu; model/defects.def lists them" :
					"model: no defect %lu: they exist in the defect build only: make VARIANT=defects",
				v);
			return -EINVAL;
		}
	}
	return 0;
}

static int model_fresh(struct ct_target *t)
{
	struct model *m = t->priv;
	int ret = lm_inproc_fresh(m->p, m->num_vfs);

	t->info.num_vfs = m->num_vfs;
	return fail(t, ret, "model");
}

static int model_open(struct ct_target *t, const char *arg)
{
	static const struct {
		enum ct_cap cap;
		const char *why;
	} absent[] = {
		{ CT_CAP_PF_PASSTHRU, "the suite owns all queues of the model" },
		{ CT_CAP_VF_ADMIN, "the suite owns all queues of the model" },
		{ CT_CAP_FENCE, "the journal shows every transfer" },
		{ CT_CAP_DRIVER, "a device is judged, not a driver" },
	};
	struct lm_config config;
	char media[PATH_MAX] = "";
	unsigned int num_vfs = 0, i;
	struct model *m;
	int ret;

	lm_inproc_default_config(&config);
	/* Enough for two migrations at a time, and one VF that is not enabled. */
	config.total_vfs = 5;
	ret = parse(t, arg, &config, &num_vfs, media);
	if (ret)
		return ret;
	/* One VF fewer than there could be, so that NumVFs and TotalVFs differ. */
	if (!num_vfs)
		num_vfs = config.total_vfs > 1 ? config.total_vfs - 1u : 1;
	if (num_vfs > config.total_vfs) {
		snprintf(t->error, sizeof(t->error), "model: numvfs is above vfs");
		return -EINVAL;
	}
	m = calloc(1, sizeof(*m));
	if (!m)
		return fail(t, -ENOMEM, "model");
	m->num_vfs = num_vfs;
	m->p = lm_inproc_new(&config);
	if (!m->p) {
		free(m);
		snprintf(t->error, sizeof(t->error),
			 "model: no device of this configuration can be made");
		return -EINVAL;
	}
	ret = *media ? lm_inproc_media_file(m->p, media) : 0;
	if (ret) {
		lm_inproc_free(m->p);
		free(m);
		snprintf(t->error, sizeof(t->error), "model: media %.150s: %s", media,
			 ret == -EINVAL ? "the file has another size than the namespaces" :
					  strerror(-ret));
		return ret;
	}
	t->priv = m;
	t->info.caps = CT_CAP(CT_CAP_COUNT) - 1;
	for (i = 0; i < sizeof(absent) / sizeof(absent[0]); i++) {
		t->info.caps &= ~CT_CAP(absent[i].cap);
		snprintf(t->info.reason[absent[i].cap], sizeof(t->info.reason[0]), "%s",
			 absent[i].why);
	}
	if (!config.fault_switch) {
		t->info.caps &= ~CT_CAP(CT_CAP_INJECT);
		snprintf(t->info.reason[CT_CAP_INJECT], sizeof(t->info.reason[0]),
			 "the fault switch is off");
	}
	t->info.total_vfs = config.total_vfs;
	t->info.pci_vid = config.vid;
	snprintf(t->info.transport, sizeof(t->info.transport), "in-process");
	return model_fresh(t);
}

static void model_close(struct ct_target *t)
{
	struct model *m = t->priv;

	lm_inproc_free(m->p);
	free(m);
	t->priv = NULL;
}

static int model_reg_read(struct ct_target *t, unsigned int fn, uint32_t offset, unsigned int len,
			  uint64_t *value)
{
	*value = lm_inproc_reg_read(port(t), fn, offset, len);
	return 0;
}

static int model_reg_write(struct ct_target *t, unsigned int fn, uint32_t offset, unsigned int len,
			   uint64_t value)
{
	lm_inproc_reg_write(port(t), fn, offset, len, value);
	/* A reset by NSSR takes VF Enable with it. */
	t->info.num_vfs = lm_num_vfs(lm_inproc_device(port(t)));
	return 0;
}

static void *model_dma_alloc(struct ct_target *t, size_t len, size_t align, uint64_t *iova)
{
	void *p = lm_inproc_alloc(port(t), len, align, iova);

	if (!p)
		snprintf(t->error, sizeof(t->error), "model: the memory arena is full");
	return p;
}

static void model_dma_free_all(struct ct_target *t)
{
	lm_inproc_free_all(port(t));
}

static int model_dma_map(struct ct_target *t, void *mem, size_t len, uint64_t iova)
{
	return fail(t, lm_inproc_map(port(t), mem, len, iova), "model: memory");
}

static int model_irq_count(struct ct_target *t, unsigned int fn, unsigned int vector,
			   uint64_t *count)
{
	*count = lm_inproc_irq_count(port(t), fn, vector);
	return 0;
}

static int model_irq_setup(struct ct_target *t, unsigned int fn, unsigned int vectors)
{
	return fail(t, lm_inproc_irq_setup(port(t), fn, vectors), "model: MSI-X");
}

static int model_pci_command(struct ct_target *t, unsigned int fn, bool memory, bool master,
			     bool msix_enable, bool msix_mask)
{
	lm_inproc_pci_command(port(t), fn, memory, master, msix_enable, msix_mask);
	return 0;
}

static int model_reset(struct ct_target *t, unsigned int fn, enum ct_reset kind)
{
	if (kind == CT_RESET_FLR)
		lm_inproc_flr(port(t), fn);
	else
		lm_inproc_conventional_reset(port(t));
	t->info.num_vfs = lm_num_vfs(lm_inproc_device(port(t)));
	return 0;
}

static int model_set_num_vfs(struct ct_target *t, unsigned int num)
{
	int ret = lm_inproc_set_num_vfs(port(t), num);

	t->info.num_vfs = lm_num_vfs(lm_inproc_device(port(t)));
	return fail(t, ret, "model: NumVFs");
}

static enum ct_event_kind event_kind(enum lm_ev_kind kind)
{
	switch (kind) {
	case LM_EV_DMA_READ:
		return CT_EV_DMA_READ;
	case LM_EV_DMA_WRITE:
		return CT_EV_DMA_WRITE;
	case LM_EV_DMA_FAULT:
		return CT_EV_DMA_FAULT;
	case LM_EV_MSIX:
		return CT_EV_MSIX;
	case LM_EV_REG_READ:
		return CT_EV_REG_READ;
	case LM_EV_REG_WRITE:
		return CT_EV_REG_WRITE;
	case LM_EV_COMMAND:
		return CT_EV_COMMAND;
	default:
		return CT_EV_MEDIA;
	}
}

static int model_journal(struct ct_target *t, uint64_t after, struct ct_event *ev, unsigned int max)
{
	struct lm_ev batch[64];
	unsigned int i, got, num = 0;

	while (num < max) {
		got = max - num < 64 ? max - num : 64;
		got = lm_inproc_journal(port(t), after, batch, got);
		if (!got)
			break;
		for (i = 0; i < got; i++)
			ev[num++] = (struct ct_event){
				.seq = batch[i].seq,
				.time = batch[i].time,
				.kind = event_kind(batch[i].kind),
				.fn = batch[i].fn,
				.addr = batch[i].addr,
				.len = batch[i].len,
				.data = batch[i].data,
				.vector = batch[i].vector,
			};
		after = batch[got - 1].seq;
	}
	return (int)num;
}

static int model_media(struct ct_target *t, const struct ct_media *media)
{
	const struct lm_media m = {
		.mode = media->mode == CT_MEDIA_NORMAL ? LM_MEDIA_NORMAL :
			media->mode == CT_MEDIA_STALL  ? LM_MEDIA_STALL :
							 LM_MEDIA_FAIL,
		.admin = media->admin,
		.latency = media->latency,
		.status = media->status,
	};

	lm_inproc_media(port(t), &m);
	return 0;
}

static int model_inject(struct ct_target *t, const struct ct_fault *fault)
{
	const struct lm_fault_rule f = {
		.opc = fault->opc,
		.vf = fault->vf,
		.skip = fault->skip,
		.count = fault->count,
		.what = {
			.refuse = fault->refuse,
			.fail_late = fault->fail_late,
			.no_completion = fault->no_completion,
			.override_dw0 = fault->override_dw0,
			.truncate = fault->truncate,
			.corrupt = fault->corrupt,
			.status = fault->status,
			.dw0 = fault->dw0,
			.bytes = fault->bytes,
		},
	};

	return fail(t, lm_inproc_fault(port(t), &f), "model: fault switch");
}

static int model_fail_nth(struct ct_target *t, unsigned int n, unsigned int *seen)
{
	lm_inproc_fail_nth(port(t), n, seen);
	return 0;
}

static int model_advance(struct ct_target *t, uint64_t ns)
{
	lm_inproc_advance(port(t), ns);
	return 0;
}

static int model_step(struct ct_target *t, bool *more)
{
	*more = lm_inproc_step(port(t));
	return 0;
}

static int model_namespace_resize(struct ct_target *t, uint32_t nsid, uint64_t blocks)
{
	return fail(t, lm_inproc_namespace_resize(port(t), nsid, blocks), "model: namespace");
}

static uint64_t model_now(struct ct_target *t)
{
	return lm_inproc_now(port(t));
}

static const struct ct_target_ops model_ops = {
	.name = "model",
	.summary = "the reference model in this process; model:vfs=N,numvfs=N,qpairs=N,vectors=N,"
		   "entries=N,mdts=N,limit=N,namespaces=N,cntlid=N,fault=0,media=FILE,defect=N",
	.open = model_open,
	.close = model_close,
	.reg_read = model_reg_read,
	.reg_write = model_reg_write,
	.dma_alloc = model_dma_alloc,
	.dma_free_all = model_dma_free_all,
	.dma_map = model_dma_map,
	.irq_count = model_irq_count,
	.irq_setup = model_irq_setup,
	.pci_command = model_pci_command,
	.reset = model_reset,
	.set_num_vfs = model_set_num_vfs,
	.journal = model_journal,
	.media = model_media,
	.inject = model_inject,
	.fail_nth = model_fail_nth,
	.advance = model_advance,
	.step = model_step,
	.namespace_resize = model_namespace_resize,
	.fresh = model_fresh,
	.now = model_now,
};
CT_TARGET(model_ops);
