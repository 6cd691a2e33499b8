/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/output/export_memory.h"

#include "agent/base/clock.h"

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

static const char *import_id(void *user, size_t device)
{
	const struct import *import = user;

	return dataset_id(import->dataset, device);
}

static int import_load(void *user, size_t device, const struct dataset **ds, const struct dataset_device **found)
{
	const struct import *import = user;

	return dataset_load(import->dataset, device, ds, found);
}

/* Is any of it in the time of the dataset, which may be less than that of the import? A label of a type always is. */
static bool is_in_time(const struct dataset *ds, int64_t from_us, int64_t to_us)
{
	return to_us >= ds->from_s * US_PER_SECOND && from_us < ds->to_s * US_PER_SECOND;
}

static int put_labels(void *user, struct export_writer *w)
{
	const struct import *import = user;
	int r = 0;

	for (size_t i = 0; r == 0 && i < import->label_count; i++) {
		const struct label *l = &import->labels[i];
		const struct dataset_device *d = dataset_find(import->dataset, l->mac);

		if (d && (label_is_type(l) || is_in_time(import->dataset, l->from_us, l->to_us)))
			r = export_label(w, d->id, l);
	}
	return r;
}

static int put_windows(void *user, struct export_writer *w)
{
	const struct import *import = user;
	int r = 0;

	for (size_t i = 0; r == 0 && i < import->window_count; i++) {
		const struct import_window *x = &import->windows[i];
		const struct dataset_device *d = dataset_find(import->dataset, x->mac);
		struct export_window window = { .label = x->label, .type = x->type, .function = x->function, .time_us = x->time_us };

		if (!d || (!x->label && !is_in_time(import->dataset, x->time_us, x->time_us)))
			continue;
		window.id = d->id;
		r = export_window(w, &window, import->features + i * import->head.features.count);
	}
	return r;
}

struct export_source export_from_import(const struct import *import)
{
	struct export_source s = export_from_dataset(import->dataset);

	s.shifted = import->head.shifted;
	s.kept = import->head.kept;
	s.features = import->head.features;
	s.id = import_id;
	s.load = import_load;
	s.labels = put_labels;
	s.windows = put_windows;
	s.user = (void *)import;
	return s;
}
