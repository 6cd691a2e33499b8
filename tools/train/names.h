/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_NAMES_H
#define TOOLS_TRAIN_NAMES_H

#include <stdint.h>

/* Different texts, numbered in the order of their first appearance. All zero is an empty list. */
struct names {
	char **text;
	uint32_t count;
};

/** names_number - number of @text, added where it is new; -ENOMEM */
int names_number(struct names *names, const char *text);

/** names_find - number of @text, or -ENOENT */
int names_find(const struct names *names, const char *text);

void names_free(struct names *names);

#endif
