/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/output/export_windows.h"

#include <errno.h>
#include <string.h>

#include "agent/features/features.h"
#include "agent/features/window.h"

_Static_assert(FEATURES_MAX <= IMPORT_FEATURES_MAX, "room for the columns");

int export_windows_features(uint32_t stride, struct import_features *features)
{
	char *names[FEATURES_MAX];
	struct import_features f = {
		.version = features_version(FEATURES_WINDOW),
		.hash = features_hash(FEATURES_WINDOW),
		.packets = IOT_WINDOW,
		.stride = stride,
		.names = names,
		.count = features_count(FEATURES_WINDOW),
	};
	int r;

	for (size_t i = 0; i < f.count; i++)
		names[i] = (char *)features_name(FEATURES_WINDOW, i);
	r = import_features_copy(features, &f);
	if (r < 0)
		import_features_free(features);
	return r;
}

static void drop_first(struct export_cutter *c, uint32_t n)
{
	if (n >= c->count) {
		c->skip = n - c->count;
		c->count = 0;
		return;
	}
	c->count -= n;
	memmove(c->packets, c->packets + n, c->count * sizeof(c->packets[0]));
	memmove(c->times_us, c->times_us + n, c->count * sizeof(c->times_us[0]));
}

int export_cutter_push(struct export_cutter *c, struct export_writer *w, struct export_window *whose, const struct iot_packet *packet,
		       int64_t time_us)
{
	float features[FEATURES_MAX];

	if (c->skip) {
		c->skip--;
		return 0;
	}
	c->packets[c->count] = *packet;
	c->times_us[c->count++] = time_us;
	if (c->count < IOT_WINDOW)
		return 0;
	features_window(c->packets, c->count, features);
	whose->time_us = c->times_us[0];
	drop_first(c, w->head.features.stride);
	return export_window(w, whose, features);
}

int export_windows_evidence(struct export_writer *w, struct export_window *whose, const struct label_evidence *e)
{
	struct export_cutter cutter = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && e->abi == IOT_ABI && i < e->count; i++)
		r = export_cutter_push(&cutter, w, whose, &e->packets[i],
				       e->start_us + (int64_t)(uint32_t)(e->packets[i].ms - e->packets[0].ms) * 1000);
	return r;
}
