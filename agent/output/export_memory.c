/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/output/export_memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"

static const char *dataset_id(void *user, size_t device)
{
	const struct dataset *ds = user;

	return ds->devices[device].id;
}

static int dataset_load(void *user, size_t device, const struct dataset **ds, const struct dataset_device **found)
{
	*ds = user;
	*found = &(*ds)->devices[device];
	return 0;
}

struct export_source export_from_dataset(const struct dataset *ds)
{
	return (struct export_source){
		.from_s = ds->from_s,
		.to_s = ds->to_s,
		.private_ = ds->private_,
		.devices = ds->count,
		.id = dataset_id,
		.load = dataset_load,
		.user = (void *)ds,
	};
}

static const char *imported_id(void *user, size_t device)
{
	const struct imported *import = user;

	return dataset_id(import->dataset, device);
}

static int imported_load(void *user, size_t device, const struct dataset **ds, const struct dataset_device **found)
{
	const struct imported *import = user;

	return dataset_load(import->dataset, device, ds, found);
}

/* Is any of it in the time of the dataset, which may be less than that of the import? A label of a type always is. */
static bool is_in_time(const struct dataset *ds, int64_t from_us, int64_t to_us)
{
	return to_us >= ds->from_s * US_PER_SECOND && from_us < ds->to_s * US_PER_SECOND;
}

static int put_labels(void *user, struct export_writer *w)
{
	const struct imported *import = user;
	int r = 0;

	for (size_t i = 0; r == 0 && i < import->label_count; i++) {
		const struct label *l = &import->labels[i];
		const struct dataset_device *d = dataset_find(import->dataset, l->mac);

		if (d && (label_is_type(l) || is_in_time(import->dataset, l->from_us, l->to_us)))
			r = export_label(w, d->id, l);
	}
	return r;
}

/* A window and its device's place among those that end at the same time. */
struct ordered {
	char id[EXPORT_TOKEN_SIZE];
	size_t window;
};

static int by_id(const void *a, const void *b)
{
	const struct ordered *x = a, *y = b;
	int order = strcmp(x->id, y->id);

	return order ? order : (x->window > y->window) - (x->window < y->window);
}

static int put_window(const struct imported *import, struct export_writer *w, size_t number)
{
	const struct imported_window *x = &import->windows[number];
	struct export_window window = {
		.label = x->label, .type = x->type, .function = x->function, .time_us = x->time_us, .end_us = x->end_us
	};

	if (!is_in_time(import->dataset, x->time_us, x->time_us))
		return 0;
	window.id = dataset_find(import->dataset, x->mac)->id;
	return export_window(w, &window, import->features + number * import->head.features.count);
}

/* Windows that end together come in the order of their devices' ids, as they do from a capture. */
static int put_run(const struct imported *import, struct export_writer *w, size_t first, size_t n)
{
	struct ordered *order = calloc(n, sizeof(*order));
	size_t kept = 0;
	int r = order ? 0 : log_errno_r(-ENOMEM, "export");

	for (size_t i = first; order && i < first + n; i++) {
		const struct dataset_device *d = dataset_find(import->dataset, import->windows[i].mac);

		if (!d)
			continue;
		snprintf(order[kept].id, sizeof(order[kept].id), "%s", export_privacy_device(&w->privacy, d->id));
		order[kept++].window = i;
	}
	if (kept > 1)
		qsort(order, kept, sizeof(*order), by_id);
	for (size_t i = 0; r == 0 && i < kept; i++)
		r = put_window(import, w, order[i].window);
	free(order);
	return r;
}

static int put_windows(void *user, struct export_writer *w)
{
	const struct imported *import = user;
	size_t next;
	int r = 0;

	for (size_t i = 0; r == 0 && i < import->window_count; i = next) {
		for (next = i + 1; next < import->window_count && import->windows[next].end_us == import->windows[i].end_us; next++)
			;
		r = put_run(import, w, i, next - i);
	}
	return r;
}

struct export_source export_from_import(const struct imported *import)
{
	struct export_source s = export_from_dataset(import->dataset);

	s.shifted = import->head.shifted;
	s.kept = import->head.kept;
	s.tables = import->head.tables;
	s.features = import->head.features;
	s.id = imported_id;
	s.load = imported_load;
	s.labels = put_labels;
	s.windows = put_windows;
	s.user = (void *)import;
	return s;
}
