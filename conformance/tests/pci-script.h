/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/*
 * Scripted system calls for the target "pci": the test states every call that
 * it expects, in order, with what it returns. A call that is not the expected
 * one fails the test, and so does one that was expected and never came.
 */
#ifndef CT_TESTS_PCI_SCRIPT_H
#define CT_TESTS_PCI_SCRIPT_H

#include <linux/types.h>
#include <stddef.h>
#include <stdint.h>

enum pci_call {
	CALL_STAT, /* path; mode */
	CALL_ATTR, /* path; text */
	CALL_LINK, /* path; text */
	CALL_ENTRY, /* path; text */
	CALL_OPEN, /* path; gives descriptor SCRIPT_FD */
	CALL_FLOCK,
	CALL_CLOSE,
	CALL_SLEEP, /* ns */
	CALL_ADMIN, /* the rest */
};

#define SCRIPT_FD 33
#define SCRIPT_ANY_TIME 0 /* timeout_ms is not looked at */

struct pci_step {
	enum pci_call call;
	const char *path;
	int err; /* errno of a call that fails, 0 = it succeeds */
	const char *text;
	unsigned int mode; /* S_IFCHR, ... */
	uint64_t ns;
	/* CALL_ADMIN: what must arrive */
	uint8_t opcode;
	uint32_t nsid, cdw2, cdw3, cdw[6]; /* Dwords 10 to 15 */
	uint32_t len;
	uint32_t timeout_ms;
	const void *sent; /* data to the device, NULL = not looked at */
	/* and what comes back */
	int status;
	uint64_t result;
	const void *data; /* len bytes, NULL = none */
	uint64_t takes; /* ns */
};

/* script_begin() - forget the last script, route the target's calls here */
void script_begin(void);

/* script_add() - expect these calls after those expected so far */
void script_add(const struct pci_step *steps, size_t n);

#define SCRIPT(...)                                          \
	script_add((const struct pci_step[]){ __VA_ARGS__ }, \
		   sizeof((const struct pci_step[]){ __VA_ARGS__ }) / sizeof(struct pci_step))

/* script_end() - fails the test where an expected call did not come */
void script_end(void);

/*
 * script_sent() - how many admin commands with this opcode were passed to the
 * kernel, expected or not, since script_begin()
 */
unsigned int script_sent(uint8_t opcode);

#endif
