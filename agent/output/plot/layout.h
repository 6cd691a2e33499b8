/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_OUTPUT_PLOT_LAYOUT_H
#define AGENT_OUTPUT_PLOT_LAYOUT_H

/* What is the same in every form of a plot: order of devices and flows, colours, which seconds fall into which bin, where rulers begin. */

#include "agent/base/cleanup.h"
#include "agent/history/dataset.h"

#define LAYOUT_COLORS 16
#define LAYOUT_FUNCTION_SHIFT 5 /* functions take other colours than the first protocols */

struct layout_color {
	const char *light, *dark; /* "#rrggbb", for a light and for a dark ground */
};

extern const struct layout_color layout_colors[LAYOUT_COLORS];

struct layout_row {
	const struct dataset_flow *flow;
	struct dataset_totals totals;
	unsigned color; /* of its protocol, the same on all devices */
};

/* One device. */
struct layout_group {
	const struct dataset_device *device;
	struct layout_row *rows; /* most active seconds first */
	size_t count;
};

struct layout {
	const struct dataset *ds;
	struct layout_group *groups; /* by name, then address */
	size_t count;
	const char **functions; /* labels, each once, by name; not "idle" */
	size_t function_count;
	struct layout_row *rows;
	size_t row_count;
};

/** layout_new - NULL when memory is short; @ds must live as long */
struct layout *layout_new(const struct dataset *ds);
void layout_free(struct layout *layout);
DEFINE_CLEANUP(struct layout, layout_free)

/** layout_function_color - of what a device did, an index of layout_colors; -1 for "idle" */
int layout_function_color(const struct layout *layout, const char *label);

/** layout_name - how a device is called: its name, or its address */
static inline const char *layout_name(const struct dataset_device *device)
{
	return device->name[0] ? device->name : device->id;
}

/** layout_span - length of the dataset in seconds, at least 1 */
uint32_t layout_span(const struct dataset *ds);

/**
 * layout_phase - where in its cycle a flow wakes, in seconds, by its seconds [low, high): the mean of the onsets of the tenth of a cycle that has most
 * of them, so that what a device does between its beacons moves no ruler; 0 where there are none or memory is short
 */
double layout_phase(const struct dataset_flow *flow, size_t low, size_t high, double period);

/** layout_second - index of the first second of @flow that is not before @at */
size_t layout_second(const struct dataset_flow *flow, double at);

/* The part of the time over which a ruler of a period is drawn: its ticks are at shift + k * period, seconds after ds->from_s. */
struct layout_ruler {
	double from, to, shift, period;
};

/** layout_ruler - false where the period has no active second */
bool layout_ruler(const struct dataset *ds, const struct dataset_flow *flow, const struct dataset_period *period, struct layout_ruler *ruler);

/* Packets a second, as means over bins of whole seconds. */
struct layout_rates {
	uint32_t width; /* seconds of a bin */
	size_t count;
	double *sent, *received;
	double highest;
};

/** layout_rates_new - at most @bins; NULL when memory is short */
struct layout_rates *layout_rates_new(const struct dataset *ds, const struct dataset_device *device, size_t bins);
void layout_rates_free(struct layout_rates *rates);
DEFINE_CLEANUP(struct layout_rates, layout_rates_free)

#endif
