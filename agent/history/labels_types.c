/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/history/labels_types.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void label_types_free(struct label_types *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->list[i].type);
	free(t->list);
	*t = (struct label_types){ 0 };
}

/* Where @mac is, or belongs. */
static size_t place(const struct label_types *t, uint64_t mac)
{
	size_t low = 0, high = t->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (t->list[middle].mac < mac)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_at(const struct label_types *t, size_t i, uint64_t mac)
{
	return i < t->count && t->list[i].mac == mac;
}

static int make_room(struct label_types *t)
{
	size_t room = t->room ? 2 * t->room : 16;
	struct label_type *grown;

	if (t->count < t->room)
		return 0;
	grown = reallocarray(t->list, room, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	t->list = grown;
	t->room = room;
	return 0;
}

int label_types_set(struct label_types *t, const struct label *label, int64_t next_us)
{
	size_t i = place(t, label->mac);
	char *type = strdup(label->type);

	if (!type || make_room(t) < 0) {
		free(type);
		return -ENOMEM;
	}
	if (is_at(t, i, label->mac)) {
		free(t->list[i].type);
	} else {
		memmove(t->list + i + 1, t->list + i, (t->count - i) * sizeof(*t->list));
		t->count++;
	}
	t->list[i] = (struct label_type){ label->mac, label->id, next_us, label->sample_s, type };
	return 0;
}

void label_types_remove(struct label_types *t, uint64_t mac)
{
	size_t i = place(t, mac);

	if (!is_at(t, i, mac))
		return;
	free(t->list[i].type);
	memmove(t->list + i, t->list + i + 1, (--t->count - i) * sizeof(*t->list));
}

const struct label_type *label_types_find(const struct label_types *t, uint64_t mac)
{
	size_t i = place(t, mac);

	return is_at(t, i, mac) ? &t->list[i] : NULL;
}

int label_types_named(const struct label_types *t, const char *type, uint64_t *mac)
{
	int found = 0;

	for (size_t i = 0; i < t->count; i++) {
		if (strcasecmp(t->list[i].type, type) != 0)
			continue;
		*mac = t->list[i].mac;
		found++;
	}
	return found == 1 ? 0 : found ? -ENOTUNIQ : -ENOENT;
}

struct label_type *label_types_due(const struct label_types *t, int64_t now_us)
{
	for (size_t i = 0; i < t->count; i++) {
		if (t->list[i].next_us <= now_us)
			return &t->list[i];
	}
	return NULL;
}
