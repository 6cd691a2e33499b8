/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/output/export_privacy.h"

#include <stdio.h>
#include <string.h>

enum fate { FATE_KEPT, FATE_TOKEN, FATE_LEFT_OUT, FATE_MOVED };

static enum fate fate_of(const struct export_privacy *p, const struct imported_column *c)
{
	if (c->type == IMPORTED_TIME && p->shift_us)
		return FATE_MOVED;
	if (!p->on || p->done)
		return FATE_KEPT;
	switch (c->role) {
	case IMPORTED_DEVICE:
		return FATE_TOKEN;
	case IMPORTED_NAME:
		return FATE_LEFT_OUT;
	case IMPORTED_VENDOR:
		return p->keep & IMPORTED_KEPT_VENDORS ? FATE_KEPT : FATE_LEFT_OUT;
	case IMPORTED_KIND:
		return p->keep & IMPORTED_KEPT_TYPES ? FATE_KEPT : FATE_TOKEN;
	case IMPORTED_FUNCTION:
		return p->keep & IMPORTED_KEPT_FUNCTIONS ? FATE_KEPT : FATE_TOKEN;
	case IMPORTED_PLAIN:
		break;
	}
	return FATE_KEPT;
}

const char *export_privacy_fate(const struct export_privacy *p, const struct imported_column *column)
{
	static const char *const words[] = {
		[FATE_KEPT] = "kept", [FATE_TOKEN] = "token", [FATE_LEFT_OUT] = "left out", [FATE_MOVED] = "moved"
	};

	return words[fate_of(p, column)];
}

const char *export_privacy_device(struct export_privacy *p, const char *id)
{
	if (!p->on || p->done)
		return id;
	if (strcmp(p->device, id) != 0) {
		snprintf(p->device, sizeof(p->device), "%s", id);
		export_token(&p->salt, "device", id, strlen(id), p->token);
	}
	return p->token;
}

/* Answers of every model, which name nobody. */
static bool is_common(const char *word)
{
	return !strcmp(word, "unknown") || !strcmp(word, "idle");
}

static const char *token_of(struct export_privacy *p, const struct imported_column *c, const char *text)
{
	if (c->role == IMPORTED_DEVICE)
		return export_privacy_device(p, text);
	if (is_common(text))
		return text;
	return export_token(&p->salt, c->role == IMPORTED_KIND ? "type" : "function", text, strlen(text), p->words[c->role == IMPORTED_KIND]);
}

void export_privacy_apply(struct export_privacy *p, const struct imported_table *table, struct imported_cell *cells)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct imported_column *c = &table->columns[i];
		enum fate fate = fate_of(p, c);

		if (!cells[i].set || fate == FATE_KEPT)
			continue;
		if (fate == FATE_MOVED)
			cells[i].i += p->shift_us;
		else if (fate == FATE_LEFT_OUT)
			cells[i].set = false;
		else
			cells[i].s = token_of(p, c, cells[i].s);
	}
}
