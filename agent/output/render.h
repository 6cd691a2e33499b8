/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IOTBPF_OUTPUT_RENDER_H
#define IOTBPF_OUTPUT_RENDER_H

#include <stdint.h>

#include "agent/base/buffer.h"
#include "agent/base/json.h"
#include "agent/output/event.h"

/* What is the same for every event of a stream. */
struct event_context {
	const char *host;                  /* NULL: left out */
	const char *pcap_filename;         /* NULL: live */
	uint64_t written, dropped, failed; /* of the stream so far, shown by stats and stop */
};

/** event_render_json - append one JSON object and a newline; failure is in @out->failed */
void event_render_json(const struct event *event, const struct event_context *context, struct buffer *out);

/** event_render_stats - the members of a stats object, for other objects that say the same (`iotbpf status`) */
void event_render_stats(struct json *j, const struct event_stats *stats, const struct event_context *context);

/** event_render_text - append one line for people; local time, with the date where it comes from a capture */
void event_render_text(const struct event *event, const struct event_context *context, struct buffer *out);

/** event_render_text_body - append what such a line says after time, type and device; no newline */
void event_render_text_body(const struct event *event, const struct event_context *context, struct buffer *out);

#endif
