// SPDX-License-Identifier: BSD-2-Clause

#include "agent/output/plot/layout.h"

#include <stdlib.h>
#include <string.h>

/* Told apart also by people who see red and green alike; of even contrast on their ground. */
const struct layout_color layout_colors[LAYOUT_COLORS] = {
	{ "#0072b2", "#56b4e9" }, { "#d55e00", "#ff8c42" }, { "#009e73", "#2fd0a0" }, { "#c2458f", "#f08fc4" },
	{ "#b8860b", "#f0c040" }, { "#5b4bb5", "#a79bf5" }, { "#2b8a8f", "#63d3d9" }, { "#8c4a2f", "#d89b7a" },
	{ "#6a7f00", "#b9d13a" }, { "#b3202c", "#ff7a80" }, { "#3f6fd1", "#8fb3ff" }, { "#7a5c8f", "#c9a6e0" },
	{ "#1d7a3a", "#74d68a" }, { "#a3651c", "#e5b06a" }, { "#4f6272", "#a9bccb" }, { "#96304f", "#f49ab4" },
};

/* A protocol, and how active it is on all devices together. */
struct share {
	uint64_t key;
	uint64_t active;
};

static uint64_t key_of(const struct dataset_flow *flow)
{
	return (uint64_t)flow->layer << 32 | flow->proto;
}

static int by_key(const void *a, const void *b)
{
	const struct share *x = a, *y = b;

	return x->key < y->key ? -1 : x->key > y->key;
}

static int by_activity(const void *a, const void *b)
{
	const struct share *x = a, *y = b;

	return x->active > y->active ? -1 : x->active < y->active ? 1 : by_key(a, b);
}

static int rows_by_activity(const void *a, const void *b)
{
	const struct dataset_flow *x = ((const struct layout_row *)a)->flow, *y = ((const struct layout_row *)b)->flow;

	if (x->count != y->count)
		return x->count > y->count ? -1 : 1;
	return key_of(x) < key_of(y) ? -1 : key_of(x) > key_of(y);
}

static int groups_by_name(const void *a, const void *b)
{
	const struct dataset_device *x = ((const struct layout_group *)a)->device, *y = ((const struct layout_group *)b)->device;
	int order = strcmp(layout_name(x), layout_name(y));

	return order ? order : x->mac < y->mac ? -1 : x->mac > y->mac;
}

static int labels_by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The most active protocol gets the first colour. */
static int give_colors(struct layout *layout)
{
	size_t n = 0;
	_cleanup_free_ struct share *shares = calloc(layout->row_count ? layout->row_count : 1, sizeof(*shares));
	_cleanup_free_ struct share *ranked = calloc(layout->row_count ? layout->row_count : 1, sizeof(*ranked));

	if (!shares || !ranked)
		return -ENOMEM;
	for (size_t i = 0; i < layout->row_count; i++)
		shares[i] = (struct share){ key_of(layout->rows[i].flow), layout->rows[i].flow->count };
	qsort(shares, layout->row_count, sizeof(*shares), by_key);
	for (size_t i = 0; i < layout->row_count; i++) {
		if (n && ranked[n - 1].key == shares[i].key)
			ranked[n - 1].active += shares[i].active;
		else
			ranked[n++] = shares[i];
	}
	qsort(ranked, n, sizeof(*ranked), by_activity);
	for (size_t i = 0; i < n; i++)
		shares[i] = (struct share){ ranked[i].key, i };
	qsort(shares, n, sizeof(*shares), by_key);
	for (size_t i = 0; i < layout->row_count; i++) {
		struct share key = { .key = key_of(layout->rows[i].flow) };
		const struct share *found = bsearch(&key, shares, n, sizeof(*shares), by_key);

		layout->rows[i].color = (unsigned)(found->active % LAYOUT_COLORS);
	}
	return 0;
}

static int collect_functions(struct layout *layout)
{
	size_t all = 0, n = 0;

	for (size_t i = 0; i < layout->ds->count; i++)
		all += layout->ds->devices[i].function_count;
	layout->functions = calloc(all ? all : 1, sizeof(*layout->functions));
	if (!layout->functions)
		return -ENOMEM;
	for (size_t i = 0; i < layout->ds->count; i++)
		for (size_t k = 0; k < layout->ds->devices[i].function_count; k++)
			if (strcmp(layout->ds->devices[i].functions[k].label, "idle") != 0)
				layout->functions[n++] = layout->ds->devices[i].functions[k].label;
	qsort(layout->functions, n, sizeof(*layout->functions), labels_by_name);
	for (size_t i = 0; i < n; i++)
		if (!layout->function_count || strcmp(layout->functions[layout->function_count - 1], layout->functions[i]) != 0)
			layout->functions[layout->function_count++] = layout->functions[i];
	return 0;
}

static int collect_rows(struct layout *layout)
{
	const struct dataset *ds = layout->ds;

	layout->count = ds->count;
	for (size_t i = 0; i < ds->count; i++)
		layout->row_count += ds->devices[i].flow_count;
	layout->groups = calloc(ds->count ? ds->count : 1, sizeof(*layout->groups));
	layout->rows = calloc(layout->row_count ? layout->row_count : 1, sizeof(*layout->rows));
	if (!layout->groups || !layout->rows)
		return -ENOMEM;
	for (size_t i = 0, at = 0; i < ds->count; i++) {
		const struct dataset_device *device = &ds->devices[i];

		layout->groups[i] = (struct layout_group){ device, layout->rows + at, device->flow_count };
		for (size_t k = 0; k < device->flow_count; k++, at++)
			layout->rows[at] = (struct layout_row){ &device->flows[k], dataset_flow_totals(&device->flows[k]), 0 };
		qsort(layout->groups[i].rows, device->flow_count, sizeof(*layout->rows), rows_by_activity);
	}
	return 0;
}

struct layout *layout_new(const struct dataset *ds)
{
	_cleanup_(layout_free_p) struct layout *layout = calloc(1, sizeof(*layout));

	if (!layout)
		return NULL;
	layout->ds = ds;
	if (collect_rows(layout) < 0 || give_colors(layout) < 0 || collect_functions(layout) < 0)
		return NULL;
	qsort(layout->groups, layout->count, sizeof(*layout->groups), groups_by_name);
	return TAKE_PTR(layout);
}

void layout_free(struct layout *layout)
{
	free(layout->groups);
	free(layout->rows);
	free(layout->functions);
	free(layout);
}

int layout_function_color(const struct layout *layout, const char *label)
{
	const char **found = bsearch(&label, layout->functions, layout->function_count, sizeof(*layout->functions), labels_by_name);

	return found ? (int)((size_t)(found - layout->functions + LAYOUT_FUNCTION_SHIFT) % LAYOUT_COLORS) : -1;
}
