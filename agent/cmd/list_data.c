// SPDX-License-Identifier: BSD-2-Clause

#include "agent/cmd/list_data.h"

#include <math.h>
#include <string.h>

void list_free(struct list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		struct listed_device *d = &list->devices[i];

		for (size_t k = 0; d->flows && k < d->flow_count; k++)
			free(d->flows[k].periods);
		free(d->flows);
		free(d->functions);
	}
	free(list->devices);
	*list = (struct list){ 0 };
}

static int by_length(const void *a, const void *b)
{
	const struct listed_period *x = a, *y = b;

	return x->seconds < y->seconds ? -1 : x->seconds > y->seconds;
}

static void find_shortest(struct listed_device *d)
{
	d->period_s = NAN;
	for (size_t i = 0; i < d->flow_count; i++) {
		struct listed_flow *f = &d->flows[i];

		if (!f->period_count)
			continue;
		qsort(f->periods, f->period_count, sizeof(*f->periods), by_length);
		if (d->period_s <= f->periods[0].seconds)
			continue;
		d->period_s = f->periods[0].seconds;
		memcpy(d->period_protocol, f->protocol, sizeof(d->period_protocol));
	}
}

void list_shortest_periods(struct list *list)
{
	for (size_t i = 0; i < list->count; i++)
		find_shortest(&list->devices[i]);
}

int list_find(const struct list *list, const char *text, size_t *index)
{
	_cleanup_free_ struct known_device *known = calloc(list->count + 1, sizeof(*known));

	if (!known)
		return -ENOMEM;
	for (size_t i = 0; i < list->count; i++) {
		const struct listed_device *d = &list->devices[i];

		known[i] = (struct known_device){ d->id, d->name, d->label, { NULL }, d->address_count };
		for (size_t k = 0; k < d->address_count; k++)
			known[i].addresses[k] = d->addresses[k];
	}
	return device_find(known, list->count, text, index);
}

static uint64_t total_packets(const struct dataset_device *from, struct listed_device *to)
{
	struct dataset_totals sent, received;

	dataset_device_totals(from, &sent, &received);
	to->total = (struct listed_counts){ sent.packets, sent.bytes, received.packets, received.bytes };
	return sent.packets;
}

static int take_flow(const struct dataset *ds, const struct dataset_flow *from, uint64_t packets, struct listed_flow *to)
{
	struct dataset_totals t = dataset_flow_totals(from);

	*to = (struct listed_flow){ .packets = t.packets, .bytes = t.bytes, .active_seconds = t.active_seconds };
	to->share = packets ? fmin(1, (double)t.packets / (double)packets) : 0;
	snprintf(to->protocol, sizeof(to->protocol), "%s", from->protocol);
	if (from->count) {
		to->first_us = (ds->from_s + from->seconds[0].at) * 1000000;
		to->last_us = (ds->from_s + from->seconds[from->count - 1].at) * 1000000;
	}
	to->periods = calloc(from->period_count + 1, sizeof(*to->periods));
	if (!to->periods)
		return -ENOMEM;
	for (size_t i = 0; i < from->period_count; i++) {
		const struct dataset_period *p = &from->periods[i];

		to->periods[to->period_count++] =
			(struct listed_period){ p->seconds, p->support, p->log_p, p->from_us, p->open ? 0 : p->to_us };
	}
	return 0;
}

static int take_functions(const struct dataset_device *from, struct listed_device *to)
{
	to->functions = calloc(from->function_count + 1, sizeof(*to->functions));
	if (!to->functions)
		return -ENOMEM;
	for (size_t i = 0; i < from->function_count; i++) {
		const struct dataset_function *f = &from->functions[i];
		struct listed_function *one = &to->functions[to->function_count++];

		*one = (struct listed_function){ .p = f->p, .from_us = f->from_us, .to_us = f->open ? 0 : f->to_us };
		snprintf(one->label, sizeof(one->label), "%s", f->label);
	}
	return 0;
}

static int take_device(const struct dataset *ds, const struct dataset_device *from, struct listed_device *to)
{
	uint64_t packets;
	int e = 0;

	*to = (struct listed_device){ .label_p = from->label_p, .function_p = NAN, .first_us = from->first_us, .last_us = from->last_us };
	snprintf(to->id, sizeof(to->id), "%s", from->id);
	snprintf(to->name, sizeof(to->name), "%s", from->name);
	snprintf(to->vendor, sizeof(to->vendor), "%s", from->vendor);
	snprintf(to->label, sizeof(to->label), "%s", from->label);
	snprintf(to->source, sizeof(to->source), "%s", !*from->label ? "" : from->owner ? "owner" : "model");
	packets = total_packets(from, to);
	to->flows = calloc(from->flow_count + 1, sizeof(*to->flows));
	if (!to->flows)
		return -ENOMEM;
	for (size_t i = 0; e == 0 && i < from->flow_count; i++)
		e = take_flow(ds, &from->flows[i], packets, &to->flows[to->flow_count++]);
	return e < 0 ? e : take_functions(from, to);
}

int list_from_dataset(const struct dataset *ds, struct list *list)
{
	int e = 0;

	*list = (struct list){ .devices = calloc(ds->count + 1, sizeof(*list->devices)) };
	if (!list->devices)
		return -ENOMEM;
	for (size_t i = 0; e == 0 && i < ds->count; i++)
		e = take_device(ds, &ds->devices[i], &list->devices[list->count++]);
	list_shortest_periods(list);
	return e;
}
