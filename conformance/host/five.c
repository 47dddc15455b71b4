/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The five commands, whole images and migration. */
#include <string.h>

#include "internal.h"

void hn_lm(struct ct *ct, uint8_t opc, uint16_t vf, struct ct_cqe *cqe)
{
	struct hn_cmd cmd = hn_lm_cmd(opc, vf);

	hn_admin(ct, 0, &cmd, cqe);
}

static uint32_t must(struct ct *ct, uint8_t opc, const char *name, uint16_t vf)
{
	struct ct_cqe cqe;

	hn_lm(ct, opc, vf, &cqe);
	ct_check(ct, cqe.status == LM_SC_SUCCESS, "%s of VF %u ended %03Xh %s, has to succeed",
		 name, vf, cqe.status, ct_status_title(cqe.status));
	return cqe.dw0;
}

uint32_t hn_query(struct ct *ct, uint16_t vf)
{
	return must(ct, LM_OPC_QUERY_DATA_SIZE, "QUERY_DATA_SIZE", vf);
}

void hn_suspend(struct ct *ct, uint16_t vf)
{
	must(ct, LM_OPC_SUSPEND, "SUSPEND", vf);
}

void hn_resume(struct ct *ct, uint16_t vf)
{
	must(ct, LM_OPC_RESUME, "RESUME", vf);
}

void hn_save_part(struct ct *ct, uint16_t vf, void *data, uint32_t len, uint32_t offset,
		  struct ct_cqe *cqe)
{
	struct hn_cmd cmd = hn_save_cmd(vf, data, len, offset);

	hn_admin(ct, 0, &cmd, cqe);
}

void hn_load_part(struct ct *ct, uint16_t vf, const void *data, uint32_t len, uint32_t offset,
		  uint32_t total, struct ct_cqe *cqe)
{
	struct hn_cmd cmd = hn_load_cmd(vf, data, len, offset, total);

	hn_admin(ct, 0, &cmd, cqe);
}

static struct hn_image new_image(struct ct *ct, uint16_t vf)
{
	struct hn_image image = { .len = hn_query(ct, vf) };

	/* A reference image is taken apart by its header. */
	ct_check(ct,
		 image.len >= (hn_has(ct, REFERENCE_IMAGE) ? LM_IMG_HEADER_SIZE : 4u) &&
			 image.len % 4 == 0 && image.len <= 16u << 20,
		 "QUERY_DATA_SIZE reports %u bytes", image.len);
	image.bytes = hn_mem(ct, image.len);
	return image;
}

struct hn_image hn_save(struct ct *ct, uint16_t vf)
{
	struct hn_image image = new_image(ct, vf);
	struct hn_cmd cmd = hn_save_cmd(vf, image.bytes, image.len, 0);
	uint32_t written;

	if (!ct_profile_proposal(ct))
		lm_put_le32(cmd.sqe + LM_SQE_LENGTH, 0);
	written = hn_admin_ok(ct, 0, &cmd);
	if (ct_profile_proposal(ct))
		ct_check(ct, written == image.len, "SAVE_DATA wrote %u of %u bytes", written,
			 image.len);
	return image;
}

struct hn_image hn_save_chunked(struct ct *ct, uint16_t vf, uint32_t chunk)
{
	struct hn_image image = new_image(ct, vf);
	uint32_t offset, part;

	for (offset = 0; offset < image.len; offset += part) {
		struct hn_cmd cmd;

		part = image.len - offset < chunk ? image.len - offset : chunk;
		cmd = hn_save_cmd(vf, image.bytes + offset, part, offset);
		ct_check(ct, hn_admin_ok(ct, 0, &cmd) == part,
			 "SAVE_DATA of %u bytes at %u did not write as many", part, offset);
	}
	return image;
}

void hn_load_status(struct ct *ct, uint16_t vf, const struct hn_image *image, struct ct_cqe *cqe)
{
	hn_load_part(ct, vf, image->bytes, image->len, 0, 0, cqe);
}

void hn_load(struct ct *ct, uint16_t vf, const struct hn_image *image)
{
	struct ct_cqe cqe;

	hn_load_status(ct, vf, image, &cqe);
	ct_check(ct, cqe.status == LM_SC_SUCCESS,
		 "LOAD_DATA of %u bytes into VF %u ended %03Xh %s, has to succeed", image->len, vf,
		 cqe.status, ct_status_title(cqe.status));
}

void hn_load_chunked(struct ct *ct, uint16_t vf, const struct hn_image *image, uint32_t chunk)
{
	uint32_t offset, part;
	struct ct_cqe cqe;

	for (offset = 0; offset < image->len; offset += part) {
		part = image->len - offset < chunk ? image->len - offset : chunk;
		hn_load_part(ct, vf, image->bytes + offset, part, offset, image->len, &cqe);
		ct_check(ct, cqe.status == LM_SC_SUCCESS,
			 "LOAD_DATA of %u bytes at %u into VF %u ended %03Xh %s, has to succeed",
			 part, offset, vf, cqe.status, ct_status_title(cqe.status));
	}
}

struct hn_image hn_image_copy(struct ct *ct, const struct hn_image *image)
{
	struct hn_image copy = { .bytes = hn_mem(ct, image->len), .len = image->len };

	memcpy(copy.bytes, image->bytes, image->len);
	return copy;
}

struct hn_image hn_migrate(struct ct *ct, uint16_t src, uint16_t dst)
{
	unsigned int vectors = hn_function(ct, src)->vectors;
	struct ct_target *t = hn_host.target;
	struct hn_image image;

	hn_suspend(ct, src);
	image = hn_save(ct, src);
	hn_suspend(ct, dst);
	if (hn_has(ct, PCI_COMMAND))
		hn_pci_command(ct, dst, true, true, vectors > 0, false);
	if (vectors)
		hn_must(ct, t->ops->irq_setup(t, dst, vectors), "setting up MSI-X");
	hn_load(ct, dst, &image);
	hn_move(ct, src, dst);
	hn_resume(ct, dst);
	return image;
}

int hn_vf_state(struct ct *ct, uint16_t vf)
{
	struct ct_cqe cqe;

	hn_lm(ct, LM_OPC_QUERY_DATA_SIZE, vf, &cqe);
	if (cqe.status == LM_SC_SUCCESS || cqe.status == LM_SC_SEQUENCE)
		return (int)(cqe.dw1 & 3);
	return -1;
}
