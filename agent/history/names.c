// SPDX-License-Identifier: BSD-2-Clause

#include "agent/history/names.h"

#include <stdlib.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/base/mac.h"
#include "agent/history/names_internal.h"

_Static_assert((int)NAME_SIZE == (int)VENDOR_SIZE, "a vendor fits where a name does");

int names_new(struct names **names)
{
	struct names *n = calloc(1, sizeof(*n));
	int r;

	if (!n)
		return -ENOMEM;
	r = vendors_open(&n->vendors, NULL);
	if (r < 0 && r != -ENOENT)
		log_errno_r(r, "cannot read the list of vendors");
	*names = n;
	return 0;
}

void names_free(struct names *n)
{
	for (size_t i = 0; i < n->count; i++)
		free(n->records[i]);
	free(n->records);
	if (n->vendors)
		vendors_free(n->vendors);
	free(n);
}

const char *names_vendors(const struct names *n)
{
	return n->vendors ? vendors_path(n->vendors) : NULL;
}

/* Where the record of @mac is, or belongs. */
static size_t place_of(const struct names *n, uint64_t mac)
{
	size_t low = 0, high = n->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (n->records[middle]->mac < mac)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct name_record *names_record(const struct names *n, uint64_t mac)
{
	size_t i = place_of(n, mac);

	return i < n->count && n->records[i]->mac == mac ? n->records[i] : NULL;
}

const struct name_entry *names_find(const struct names *n, uint64_t mac)
{
	const struct name_record *r = names_record(n, mac);

	return r ? &r->entry : NULL;
}

static void drop(struct names *n, size_t i)
{
	free(n->records[i]);
	memmove(n->records + i, n->records + i + 1, (--n->count - i) * sizeof(*n->records));
}

void names_drop(struct names *n, uint64_t mac)
{
	size_t i = place_of(n, mac);

	if (i < n->count && n->records[i]->mac == mac)
		drop(n, i);
}

/* Nothing that the owner said depends on it. */
static bool expendable(const struct name_record *r)
{
	return !r->said[NAME_OWNER][0] && !r->entry.merged_into;
}

/* Made-up addresses come and go: the one that was silent longest makes room. */
static bool forget_oldest(struct names *n)
{
	size_t oldest = n->count;

	for (size_t i = 0; i < n->count; i++) {
		if (expendable(n->records[i]) && (oldest == n->count || n->records[i]->seen_us < n->records[oldest]->seen_us))
			oldest = i;
	}
	if (oldest == n->count)
		return false;
	drop(n, oldest);
	n->forgotten++;
	return true;
}

static bool make_room(struct names *n)
{
	size_t room = n->room ? 2 * n->room : 64;
	struct name_record **grown;

	if (n->count == NAMES_MAX)
		return forget_oldest(n);
	if (n->count < n->room)
		return true;
	grown = realloc(n->records, room * sizeof(*grown));
	if (!grown)
		return false;
	n->records = grown;
	n->room = room;
	return true;
}

struct name_record *names_touch(struct names *n, uint64_t mac)
{
	struct name_record *r = names_record(n, mac);
	size_t i;

	if (r || !make_room(n))
		return r;
	r = calloc(1, sizeof(*r));
	if (!r)
		return NULL;
	r->mac = mac;
	r->entry.randomized = mac_is_local(mac);
	r->seen_us = time_now_us();
	i = place_of(n, mac);
	memmove(n->records + i + 1, n->records + i, (n->count++ - i) * sizeof(*n->records));
	n->records[i] = r;
	return r;
}

void names_device(struct names *n, uint64_t mac)
{
	struct name_record *r = names_touch(n, mac);

	if (!r || r->looked_up)
		return;
	r->looked_up = true;
	if (n->vendors)
		vendors_find(n->vendors, mac, r->entry.vendor);
	names_resolve(r);
}

void names_each(const struct names *n, void (*fn)(void *user, uint64_t mac, const struct name_entry *entry), void *user)
{
	for (size_t i = 0; i < n->count; i++)
		fn(user, n->records[i]->mac, &n->records[i]->entry);
}

bool names_evidence(const struct names *n, uint64_t mac, struct name_evidence *e)
{
	const struct name_record *r = names_record(n, mac);

	if (!r)
		return false;
	*e = (struct name_evidence){ r->vendor_class, r->model, r->instance, r->parameters, r->parameter_count };
	return true;
}

uint64_t names_known(const struct names *n)
{
	return n->count;
}

struct names_counts names_counts(const struct names *n)
{
	struct names_counts c = { .known = n->count, .forgotten = n->forgotten };

	for (size_t i = 0; i < n->count; i++)
		c.unsaved += n->records[i]->dirty;
	return c;
}
