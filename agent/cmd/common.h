/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_COMMON_H
#define AGENT_CMD_COMMON_H

/* Options that every command has which watches devices and tells events: `run` and `read`. */

#include <stddef.h>

#include "agent/base/options.h"
#include "agent/output/events.h"

struct common_values {
	struct mac_list devices, gateways;
	const char *model;
	uint32_t events;
	int format;
	bool json;
};

#define COMMON_DEFAULTS { .events = EVENTS_DEFAULT }

/* The lines of an option table whose values structure `type` has a struct common_values named `common`. */
#define COMMON_OPTIONS(type)                                                                         \
	{ .name = "device",                                                                          \
	  .letter = 'd',                                                                             \
	  .kind = OPTION_MACS,                                                                       \
	  .offset = offsetof(type, common.devices),                                                  \
	  .argument = "MAC",                                                                         \
	  .help = "tell of this device only" },                                     \
	{ .name = "gateway",                                                                         \
	  .letter = 'g',                                                                             \
	  .kind = OPTION_MACS,                                                                       \
	  .offset = offsetof(type, common.gateways),                                                 \
	  .argument = "MAC",                                                                         \
	  .help = "a router behind a port or in the capture: not a device" },       \
	{ .name = "model",                                                                           \
	  .letter = 'm',                                                                             \
	  .kind = OPTION_STRING,                                                                     \
	  .offset = offsetof(type, common.model),                                                    \
	  .argument = "FILE|none",                                                                   \
	  .help = "model file instead of the built-in one" },                                        \
	{ .name = "events",                                                                          \
	  .letter = 'e',                                                                             \
	  .kind = OPTION_SET,                                                                        \
	  .offset = offsetof(type, common.events),                                                   \
	  .argument = "LIST",                                                                        \
	  .help = "types of events, comma-separated (default: all but flow)",                       \
	  .choices = event_type_names },                                                             \
	{ .name = "format",                                                                          \
	  .letter = 'f',                                                                             \
	  .kind = OPTION_CHOICE,                                                                     \
	  .offset = offsetof(type, common.format),                                                   \
	  .argument = "FORMAT",                                                                      \
	  .help = "form of the events: auto is text on a terminal, JSON otherwise",                  \
	  .choices = events_format_names },                                                          \
	{ .name = "json",                                                                            \
	  .letter = 'j',                                                                             \
	  .kind = OPTION_FLAG,                                                                       \
	  .offset = offsetof(type, common.json),                                                     \
	  .help = "JSON also on a terminal" }

/**
 * common_events - a writer of events to stdout as these options say
 * @may_wait: for a slow reader (captures); live traffic drops and counts instead
 *
 * Returns 0 or -errno, logged.
 */
int common_events(const struct common_values *values, bool may_wait, struct events **events);

/** common_free - release what the options hold */
void common_free(struct common_values *values);

#endif
