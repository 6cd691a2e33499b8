/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/output/export.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/output/export_rows.h"

/* A device's place among the others, by what stands for it in the export. */
struct place {
	char id[EXPORT_TOKEN_SIZE];
	size_t device;
};

int export_label(struct export_writer *w, const char *id, const struct label *l)
{
	export_set_integer(w, LABELS_LABEL, l->id);
	export_set_text(w, LABELS_DEVICE, id);
	export_set_text(w, LABELS_TYPE, l->type);
	export_set_text(w, LABELS_FUNCTION, l->function);
	export_set_time(w, LABELS_FROM, label_is_type(l) ? 0 : l->from_us);
	export_set_time(w, LABELS_TO, label_is_type(l) ? 0 : l->to_us);
	export_set_time(w, LABELS_MADE, l->made_us);
	export_set_integer(w, LABELS_PACKETS, (int64_t)l->packets);
	export_set_integer(w, LABELS_SAMPLES, l->samples);
	return export_writer_row(w);
}

int export_window(struct export_writer *w, const struct export_window *window, const float *features)
{
	export_set_text(w, WINDOWS_DEVICE, window->id);
	if (window->label)
		export_set_integer(w, WINDOWS_LABEL, window->label);
	export_set_text(w, WINDOWS_TYPE, window->type);
	export_set_text(w, WINDOWS_FUNCTION, window->function);
	export_set_integer(w, WINDOWS_TIME, window->time_us);
	export_set_integer(w, WINDOWS_END, window->end_us);
	for (size_t i = 0; i < w->head.features.count; i++)
		export_set_number(w, WINDOWS_COLUMNS + (int)i, (double)features[i]);
	return export_writer_row(w);
}

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct place *)a)->id, ((const struct place *)b)->id);
}

/* Sorted, so that their order tells no more of private devices than their tokens do. */
static struct place *order_devices(struct export_writer *w, const struct export_source *s)
{
	struct place *places = calloc(s->devices + 1, sizeof(*places));

	for (size_t i = 0; places && i < s->devices; i++) {
		snprintf(places[i].id, sizeof(places[i].id), "%s", export_privacy_device(&w->privacy, s->id(s->user, i)));
		places[i].device = i;
	}
	if (places)
		qsort(places, s->devices, sizeof(*places), by_id);
	return places;
}

static int write_devices(struct export_writer *w, const struct export_source *s, const struct place *places)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->devices; i++) {
		const struct dataset_device *device = NULL;
		const struct dataset *ds = NULL;

		r = s->load(s->user, places[i].device, &ds, &device);
		if (r == 0)
			r = export_rows(w, ds, device);
	}
	return r;
}

static int write_table(struct export_writer *w, const struct export_source *s, const struct place *places, enum imported_table_id table)
{
	int r = export_writer_table(w, table);

	if (r < 0)
		return r;
	if (table == IMPORTED_LABELS)
		r = s->labels ? s->labels(s->user, w) : 0;
	else if (table == IMPORTED_WINDOWS)
		r = s->windows ? s->windows(s->user, w) : 0;
	else
		r = write_devices(w, s, places);
	return r < 0 ? r : export_writer_table_end(w);
}

static void set_head(struct export_writer *w, const struct export_source *s, bool shift)
{
	struct imported_head *h = &w->head;
	int64_t moved_s = shift ? EXPORT_SHIFTED_S - s->from_s : 0;

	w->privacy.done = s->private_;
	w->privacy.shift_us = moved_s * US_PER_SECOND;
	h->private_ = w->privacy.on || s->private_;
	h->shifted = shift || s->shifted;
	h->kept = s->private_ ? s->kept : w->privacy.on ? w->privacy.keep : 0;
	h->from_s = s->from_s + moved_s;
	h->to_s = s->to_s + moved_s;
	h->features = s->features;
	if (s->tables)
		h->tables &= s->tables;
}

int export_run(struct export_writer *w, const struct export_source *s, bool shift)
{
	struct place *places;
	int r;

	set_head(w, s, shift);
	if (!w->head.tables)
		return log_error_r(-ENODATA, "there is no such table in what is to be exported");
	places = order_devices(w, s);
	if (!places)
		return log_errno_r(-ENOMEM, "export");
	r = export_writer_begin(w);
	for (int i = 0; r == 0 && i < IMPORTED_TABLES; i++)
		if (w->head.tables >> i & 1)
			r = write_table(w, s, places, (enum imported_table_id)i);
	free(places);
	return r < 0 ? r : export_writer_end(w);
}
