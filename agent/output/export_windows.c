/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/output/export_windows.h"

#include <errno.h>
#include <string.h>

#include "agent/features/features.h"
#include "agent/features/window.h"

_Static_assert(FEATURES_MAX <= IMPORTED_FEATURES_MAX, "room for the columns");

int export_windows_features(uint32_t stride, struct imported_features *features)
{
	char *names[FEATURES_MAX];
	struct imported_features f = {
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
	r = imported_features_copy(features, &f);
	if (r < 0)
		imported_features_free(features);
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
