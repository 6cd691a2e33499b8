/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IOTBPF_OUTPUT_EVENTS_H
#define IOTBPF_OUTPUT_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/cleanup.h"
#include "agent/output/event.h"
#include "agent/output/sink.h"

/* One writer of events behind several outputs, each with its own form and choice of types. */
struct events;

enum events_format { EVENTS_AUTO, EVENTS_TEXT, EVENTS_JSON };

/** events_format_names - words of enum events_format in order, NULL at the end: choices of --format */
extern const char *const events_format_names[];

struct events_counters {
	uint64_t written; /* lines an output took */
	uint64_t dropped; /* lines an output had no room for */
	uint64_t failed;  /* lines that met an error */
};

/** events_new - a writer without outputs; @host (copied, may be NULL) names the machine in every event */
int events_new(const char *host, struct events **events);

/** events_free - also frees its outputs */
void events_free(struct events *events);

/**
 * events_add_fd - write to a descriptor: stdout, mostly
 * @format: EVENTS_AUTO is text on a terminal and NDJSON otherwise
 * @mask: EVENT_BIT()s of the types that go there
 * @may_wait: see sink_fd_new(); true for a capture, which can wait, false for live traffic
 */
int events_add_fd(struct events *events, int fd, enum events_format format, uint32_t mask, bool may_wait);

/** events_add_sink - write to @sink, which becomes the writer's also on failure; @format not EVENTS_AUTO */
int events_add_sink(struct events *events, struct sink *sink, enum events_format format, uint32_t mask);

/*
 * Somebody in the agent itself who wants every event of some types, as it is and as the line of NDJSON that others get; the line ends with
 * its newline and is valid during the call. Not an output: it is not in the counters.
 */
typedef void (*events_tap)(void *user, const struct event *event, const char *line, size_t len);

/** events_set_tap - the only one; @fn NULL: none any more */
void events_set_tap(struct events *events, events_tap fn, void *user);

/** events_set_tap_mask - EVENT_BIT()s of the types it wants; none at first */
void events_set_tap_mask(struct events *events, uint32_t mask);

/** events_set_capture - the file that the following events come from (copied); NULL: live again */
int events_set_capture(struct events *events, const char *pcap_filename);

/** events_wants - does any output, or the tap, take events of @type? For events that are costly to gather */
bool events_wants(const struct events *events, enum event_type type);

/**
 * events_emit - write @event to every output that wants its type
 *
 * Returns 0, also for a line that was dropped or met an error: those are counted, and the first error of
 * an output is logged. -EPIPE, silently and again at each later call, once an output's reader is gone: the
 * program should end. -ENOMEM if the line could not be made.
 */
int events_emit(struct events *events, const struct event *event);

/** events_counters - totals over all outputs */
struct events_counters events_counters(const struct events *events);

DEFINE_CLEANUP(struct events, events_free)

#endif
