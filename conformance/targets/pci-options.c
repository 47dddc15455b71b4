/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only */
/* The argument of the pci target. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fail.h"
#include "pci.h"

bool pci_parse_bdf(const char *arg, char *bdf, size_t size)
{
	unsigned int domain = 0, bus, dev, fn;
	int end = 0;

	if (sscanf(arg, "%4x:%2x:%2x.%1x%n", &domain, &bus, &dev, &fn, &end) != 4) {
		domain = 0;
		end = 0;
		if (sscanf(arg, "%2x:%2x.%1x%n", &bus, &dev, &fn, &end) != 3)
			return false;
	}
	snprintf(bdf, size, "%04x:%02x:%02x.%x", domain, bus, dev, fn);
	return arg[end] == '\0';
}

static bool parse_count(const char *text, unsigned int *value)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	*value = (unsigned int)n;
	return end != text && !*end && n && n < CT_MAX_FUNCTIONS;
}

/* It becomes a part of a path. */
static bool is_name(const char *text)
{
	size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-");

	return len && !text[len] && len < PCI_DRIVER_SIZE;
}

static int parse_option(struct ct_target *t, const char *word, struct pci_options *o)
{
	if (!strcmp(word, "pf=vfio"))
		o->own = true;
	else if (!strcmp(word, "vf=none"))
		o->no_vfs = true;
	else if (!strcmp(word, "image=reference"))
		o->reference = true;
	else if (!strncmp(word, "vfs=", 4) && parse_count(word + 4, &o->vfs))
		o->has_vfs = true;
	else if (!strncmp(word, "driver=", 7) && is_name(word + 7))
		memcpy(o->driver, word + 7, strlen(word + 7) + 1);
	else
		return ct_target_fail(
			t, -EINVAL,
			"\"%.40s\" is no option of the target pci; there are "
			"pf=vfio, vf=none, vfs=1..%d, driver=NAME and image=reference",
			word, CT_MAX_FUNCTIONS - 1);
	return 0;
}

int pci_parse(struct ct_target *t, const char *arg, struct pci_options *o)
{
	char word[sizeof(o->address)];
	bool first = true;
	size_t len;
	int ret = 0;

	memset(o, 0, sizeof(*o));
	snprintf(o->driver, sizeof(o->driver), "vfio-pci");
	for (; !ret && (first || *arg); first = false) {
		len = strcspn(arg, ",");
		if (len >= sizeof(word))
			return ct_target_fail(t, -ENAMETOOLONG,
					      "no device has a name as long as this");
		memcpy(word, arg, len);
		word[len] = '\0';
		arg += len + (arg[len] == ',');
		if (first)
			memcpy(o->address, word, sizeof(word));
		else
			ret = parse_option(t, word, o);
	}
	if (!ret && o->no_vfs && (o->own || o->has_vfs))
		ret = ct_target_fail(t, -EINVAL, "vf=none excludes pf=vfio and vfs=");
	return ret;
}
