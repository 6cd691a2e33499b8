/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SCREEN_EDIT_H
#define AGENT_SCREEN_EDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A line of text that is typed: UTF-8, always a string. */
struct edit {
	char text[64];
	size_t length; /* bytes */
};

/** edit_set - replace the text, cut where there is no room */
void edit_set(struct edit *e, const char *text);

/** edit_key - a character, erase, ^U (all) or ^W (a word); false: not a key for a line */
bool edit_key(struct edit *e, uint32_t key);

#endif
