// SPDX-License-Identifier: BSD-2-Clause

#include "agent/cmd/run_names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "agent/base/log.h"
#include "agent/cmd/run_names_internal.h"
#include "agent/source/kernel/neighbours.h"

#define SAVE_PASSES 300 /* names change seldom, and flash wears */
#define LEASES_PASSES 10

void run_names_open(struct runner *r)
{
	int e = names_new(&r->names);

	if (e == 0)
		r->naming = calloc(1, sizeof(*r->naming));
	if (!r->naming) {
		log_errno_r(e < 0 ? e : -ENOMEM, "devices have no names");
		return;
	}
	r->naming->neighbours = -1;
	run_wire_open(r);
}

static void take_neighbour(void *user, uint64_t mac, uint8_t family, const uint8_t *address)
{
	struct runner *r = user;
	struct name_facts one = { 0 };

	facts_address(&one, family, address);
	if (one.address_count)
		names_take_address(r->names, mac, &one.addresses[0]);
}

static void dump_neighbours(struct runner *r)
{
	int e = neighbours_dump(take_neighbour, r);

	if (e < 0)
		log_debug("neighbour table: %s", strerror(-e));
}

static int on_neighbours(struct loop *loop, uint64_t what, void *user)
{
	struct runner *r = user;
	int e = neighbours_drain(r->naming->neighbours, take_neighbour, r);

	(void)what;
	if (e == -ENOBUFS) {
		dump_neighbours(r);
	} else if (e < 0) {
		log_warn("neighbour table: %s: addresses come from frames only", strerror(-e));
		loop_remove(loop, r->naming->neighbours_source);
		r->naming->neighbours_source = NULL;
	}
	return 0;
}

static void watch_neighbours(struct runner *r)
{
	struct naming *n = r->naming;
	int e;

	n->neighbours = neighbours_watch();
	e = n->neighbours < 0 ? n->neighbours :
				loop_add_fd(r->loop, n->neighbours, EPOLLIN, on_neighbours, r, &n->neighbours_source);
	if (e < 0)
		log_warn("neighbour table: %s: addresses come from frames only", strerror(-e));
}

void run_names_start(struct runner *r)
{
	if (!r->naming)
		return;
	if (r->state.store.db && names_load(r->names, &r->state.store) < 0)
		log_warn("%s: names are forgotten", r->state.store.why);
	run_wire_start(r);
	watch_neighbours(r);
}

/* A disk that is full is told once, not every few minutes. */
static void save(struct runner *r)
{
	struct naming *n = r->naming;
	int e;

	if (!r->state.store.db)
		return;
	e = names_save(r->names, &r->state.store);
	if (e < 0 && !n->warned)
		log_warn("%s: names are not written", r->state.store.why);
	n->warned = e < 0;
}

void run_names_close(struct runner *r)
{
	struct naming *n = r->naming;

	if (n) {
		save(r);
		run_wire_close(r);
		if (n->neighbours_source)
			loop_remove(r->loop, n->neighbours_source);
		if (n->neighbours >= 0)
			close(n->neighbours);
		free(n);
	}
	r->naming = NULL;
	if (r->names)
		names_free(r->names);
	r->names = NULL;
}

/* Devices that appeared have neighbours' entries already. */
static void meet_devices(struct runner *r)
{
	const struct history *h = watch_history(r->watch);
	uint64_t known = names_known(r->names);

	if (h->claims == r->naming->claims)
		return;
	r->naming->claims = h->claims;
	for (uint32_t i = 0; i < h->devices_used; i++)
		names_device(r->names, h->devices[h->device_list[i]].mac);
	if (names_known(r->names) != known)
		dump_neighbours(r);
}

void run_names_pass(struct runner *r)
{
	struct naming *n = r->naming;

	if (!n)
		return;
	if (!n->passes && !names_vendors(r->names))
		log_warn("no list of vendors is installed: devices are shown without; `apt install ieee-data` (or udev) brings one");
	meet_devices(r);
	run_wire_pass(r);
	if (n->passes % LEASES_PASSES == 0 || n->leases.known != names_known(r->names))
		run_leases_pass(r);
	if (++n->passes % SAVE_PASSES == 0)
		save(r);
}

const char *run_names_said(void *user, uint64_t mac)
{
	const struct runner *r = user;
	const struct name_entry *e = r->names ? names_find(r->names, mac) : NULL;

	return e && e->name[0] && e->source < NAME_VENDOR ? e->name : NULL;
}

void run_names_put(const struct runner *r, struct json *j)
{
	struct names_counts c;

	if (!r->naming)
		return;
	c = names_counts(r->names);
	json_key(j, "names");
	json_begin_object(j);
	json_pair_u64(j, "known", c.known);
	json_pair_u64(j, "unsaved", c.unsaved);
	json_pair_u64(j, "forgotten", c.forgotten);
	json_pair_str(j, "vendors", names_vendors(r->names));
	json_pair_bool(j, "neighbours", r->naming->neighbours_source != NULL);
	run_wire_put(r, j);
	run_leases_put(r, j);
	json_end_object(j);
}
