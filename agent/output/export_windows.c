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

bool export_cutter_push(struct export_cutter *c, uint32_t stride, const struct iot_packet *packet, int64_t time_us, int64_t *first_us,
			float *features)
{
	if (c->skip) {
		c->skip--;
		return false;
	}
	c->packets[c->count] = *packet;
	c->times_us[c->count++] = time_us;
	if (c->count < IOT_WINDOW)
		return false;
	features_window(c->packets, c->count, features);
	*first_us = c->times_us[0];
	drop_first(c, stride);
	return true;
}

int export_windows_evidence(struct export_writer *w, struct export_window *whose, const struct label_evidence *e)
{
	struct export_cutter cutter = { 0 };
	float features[FEATURES_MAX];
	int r = 0;

	for (size_t i = 0; r == 0 && e->abi == IOT_ABI && i < e->count; i++) {
		int64_t us = e->start_us + (int64_t)(uint32_t)(e->packets[i].ms - e->packets[0].ms) * 1000;

		whose->end_us = us;
		if (export_cutter_push(&cutter, w->head.features.stride, &e->packets[i], us, &whose->time_us, features))
			r = export_window(w, whose, features);
	}
	return r;
}
