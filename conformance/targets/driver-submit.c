/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
#include "driver.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nvme-lm.h"
#include "pci-sys.h"

/* What kernel/tests/vf-cmd/ offers, and what it reads and says. */
#define SUBMIT "/sys/kernel/debug/nvme-vf-cmd"
#define ANSWER_SIZE 32
#define MAX_TEXT (2 * LM_SQE_SIZE + 64)

static size_t call_text(char text[MAX_TEXT], const char *bdf, const uint8_t sqe[LM_SQE_SIZE],
			uint32_t len)
{
	size_t end = (size_t)snprintf(text, MAX_TEXT, "%s %" PRIu32 " ", bdf, len);

	for (size_t i = 0; i < LM_SQE_SIZE; i++)
		end += (size_t)snprintf(text + end, MAX_TEXT - end, "%02x", sqe[i]);
	return end;
}

static int call(int fd, const char *text, size_t text_len, char *answer, size_t size)
{
	ssize_t n = pci_sys->pwrite(fd, text, text_len, 0);

	if (n >= 0)
		n = pci_sys->pread(fd, answer, size, 0);
	if (n < 0)
		return -errno;
	return (size_t)n == size ? 0 : -EIO;
}

int driver_submit(const char *bdf, const uint8_t sqe[LM_SQE_SIZE], void *data, uint32_t len,
		  struct ct_driver_answer *answer)
{
	char text[MAX_TEXT], *said;
	int ret, fd = pci_sys->open(SUBMIT, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	said = malloc(ANSWER_SIZE + (size_t)len);
	ret = said ? call(fd, text, call_text(text, bdf, sqe, len), said,
			  ANSWER_SIZE + (size_t)len) :
		     -ENOMEM;
	pci_sys->close(fd);
	if (!ret) {
		said[ANSWER_SIZE - 1] = '\0';
		if (sscanf(said, "%d %" SCNu32, &answer->ret, &answer->dw0) != 2)
			ret = -EIO;
		else if (len)
			memcpy(data, said + ANSWER_SIZE, len);
	}
	free(said);
	return ret;
}
