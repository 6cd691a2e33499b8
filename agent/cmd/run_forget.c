// SPDX-License-Identifier: BSD-2-Clause

#include "agent/cmd/run_forget.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "agent/base/log.h"
#include "agent/base/mac.h"
#include "agent/cmd/forget.h"
#include "agent/cmd/run_names.h"
#include "agent/cmd/run_record.h"
#include "agent/cmd/run_requests.h"

static void add_merged(void *user, uint64_t mac, const struct name_entry *entry)
{
	struct run_forget *f = user;

	if (entry->merged_into == f->macs[0] && mac != f->macs[0] && f->count < FORGET_ADDRESSES)
		f->macs[f->count++] = mac;
}

static void begin(struct runner *r, uint64_t mac)
{
	struct run_forget *f = &r->state.forget;

	*f = (struct run_forget){ .stage = FORGET_ASKED, .macs = { mac }, .count = 1 };
	if (r->names)
		names_each(r->names, add_merged, f);
}

static bool is_given_back(const struct runner *r)
{
	const struct run_forget *f = &r->state.forget;

	for (size_t i = 0; i < f->count; i++) {
		if (history_retires(watch_history(r->watch), f->macs[i]))
			return false;
	}
	return true;
}

/* What waits to be written is the device's, too. */
static int erase_stored(struct runner *r)
{
	struct run_forget *f = &r->state.forget;
	struct store *store = &r->state.store;
	int e, ended;

	if (!store->db)
		return 0;
	e = run_record_flush(r);
	if (e < 0)
		return e;
	e = forget_begin(store, f->macs[0], &f->gone);
	ended = forget_end(store, e < 0);
	return e ?: ended;
}

/* The owner's word goes first, or a device that is back at once would be what the old one was said to be. */
static void give_back(struct runner *r, uint64_t mac)
{
	if (r->state.collect) {
		collect_drop(r->state.collect, mac);
		run_state_tell(r, mac);
	}
	watch_retire(r->watch, mac);
}

/* One that is back already is a new device, whose vendor is known by its address. */
static void erase_in_memory(struct runner *r, uint64_t mac)
{
	const struct history *h = watch_history(r->watch);

	if (!r->names)
		return;
	names_drop(r->names, mac);
	for (uint32_t i = 0; i < h->devices_used; i++) {
		if (h->devices[h->device_list[i]].mac == mac)
			names_device(r->names, mac);
	}
}

static void erase(struct runner *r)
{
	struct run_forget *f = &r->state.forget;
	char text[MAC_TEXT_SIZE];
	int e = erase_stored(r);

	if (e < 0) {
		snprintf(f->why, sizeof(f->why), "%s", *r->state.store.why ? r->state.store.why : strerror(-e));
		f->stage = FORGET_FAILED;
		return;
	}
	for (size_t i = 0; i < f->count; i++) {
		erase_in_memory(r, f->macs[i]);
		server_forget(r->server, f->macs[i]);
	}
	log_info("%s: erased, as its owner wants", mac_format(f->macs[0], text));
	f->stage = FORGET_DONE;
}

void run_forget_pass(struct runner *r)
{
	struct run_forget *f = &r->state.forget;

	if (f->stage == FORGET_ASKED) {
		for (size_t i = 0; i < f->count; i++)
			give_back(r, f->macs[i]);
		f->stage = FORGET_RETIRED;
	} else if (f->stage == FORGET_RETIRED && is_given_back(r)) {
		erase(r);
	}
}

/* Without a store, or where nothing was written of it yet, the addresses are those in memory. */
static void put_gone(struct json *j, const struct run_forget *f)
{
	struct forgotten gone = f->gone;

	if (gone.addresses < f->count)
		gone.addresses = f->count;
	forget_put(j, &gone);
}

/* Begin, or say how far it is. */
static int proceed(struct runner *r, uint64_t mac, struct reply *reply)
{
	struct run_forget *f = &r->state.forget;
	bool same = f->stage != FORGET_NOTHING && f->macs[0] == mac, over = f->stage == FORGET_DONE || f->stage == FORGET_FAILED;

	if (!same && f->stage != FORGET_NOTHING && !over)
		return reply_refuse(reply, EX_TEMPFAIL, "another device is being erased: ask again in a few seconds");
	if (same && f->stage == FORGET_FAILED) {
		f->stage = FORGET_NOTHING;
		return reply_refuse(reply, EX_CANTCREAT, "%s", f->why);
	}
	if (!same)
		begin(r, mac);
	json_pair_bool(&reply->json, "done", f->stage == FORGET_DONE);
	if (f->stage == FORGET_DONE) {
		put_gone(&reply->json, f);
		f->stage = FORGET_NOTHING;
	}
	return 0;
}

int run_request_forget(struct runner *r, const cJSON *request, struct reply *reply)
{
	const char *device = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(request, "device")), *name;
	uint64_t mac;

	if (!device)
		return reply_refuse(reply, EX_PROTOCOL, "what is to be erased is a device's");
	if (run_device_find(r, device, &mac, reply) < 0)
		return -1;
	name = run_names_said(r, mac);
	json_pair_mac(&reply->json, "mac", mac);
	json_pair_str(&reply->json, "name", name);
	return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(request, "sure")) ? proceed(r, mac, reply) : 0;
}
