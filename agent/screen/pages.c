// SPDX-License-Identifier: BSD-2-Clause

#include "agent/screen/pages.h"

#include "agent/screen/listing.h"

static int device_lines(const struct scene_device *d)
{
	/* A blank line and titles come before each of the two lists; an empty one has a line that says so. */
	int flows = d->flow_count ? (int)d->flow_count : 1, functions = d->function_count ? (int)d->function_count : 1;

	return DEVICE_FACTS + 2 + flows + 2 + functions;
}

int page_lines(const struct ui *ui, const struct scene *scene)
{
	const struct scene_device *d;
	int count;

	switch (ui->page) {
	case PAGE_DEVICE:
		d = scene_device(scene, ui->device);
		return d ? device_lines(d) : 0;
	case PAGE_PERIODS:
		free(page_periods(ui, scene, &count));
		return count;
	case PAGE_ALERTS:
		return scene ? (int)scene->alert_count : 0;
	case PAGE_DEVICES:
	case PAGE_HELP:
		break;
	}
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct page_period *left = a, *right = b;
	double x = left->period->seconds, y = right->period->seconds;

	if (x != y)
		return (x > y) - (x < y);
	return (left->device->mac > right->device->mac) - (left->device->mac < right->device->mac);
}

static int count_periods(const struct listing *l)
{
	int n = 0;

	for (int i = 0; i < l->count; i++) {
		for (uint32_t f = 0; f < l->devices[i]->flow_count; f++)
			n += (int)l->devices[i]->flows[f].period_count;
	}
	return n;
}

static int gather(const struct listing *l, struct page_period *list)
{
	int n = 0;

	for (int i = 0; i < l->count; i++) {
		const struct scene_device *d = l->devices[i];

		for (uint32_t f = 0; f < d->flow_count; f++) {
			for (uint32_t p = 0; p < d->flows[f].period_count; p++)
				list[n++] = (struct page_period){ d, &d->flows[f], &d->flows[f].periods[p] };
		}
	}
	return n;
}

struct page_period *page_periods(const struct ui *ui, const struct scene *scene, int *count)
{
	_cleanup_(listing_free) struct listing l;
	struct page_period *list;
	int room;

	*count = 0;
	listing_make(scene, ui, &l);
	room = count_periods(&l);
	list = room ? calloc((size_t)room, sizeof(*list)) : NULL;
	if (!list)
		return NULL;
	*count = gather(&l, list);
	qsort(list, (size_t)*count, sizeof(*list), compare);
	return list;
}
