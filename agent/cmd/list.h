/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_LIST_H
#define AGENT_CMD_LIST_H

/* What the commands that list have in common: options, where the data comes from, one row function a list. */

#include <stddef.h>

#include "agent/base/options.h"
#include "agent/cmd/ask.h"
#include "agent/cmd/list_data.h"
#include "agent/cmd/list_sheet.h"

struct list_values {
	const char *socket, *state;
	bool json, csv;
	int64_t since; /* nanoseconds; 0: as the agent sees it now */
	struct string_list read; /* captures instead, */
	struct mac_list gateways; /* of which these are no devices, */
	const char *model;	  /* identified by this model */
};

/* The lines of an option table whose values are a struct list_values. */
#define LIST_OPTIONS                                                                                                    \
	{ .name = "json", .letter = 'j', .kind = OPTION_FLAG, .offset = offsetof(struct list_values, json), .help = "as JSON, one object a line" }, \
	{ .name = "csv", .kind = OPTION_FLAG, .offset = offsetof(struct list_values, csv), .help = "as CSV" },         \
	{ .name = "since",                                                                                              \
	  .letter = 's',                                                                                                \
	  .kind = OPTION_DURATION,                                                                                      \
	  .offset = offsetof(struct list_values, since),                                                                \
	  .argument = "TIME",                                                                                           \
	  .help = "of so long ago until now, from what was recorded, e.g. 1d",                                         \
	  .min = 1,                                                                                                     \
	  .max = 1e9 },                                                                                                 \
	{ .name = "read",                                                                                               \
	  .letter = 'r',                                                                                                \
	  .kind = OPTION_STRINGS,                                                                                       \
	  .offset = offsetof(struct list_values, read),                                                                 \
	  .argument = "FILE",                                                                                           \
	  .help = "of a capture instead" },                                                           \
	{ .name = "gateway",                                                                                            \
	  .letter = 'g',                                                                                                \
	  .kind = OPTION_MACS,                                                                                          \
	  .offset = offsetof(struct list_values, gateways),                                                             \
	  .argument = "MAC",                                                                                            \
	  .help = "with --read: a router in the capture, not a device" },                             \
	{ .name = "model",                                                                                              \
	  .letter = 'm',                                                                                                \
	  .kind = OPTION_STRING,                                                                                        \
	  .offset = offsetof(struct list_values, model),                                                                \
	  .argument = "FILE|none",                                                                                      \
	  .help = "with --read: model file instead of the built-in one" },                                             \
	{ .name = "state",                                                                                              \
	  .kind = OPTION_STRING,                                                                                        \
	  .offset = offsetof(struct list_values, state),                                                                \
	  .argument = "DIR",                                                                                            \
	  .help = "of what was recorded there, whether or not an agent runs" },                                        \
	ASK_OPTION(struct list_values)

/* What one list shows. */
struct list_kind {
	const struct options_spec *options;
	const struct sheet_column *columns;
	size_t column_count;
	void (*put)(struct sheet *sheet, const struct listed_device *device, const struct list *list); /* the rows of a device */
};

/** list_main - the whole of a command that lists devices, or something of all devices or one; its exit code */
int list_main(const struct list_kind *kind, int argc, char **argv);

/** list_form - the form that the options ask for */
enum sheet_form list_form(bool json, bool csv);

/**
 * list_load - from captures, the running agent, or the store as the options say; where no agent answers, the last day in the store
 *
 * EX_OK and *@list, or an exit code, logged; list_free() in either case.
 */
int list_load(const struct list_values *values, struct list *list);

/** list_put_device - two cells, the address and the name by which lists call a device */
void list_put_device(struct sheet *sheet, const struct listed_device *device);

/* The columns that list_put_device() fills: the first is in the table where there is no name. */
#define LIST_DEVICE_COLUMNS { "mac", NULL, TABLE_LEFT, false }, { "name", NULL, TABLE_LEFT, false }, { NULL, "DEVICE", TABLE_LEFT, true }

#endif
