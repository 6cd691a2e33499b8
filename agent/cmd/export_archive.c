/* SPDX-License-Identifier: BSD-2-Clause */

/* The history in the state directory as the source of an export. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/base/mac.h"
#include "agent/cmd/export_archive.h"
#include "agent/cmd/list_device.h"
#include "agent/cmd/run_state.h"
#include "agent/history/archive.h"
#include "agent/history/names_dataset.h"

#define WHOLE_ENTRIES (INT64_C(8) << 20) /* up to so many seconds, 200 MB, the whole time is held at once */

static int fail(const struct export_archive *a, int r)
{
	return log_error_r(r, "%s", *a->store.why ? a->store.why : strerror(-r));
}

static int exit_code(int r)
{
	return r == 0 ? EX_OK : r == -EACCES ? EX_NOPERM : r == -ENOENT ? EX_NOINPUT : r == -ENOMEM ? EX_OSERR : EX_DATAERR;
}

static int by_mac(const void *a, const void *b)
{
	uint64_t x = ((const struct archived *)a)->mac, y = ((const struct archived *)b)->mac;

	return (x > y) - (x < y);
}

static int add_device(struct export_archive *a, uint64_t mac, const char *type)
{
	struct archived *grown, *d = NULL;

	for (size_t i = 0; i < a->count && !d; i++)
		if (a->devices[i].mac == mac)
			d = &a->devices[i];
	if (!d) {
		grown = reallocarray(a->devices, a->count + 1, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		a->devices = grown;
		d = &grown[a->count++];
		*d = (struct archived){ .mac = mac };
		mac_format(mac, d->id);
	}
	if (type && *type)
		snprintf(d->type, sizeof(d->type), "%s", type);
	return 0;
}

static int on_archived(void *user, const struct archive_device *d)
{
	struct export_archive *a = user;

	if (d->last_us < a->from_s * US_PER_SECOND || d->first_us >= a->to_s * US_PER_SECOND)
		return 0;
	return add_device(a, d->mac, d->label);
}

static int on_label(void *user, const struct label *label)
{
	struct export_archive *a = user;
	struct label *grown;

	if (!label_is_type(label) && (label->to_us < a->from_s * US_PER_SECOND || label->from_us >= a->to_s * US_PER_SECOND))
		return 0;
	grown = reallocarray(a->labels, a->label_count + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	a->labels = grown;
	grown[a->label_count++] = *label;
	return add_device(a, label->mac, label_is_type(label) ? label->type : NULL);
}

/* Only those that --device names; the exit code. */
static int choose_devices(struct export_archive *a, const struct string_list *wanted)
{
	_cleanup_free_ struct known_device *known = calloc(a->count + 1, sizeof(*known));
	_cleanup_free_ bool *chosen = calloc(a->count + 1, sizeof(*chosen));
	size_t kept = 0, found;
	int r = known && chosen ? 0 : -ENOMEM;

	for (size_t i = 0; r == 0 && i < a->count; i++)
		known[i] = (struct known_device){ .id = a->devices[i].id, .label = a->devices[i].type };
	for (size_t i = 0; r == 0 && i < wanted->count; i++) {
		r = device_find(known, a->count, wanted->list[i], &found);
		if (r == 0)
			chosen[found] = true;
	}
	for (size_t i = 0; r == 0 && i < a->count; i++)
		if (chosen[i])
			a->devices[kept++] = a->devices[i];
	if (r == 0)
		a->count = kept;
	return device_exit_code(r);
}

/* How many active seconds the archive has in this time, at most. */
static int count_entries(struct export_archive *a, int64_t *entries)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;
	int r = store_prepare(&a->store, "SELECT total(entries) FROM activity WHERE from_s < ? AND to_s > ?", &statement);

	if (r < 0)
		return r;
	sqlite3_bind_int64(statement, 1, a->to_s);
	sqlite3_bind_int64(statement, 2, a->from_s);
	r = store_step(&a->store, statement);
	*entries = r > 0 ? sqlite3_column_int64(statement, 0) : 0;
	return r < 0 ? r : 0;
}

static void complete(const struct export_archive *a, struct dataset *ds)
{
	if (ds->damaged)
		log_warn("%zu pieces of the history are damaged and left out", (size_t)ds->damaged);
	if (a->names)
		names_fill(a->names, ds);
}

/* A row for every device that is named anywhere, also where it did nothing in this time. */
static int load_whole(struct export_archive *a)
{
	int64_t entries;
	int r = count_entries(a, &entries);

	if (r < 0 || entries > WHOLE_ENTRIES)
		return r;
	r = archive_load(&a->store, a->from_s, a->to_s, a->count == 1 ? a->devices[0].mac : 0, &a->whole);
	for (size_t i = 0; r == 0 && i < a->count; i++)
		r = dataset_device(a->whole, a->devices[i].mac) ? 0 : -ENOMEM;
	if (r == 0)
		complete(a, a->whole);
	return r;
}

static const char *archive_id(void *user, size_t device)
{
	const struct export_archive *a = user;

	return a->devices[device].id;
}

static int archive_one(void *user, size_t device, const struct dataset **ds, const struct dataset_device **found)
{
	struct export_archive *a = user;
	uint64_t mac = a->devices[device].mac;
	int r;

	if (a->one)
		dataset_free(TAKE_PTR(a->one));
	if (!a->whole) {
		r = archive_load(&a->store, a->from_s, a->to_s, mac, &a->one);
		if (r < 0 || !dataset_device(a->one, mac))
			return fail(a, r < 0 ? r : -ENOMEM);
		complete(a, a->one);
	}
	*ds = a->whole ? a->whole : a->one;
	*found = dataset_find(*ds, mac);
	return 0;
}

static int open_store(struct export_archive *a, const char *state)
{
	const char *directory = state_directory(state);
	int64_t from_s, to_s;
	int r;

	if (!directory)
		return log_error_r(-ENOENT, "there is no state directory: --read CAPTURE exports a capture, --import an export");
	r = store_open(&a->store, directory, true);
	if (r == 0)
		r = archive_span(&a->store, &from_s, &to_s);
	if (r < 0)
		return fail(a, r);
	if (!to_s) /* labels only */
		from_s = (to_s = time_now_us() / US_PER_SECOND) - 1;
	a->from_s = from_s;
	a->to_s = to_s;
	return 0;
}

static int read_all(struct export_archive *a)
{
	int r = archive_devices(&a->store, on_archived, a) ?: labels_each(&a->store, 0, LABELS_MAX, on_label, a);

	if (a->count)
		qsort(a->devices, a->count, sizeof(*a->devices), by_mac);
	return r;
}

int export_archive_open(struct export_input *in, uint32_t tables)
{
	struct export_archive *a = in->archive = calloc(1, sizeof(*a));
	int r = a ? open_store(a, in->values->state) : -ENOMEM, code;

	(void)tables;
	if (r < 0)
		return exit_code(r);
	a->names = export_input_names(in->values) ? export_names_open(&a->store) : NULL;
	if (export_input_span(in->values, &a->from_s, &a->to_s) < 0)
		return EX_USAGE;
	r = read_all(a);
	if (r < 0)
		return exit_code(fail(a, r));
	code = in->values->devices.count ? choose_devices(a, &in->values->devices) : EX_OK;
	if (code != EX_OK)
		return code;
	r = load_whole(a);
	if (r < 0)
		return exit_code(fail(a, r));
	in->source = (struct export_source){
		.from_s = a->from_s,
		.to_s = a->to_s,
		.features = in->features,
		.devices = a->count,
		.id = archive_id,
		.load = archive_one,
		.labels = export_archive_labels,
		.windows = export_archive_windows,
		.user = a,
	};
	return EX_OK;
}

void export_archive_close(struct export_input *in)
{
	struct export_archive *a = TAKE_PTR(in->archive);

	if (!a)
		return;
	if (a->whole)
		dataset_free(a->whole);
	if (a->one)
		dataset_free(a->one);
	if (a->names)
		names_free(a->names);
	store_close(&a->store);
	free(a->devices);
	free(a->labels);
	free(a);
}
