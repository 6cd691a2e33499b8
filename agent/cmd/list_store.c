// SPDX-License-Identifier: BSD-2-Clause

/* Lists of what is over: from the history in the state directory, or from captures. */

#include "agent/cmd/list_store.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sysexits.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/base/mac.h"
#include "agent/cmd/command.h"
#include "agent/cmd/dataset_capture.h"
#include "agent/cmd/run_state.h"
#include "agent/history/archive.h"
#include "agent/history/names_dataset.h"

static int fail(const struct store *store, int e)
{
	if (e == -E2BIG)
		log_error("the history of this time is more than fits in memory: ask for a shorter one (--since 1d)");
	else if (*store->why)
		log_error("%s", store->why);
	else
		log_errno_r(e, "cannot read the history");
	return e == -EACCES ? EX_NOPERM : e == -ENOENT ? EX_NOINPUT : e == -ENOMEM ? EX_OSERR : EX_DATAERR;
}

static void put_name(struct names *names, struct listed_device *d)
{
	const struct name_entry *entry;
	uint64_t mac;

	if (mac_parse(d->id, &mac) < 0)
		return;
	names_device(names, mac);
	entry = names_find(names, mac);
	if (!entry)
		return;
	snprintf(d->name, sizeof(d->name), "%s", entry->name);
	snprintf(d->name_source, sizeof(d->name_source), "%s", name_source_text(entry->source) ?: "");
	snprintf(d->vendor, sizeof(d->vendor), "%s", entry->vendor);
	d->randomized = entry->randomized;
	for (uint32_t i = 0; i < entry->address_count && i < KNOWN_ADDRESSES; i++) {
		const struct name_address *a = &entry->addresses[i];

		if (inet_ntop(a->family, a->bytes, d->addresses[d->address_count], LISTED_ADDRESS))
			d->address_count++;
	}
}

static void put_names(struct names *names, struct list *list)
{
	for (size_t i = 0; names && i < list->count; i++)
		put_name(names, &list->devices[i]);
}

/* @store: NULL: nothing but vendors is known. NULL where memory is short: lists do without. */
static struct names *open_names(struct store *store)
{
	struct names *names = NULL;

	if (names_new(&names) == 0 && store && names_load(names, store) < 0)
		log_debug("%s", store->why);
	return names;
}

static int load(struct store *store, int64_t seconds, bool live, struct list *list)
{
	_cleanup_(dataset_free_p) struct dataset *ds = NULL;
	_cleanup_(names_free_p) struct names *names = open_names(store);
	int64_t from_s = 0, to_s = 0;
	int e = archive_span(store, &from_s, &to_s);

	if (e == 0 && live)
		to_s = time_now_us() / US_PER_SECOND;
	if (e == 0 && to_s - seconds > from_s)
		from_s = to_s - seconds;
	if (e == 0)
		e = archive_load(store, from_s, to_s, 0, &ds);
	if (e == 0 && names)
		e = names_join(names, ds);
	if (e < 0)
		return fail(store, e);
	if (ds->damaged)
		log_warn("%zu pieces of the history are damaged and left out", (size_t)ds->damaged);
	if (list_from_dataset(ds, list) < 0)
		return EX_OSERR;
	put_names(names, list);
	return EX_OK;
}

int list_from_store(const char *state, int64_t seconds, bool live, struct list *list)
{
	const char *directory = state_directory(state);
	struct store store;
	int e, code;

	if (!directory) {
		log_error("no agent answers, and there is no state directory to read (--state)");
		return EX_UNAVAILABLE;
	}
	e = store_open(&store, directory, true);
	code = e < 0 ? fail(&store, e) : load(&store, seconds, live, list);
	store_close(&store);
	return code;
}

int list_from_captures(const struct list_values *v, struct list *list)
{
	_cleanup_(dataset_free_p) struct dataset *ds = NULL;
	_cleanup_(names_free_p) struct names *names = open_names(NULL);
	struct model *model = NULL;
	struct dataset_capture_options options = { .gateways = &v->gateways };
	int code = command_model(v->model, &model);

	if (code != EX_OK)
		return code;
	options.model = model;
	code = dataset_read_captures((char **)v->read.list, v->read.count, &options, &ds);
	if (model)
		model_close(model);
	if (ds && list_from_dataset(ds, list) < 0)
		return EX_OSERR;
	if (ds)
		put_names(names, list);
	return code;
}
