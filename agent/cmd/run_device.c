// SPDX-License-Identifier: BSD-2-Clause

/* Which device a request is about, of all that the running agent sees, has a name for or a label. */

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <sysexits.h>

#include "agent/base/mac.h"
#include "agent/cmd/list_device.h"
#include "agent/cmd/run_requests.h"

struct candidates {
	const struct runner *r;
	uint64_t *macs;
	struct known_device *known;
	char (*ids)[MAC_TEXT_SIZE];
	char (*addresses)[NAME_ADDRESSES][INET6_ADDRSTRLEN];
	size_t count, room;
	bool failed;
};

static void candidates_free(struct candidates *c)
{
	free(c->macs);
	free(c->known);
	free(c->ids);
	free(c->addresses);
}

static void add(void *user, uint64_t mac)
{
	struct candidates *c = user;

	if (c->count == c->room) {
		size_t room = c->room ? 2 * c->room : 256;
		uint64_t *grown = reallocarray(c->macs, room, sizeof(*grown));

		c->failed |= !grown;
		if (!grown)
			return;
		c->macs = grown;
		c->room = room;
	}
	c->macs[c->count++] = mac;
}

static void add_named(void *user, uint64_t mac, const struct name_entry *entry)
{
	(void)entry;
	add(user, mac);
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Each address once, in order. */
static void collect_macs(struct candidates *c)
{
	const struct history *h = watch_history(c->r->watch);
	size_t n = 0;

	for (uint32_t i = 0; i < h->devices_used; i++)
		add(c, h->devices[h->device_list[i]].mac);
	if (c->r->names)
		names_each(c->r->names, add_named, c);
	if (c->r->state.collect)
		collect_each_mac(c->r->state.collect, add, c);
	if (c->count)
		qsort(c->macs, c->count, sizeof(*c->macs), compare);
	for (size_t i = 0; i < c->count; i++) {
		if (!n || c->macs[n - 1] != c->macs[i])
			c->macs[n++] = c->macs[i];
	}
	c->count = n;
}

static void describe(struct candidates *c, size_t i)
{
	const struct name_entry *entry = c->r->names ? names_find(c->r->names, c->macs[i]) : NULL;
	struct known_device *k = &c->known[i];

	k->id = mac_format(c->macs[i], c->ids[i]);
	if (!entry)
		return;
	k->name = entry->name;
	for (uint32_t n = 0; n < entry->address_count && n < KNOWN_ADDRESSES; n++) {
		char *text = c->addresses[i][n];

		if (inet_ntop(entry->addresses[n].family, entry->addresses[n].bytes, text, INET6_ADDRSTRLEN))
			k->addresses[k->address_count++] = text;
	}
}

static int gather(struct candidates *c)
{
	collect_macs(c);
	c->known = calloc(c->count + 1, sizeof(*c->known));
	c->ids = calloc(c->count + 1, sizeof(*c->ids));
	c->addresses = calloc(c->count + 1, sizeof(*c->addresses));
	if (c->failed || !c->known || !c->ids || !c->addresses)
		return -ENOMEM;
	for (size_t i = 0; i < c->count; i++)
		describe(c, i);
	return 0;
}

/* What only the owner calls it comes last: a type. */
static int find_labelled(const struct runner *r, const char *text, uint64_t *mac)
{
	return r->state.collect ? collect_named(r->state.collect, text, mac) : -ENOENT;
}

int run_device_find(const struct runner *r, const char *text, uint64_t *mac, struct reply *reply)
{
	_cleanup_(candidates_free) struct candidates c = { .r = r };
	_cleanup_(buffer_free) struct buffer why = { 0 };
	size_t found = 0;
	int e, labelled;

	if (mac_parse(text, mac) == 0)
		return *mac && !mac_is_multicast(*mac) ? 0 : reply_refuse(reply, EX_USAGE, "%.64s: not the address of a device", text);
	e = gather(&c);
	if (e == 0)
		e = device_match(c.known, c.count, text, &found, &why);
	if (e == 0)
		*mac = c.macs[found];
	if (e != -ENOENT)
		return e == 0 ? 0 : reply_refuse(reply, device_exit_code(e), "%.200s", why.data ? why.data : "the agent is short of memory");
	labelled = find_labelled(r, text, mac);
	if (labelled == -ENOTUNIQ)
		return reply_refuse(reply, EX_USAGE, "%.64s: several devices are called that: give the address", text);
	return labelled == 0 ? 0 : reply_refuse(reply, EX_NOINPUT, "%.200s", why.data ? why.data : "no such device");
}
