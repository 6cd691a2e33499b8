/* SPDX-License-Identifier: BSD-2-Clause */

/* Labels of the state directory, and windows of the packets that are kept for them. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/cmd/export_archive.h"
#include "agent/features/features.h"
#include "agent/output/export_windows.h"

static const char *id_of(const struct export_archive *a, uint64_t mac)
{
	for (size_t i = 0; i < a->count; i++)
		if (a->devices[i].mac == mac)
			return a->devices[i].id;
	return NULL;
}

int export_archive_labels(void *user, struct export_writer *w)
{
	const struct export_archive *a = user;
	int r = 0;

	for (size_t i = 0; r == 0 && i < a->label_count; i++) {
		const char *id = id_of(a, a->labels[i].mac);

		if (id)
			r = export_label(w, id, &a->labels[i]);
	}
	return r;
}

/* One label while its packets are cut into windows. */
struct cutting {
	const struct export_archive *archive;
	struct export_writer *writer;
	const struct label *label;
	const char *id, *type;
	int failed;
};

/* What the device is: the owner's word, else what it was taken for when the label was made. */
static const char *type_of(const struct export_archive *a, const struct label *label)
{
	for (size_t i = 0; i < a->label_count; i++)
		if (a->labels[i].mac == label->mac && label_is_type(&a->labels[i]))
			return a->labels[i].type;
	return label->type;
}

/* The function that the owner said of all of this time. */
static const char *function_of(const struct cutting *c, int64_t from_us, int64_t to_us)
{
	for (size_t i = 0; i < c->archive->label_count; i++) {
		const struct label *l = &c->archive->labels[i];

		if (l->mac == c->label->mac && !label_is_type(l) && l->from_us <= from_us && to_us <= l->to_us)
			return l->function;
	}
	return NULL;
}

static bool is_in_time(const struct export_archive *a, int64_t us)
{
	return us >= a->from_s * US_PER_SECOND && us < a->to_s * US_PER_SECOND;
}

static int on_evidence(void *user, const struct label_evidence *e)
{
	struct cutting *c = user;
	struct export_cutter cutter = { 0 };
	struct export_window window = { .id = c->id, .label = c->label->id, .type = c->type };
	float features[FEATURES_MAX];

	for (size_t i = 0; c->failed == 0 && e->abi == IOT_ABI && i < e->count; i++) {
		window.end_us = e->start_us + (int64_t)(uint32_t)(e->packets[i].ms - e->packets[0].ms) * 1000;
		if (!export_cutter_push(&cutter, c->writer->head.features.stride, &e->packets[i], window.end_us, &window.time_us, features) ||
		    !is_in_time(c->archive, window.time_us))
			continue;
		window.function = function_of(c, window.time_us, window.end_us);
		c->failed = export_window(c->writer, &window, features);
	}
	return c->failed;
}

int export_archive_windows(void *user, struct export_writer *w)
{
	struct export_archive *a = user;
	int r = 0;

	for (size_t i = 0; r == 0 && i < a->label_count; i++) {
		struct cutting c = { .archive = a, .writer = w, .label = &a->labels[i], .id = id_of(a, a->labels[i].mac) };

		c.type = type_of(a, c.label);
		if (c.id)
			r = labels_evidence(&a->store, c.label->id, on_evidence, &c);
		if (r < 0 && c.failed == 0)
			log_error("%s", *a->store.why ? a->store.why : strerror(-r));
	}
	return r;
}
