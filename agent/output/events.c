/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/output/events.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/buffer.h"
#include "agent/base/log.h"
#include "agent/output/render.h"

enum { MAX_OUTPUTS = 8, EVENT_LIMIT = 1 << 20 };

const char *const events_format_names[] = { "auto", "text", "json", NULL };

struct output {
	struct sink *sink;
	enum events_format format;
	uint32_t mask;
	bool gone;   /* -EPIPE seen */
	bool logged; /* an error was */
};

struct events {
	char *host;
	char *pcap_filename;
	struct output outputs[MAX_OUTPUTS];
	size_t n_outputs;
	struct events_counters counters;
	events_tap tap;
	void *tap_user;
	uint32_t tap_mask;
	struct buffer text, json; /* the current event's line, rendered at most once per form */
};

int events_new(const char *host, struct events **events)
{
	_cleanup_(events_free_p) struct events *e = calloc(1, sizeof(*e));

	if (!e)
		return -ENOMEM;
	e->text.limit = e->json.limit = EVENT_LIMIT;
	if (host && !(e->host = strdup(host)))
		return -ENOMEM;
	*events = TAKE_PTR(e);
	return 0;
}

void events_free(struct events *events)
{
	for (size_t i = 0; i < events->n_outputs; i++)
		events->outputs[i].sink->ops->free(events->outputs[i].sink);
	buffer_free(&events->text);
	buffer_free(&events->json);
	free(events->host);
	free(events->pcap_filename);
	free(events);
}

int events_add_sink(struct events *events, struct sink *sink, enum events_format format, uint32_t mask)
{
	if (events->n_outputs == MAX_OUTPUTS) {
		sink->ops->free(sink);
		return log_error_r(-ENOSPC, "more than %d outputs of events", MAX_OUTPUTS);
	}
	events->outputs[events->n_outputs++] = (struct output){ .sink = sink, .format = format, .mask = mask };
	return 0;
}

int events_add_fd(struct events *events, int fd, enum events_format format, uint32_t mask, bool may_wait)
{
	struct sink *sink;
	int r = sink_fd_new(fd, may_wait, &sink);

	if (r < 0)
		return r;
	if (format == EVENTS_AUTO)
		format = isatty(fd) ? EVENTS_TEXT : EVENTS_JSON;
	return events_add_sink(events, sink, format, mask);
}

int events_set_capture(struct events *events, const char *pcap_filename)
{
	char *copy = pcap_filename ? strdup(pcap_filename) : NULL;

	if (pcap_filename && !copy)
		return -ENOMEM;
	free(events->pcap_filename);
	events->pcap_filename = copy;
	return 0;
}

void events_set_tap(struct events *events, events_tap fn, void *user)
{
	events->tap = fn;
	events->tap_user = user;
	events->tap_mask = 0;
}

void events_set_tap_mask(struct events *events, uint32_t mask)
{
	events->tap_mask = mask;
}

bool events_wants(const struct events *events, enum event_type type)
{
	if (events->tap_mask & EVENT_BIT(type))
		return true;
	for (size_t i = 0; i < events->n_outputs; i++)
		if (events->outputs[i].mask & EVENT_BIT(type))
			return true;
	return false;
}

static struct buffer *render(struct events *events, enum events_format format, const struct event *event)
{
	struct buffer *line = format == EVENTS_TEXT ? &events->text : &events->json;
	struct event_context context = {
		.host = events->host,
		.pcap_filename = events->pcap_filename,
		.written = events->counters.written,
		.dropped = events->counters.dropped,
		.failed = events->counters.failed,
	};

	if (line->len)
		return line;
	(format == EVENTS_TEXT ? event_render_text : event_render_json)(event, &context, line);
	return line;
}

static int output_write(struct events *events, struct output *output, const struct buffer *line)
{
	int r = output->gone ? -EPIPE : output->sink->ops->write(output->sink, line->data, line->len);

	if (r == 0)
		events->counters.written++;
	else if (r == -EAGAIN)
		events->counters.dropped++;
	else
		events->counters.failed++;
	if (r == -EPIPE) {
		output->gone = true;
		return r;
	}
	if (r < 0 && r != -EAGAIN && !output->logged) {
		output->logged = true;
		log_errno_r(r, "cannot write events; later failures are counted in stats only");
	}
	return 0;
}

static void tell_tap(struct events *events, const struct event *event)
{
	const struct buffer *line = render(events, EVENTS_JSON, event);

	if (!line->failed)
		events->tap(events->tap_user, event, line->data, line->len);
}

int events_emit(struct events *events, const struct event *event)
{
	int result = 0;

	buffer_reset(&events->text);
	buffer_reset(&events->json);
	for (size_t i = 0; i < events->n_outputs; i++) {
		struct output *output = &events->outputs[i];
		struct buffer *line;
		int r;

		if (!(output->mask & EVENT_BIT(event->type)))
			continue;
		line = render(events, output->format, event);
		r = line->failed ? -ENOMEM : output_write(events, output, line);
		if (r < 0)
			result = r;
	}
	if (events->tap_mask & EVENT_BIT(event->type))
		tell_tap(events, event);
	return result;
}

struct events_counters events_counters(const struct events *events)
{
	return events->counters;
}
