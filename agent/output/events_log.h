/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IOTBPF_OUTPUT_EVENTS_LOG_H
#define IOTBPF_OUTPUT_EVENTS_LOG_H

/*
 * The latest events as lines, in fixed memory, for any number of readers that go at their own pace: each has a cursor. A reader that is too
 * slow is overtaken, and learns how many events of the types that it wants it has lost. Nothing is kept for a reader but its cursor.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/cleanup.h"
#include "agent/output/event.h"

struct events_log;

struct events_line {
	const char *text; /* with its newline, not terminated; valid until the next append; NULL: it was too long to be kept */
	size_t len;
	enum event_type type;
};

/* A reader's place. */
struct events_cursor {
	uint64_t next;		       /* number of the line to be read next */
	uint64_t passed[EVENT_TYPES];  /* lines before it, by type */
};

/** events_log_new - room for that many bytes and lines, taken at once; NULL when memory is short */
struct events_log *events_log_new(size_t bytes, size_t lines);
void events_log_free(struct events_log *log);
DEFINE_CLEANUP(struct events_log, events_log_free)

/**
 * events_log_append - add a line; the oldest make room
 *
 * Of a line longer than a quarter of the room only the fact is kept.
 */
void events_log_append(struct events_log *log, enum event_type type, const char *text, size_t len);

/** events_log_clear - the lines that are kept are gone, and overwritten; readers find themselves overtaken */
void events_log_clear(struct events_log *log);

/** events_log_end - the number that the next line will have; numbers begin with 0 */
uint64_t events_log_end(const struct events_log *log);

/** events_log_first - a cursor at the oldest line that is kept */
struct events_cursor events_log_first(const struct events_log *log);

/** events_log_last - a cursor after the newest line */
struct events_cursor events_log_last(const struct events_log *log);

/** events_log_overtaken - move a cursor that was overtaken to the oldest line; how many events of @mask (EVENT_BIT()s) it lost */
uint64_t events_log_overtaken(const struct events_log *log, struct events_cursor *cursor, uint32_t mask);

/** events_log_next - the next line of a type in @mask, and the cursor moves past it; false: there is none. Not for one that was overtaken */
bool events_log_next(const struct events_log *log, struct events_cursor *cursor, uint32_t mask, struct events_line *line);

#endif
