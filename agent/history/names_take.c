// SPDX-License-Identifier: BSD-2-Clause

/* What is said of devices, by themselves, by the DHCP server, by the kernel and by the owner. */

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "agent/base/clock.h"
#include "agent/history/names_internal.h"

_Static_assert((int)NAME_SIZE == (int)FACT_TEXT, "what is said fits");

/* Keep a text that is said and differs. */
static void keep(struct name_record *r, char to[NAME_SIZE], const char *text)
{
	if (!text[0] || strcmp(to, text) == 0)
		return;
	strcpy(to, text);
	r->dirty = true;
}

static bool same(const struct name_address *a, const struct name_address *b)
{
	return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

static void drop_address(struct name_record *r, uint32_t at)
{
	struct name_entry *e = &r->entry;

	memmove(e->addresses + at, e->addresses + at + 1, (--e->address_count - at) * sizeof(*e->addresses));
	memset(e->addresses + e->address_count, 0, sizeof(*e->addresses));
	r->dirty = true;
}

static uint32_t find_address(const struct name_entry *e, const struct name_address *a)
{
	uint32_t i = 0;

	while (i < e->address_count && !same(&e->addresses[i], a))
		i++;
	return i;
}

/* An address is one device's: it leaves the one that had it. */
static void take_from_others(const struct names *n, const struct name_record *except, const struct name_address *a)
{
	for (size_t i = 0; i < n->count; i++) {
		struct name_record *r = n->records[i];
		uint32_t at = find_address(&r->entry, a);

		if (r != except && at < r->entry.address_count)
			drop_address(r, at);
	}
}

/* The oldest goes, but not the only one for IPv4 because of many for IPv6. */
static uint32_t least_address(const struct name_entry *e)
{
	uint32_t last = e->address_count - 1, fours = 0;

	for (uint32_t i = 0; i <= last; i++)
		fours += e->addresses[i].family == AF_INET;
	return fours == 1 && e->addresses[last].family == AF_INET ? last - 1 : last;
}

/* Make a place for an address that the record does not have; returns it: the last one. */
static uint32_t make_place(struct names *n, struct name_record *r, const struct name_address *a)
{
	struct name_entry *e = &r->entry;

	take_from_others(n, r, a);
	if (e->address_count == NAME_ADDRESSES)
		drop_address(r, least_address(e));
	e->addresses[e->address_count] = *a;
	r->dirty = true;
	return e->address_count++;
}

/* The newest. */
static void add_address(struct names *n, struct name_record *r, const struct name_address *a)
{
	struct name_entry *e = &r->entry;
	uint32_t at = find_address(e, a);

	if (at == 0 && e->address_count)
		return;
	if (at == e->address_count)
		at = make_place(n, r, a);
	memmove(e->addresses + 1, e->addresses, at * sizeof(*e->addresses));
	e->addresses[0] = *a;
}

static void take_dhcp(struct name_record *r, const struct name_facts *f)
{
	keep(r, r->said[NAME_DHCP], f->name);
	keep(r, r->vendor_class, f->vendor_class);
	if (!f->parameter_count || (f->parameter_count == r->parameter_count && memcmp(f->parameters, r->parameters, f->parameter_count) == 0))
		return;
	memcpy(r->parameters, f->parameters, f->parameter_count);
	r->parameter_count = f->parameter_count;
	r->dirty = true;
}

bool names_take(struct names *n, const struct name_facts *f)
{
	struct name_record *r = names_record(n, f->mac);

	if (!r)
		return false;
	if (f->protocol == FACTS_DHCP)
		take_dhcp(r, f);
	if (f->protocol == FACTS_MDNS) {
		keep(r, r->said[NAME_MDNS], f->name);
		keep(r, r->instance, f->instance);
		keep(r, r->model, f->model);
	}
	for (uint32_t i = f->address_count; i-- > 0;)
		add_address(n, r, &f->addresses[i]);
	r->seen_us = time_now_us();
	names_resolve(r);
	return true;
}

void names_take_lease(struct names *n, const struct lease *l)
{
	struct name_record *r = names_record(n, l->mac);

	if (!r)
		return;
	keep(r, r->said[NAME_LEASE], l->name);
	if (find_address(&r->entry, &l->address) == r->entry.address_count)
		make_place(n, r, &l->address); /* nobody has seen it in use */
	names_resolve(r);
}

void names_take_address(struct names *n, uint64_t mac, const struct name_address *a)
{
	struct name_record *r = names_record(n, mac);

	if (r)
		add_address(n, r, a);
}

int names_set_owner(struct names *n, uint64_t mac, const char *name)
{
	struct name_record *r;
	char clean[NAME_SIZE];

	facts_text(clean, name, strlen(name));
	if (strcmp(clean, name) != 0)
		return -EINVAL;
	r = names_touch(n, mac);
	if (!r)
		return -ENOMEM;
	strcpy(r->said[NAME_OWNER], name);
	r->dirty = true;
	names_resolve(r);
	return 0;
}

static int undo(struct names *n, uint64_t mac)
{
	struct name_record *r = names_record(n, mac);

	if (!r || !r->entry.merged_into)
		return -ENOENT;
	r->entry.merged_into = 0;
	r->dirty = true;
	return 0;
}

/* Whoever was merged into one that is merged follows it: nobody needs to follow more than one step. */
int names_merge(struct names *n, uint64_t mac, uint64_t into)
{
	struct name_record *from, *to;

	if (!into)
		return undo(n, mac);
	if (into == mac)
		return -EINVAL;
	to = names_touch(n, into);
	if (to && to->entry.merged_into)
		into = to->entry.merged_into;
	from = names_touch(n, mac);
	if (!from || !names_touch(n, into))
		return -ENOMEM;
	if (into == mac)
		return -EINVAL;
	for (size_t i = 0; i < n->count; i++) {
		struct name_record *r = n->records[i];

		if (r != from && r->entry.merged_into != mac)
			continue;
		r->entry.merged_into = into;
		r->dirty = true;
	}
	return 0;
}
