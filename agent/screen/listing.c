// SPDX-License-Identifier: BSD-2-Clause

#include "agent/screen/listing.h"

#include <string.h>

#include "agent/screen/filter.h"
#include "agent/screen/sort.h"

static int compare(const void *a, const void *b, void *user)
{
	const struct scene_device *const *left = a, *const *right = b;
	const struct ui *ui = user;

	return sort_compare(ui->sort, ui->inverted, *left, *right);
}

static bool is_listed(const struct ui *ui, const struct scene_device *d)
{
	if (*ui->port && strcmp(ui->port, d->in_iface) != 0)
		return false;
	return filter_matches(ui->filter.text, d) && !(ui->hide_idle && filter_hides_idle(d));
}

void listing_make(const struct scene *scene, const struct ui *ui, struct listing *l)
{
	*l = (struct listing){ 0 };
	if (scene && scene->device_count)
		l->devices = calloc(scene->device_count, sizeof(*l->devices));
	for (uint32_t i = 0; l->devices && i < scene->device_count; i++) {
		const struct scene_device *d = &scene->devices[i];

		if (is_listed(ui, d))
			l->devices[l->count++] = d;
	}
	if (l->count)
		qsort_r(l->devices, (size_t)l->count, sizeof(*l->devices), compare, (void *)ui);
}

void listing_free(struct listing *l)
{
	free(l->devices);
	*l = (struct listing){ 0 };
}

int listing_find(const struct listing *l, uint64_t mac)
{
	for (int i = 0; mac && i < l->count; i++) {
		if (l->devices[i]->mac == mac)
			return i;
	}
	return -1;
}

int listing_search(const struct listing *l, const char *words, int from, int step)
{
	for (int i = 0; *words && i < l->count; i++) {
		int at = ((from + i * step) % l->count + l->count) % l->count;

		if (filter_matches(words, l->devices[at]))
			return at;
	}
	return -1;
}
