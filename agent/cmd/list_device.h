/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_LIST_DEVICE_H
#define AGENT_CMD_LIST_DEVICE_H

/* Which device a person means: by name, address (MAC or IP) or type, or the beginning of one of them, as long as only one fits. */

#include "agent/base/buffer.h"
#include "agent/history/dataset.h"

#define KNOWN_ADDRESSES 8

/* What a device may be called. */
struct known_device {
	const char *id;	   /* MAC address as text, or the token of a private dataset */
	const char *name;  /* NULL or "": none */
	const char *label; /* type; likewise */
	const char *addresses[KNOWN_ADDRESSES];
	size_t address_count;
};

/**
 * device_find - the place in @list of the device that @text means
 *
 * Something whole beats a beginning, and a name or an address beats a type. Returns 0; -ENOENT or -ENOTUNIQ, logged with the candidates;
 * device_exit_code() has the exit code.
 */
int device_find(const struct known_device *list, size_t count, const char *text, size_t *found);

/** device_match - the same, with the cause appended to @why instead of logged */
int device_match(const struct known_device *list, size_t count, const char *text, size_t *found, struct buffer *why);

/** device_find_in - the same in a dataset; NULL and *@code set where there is none or are several */
struct dataset_device *device_find_in(const struct dataset *ds, const char *text, int *code);

/** device_exit_code - of a result of device_find(): EX_NOINPUT, EX_USAGE or EX_OSERR */
int device_exit_code(int result);

#endif
