// SPDX-License-Identifier: BSD-2-Clause

/* iotbpf events: what the running agent told lately, and what it tells from now on. */

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <sysexits.h>

#include "agent/base/log.h"
#include "agent/cmd/command.h"
#include "agent/cmd/list.h"
#include "agent/cmd/list_event.h"

struct events_values {
	const char *socket;
	bool follow, json, csv;
	uint32_t events;
};

#define AT(field) offsetof(struct events_values, field)

static const struct option_spec OPTIONS[] = {
	{ .name = "follow", .letter = 'f', .kind = OPTION_FLAG, .offset = AT(follow), .help = "go on with what happens from now on" },
	{ .name = "events",
	  .letter = 'e',
	  .kind = OPTION_SET,
	  .offset = AT(events),
	  .argument = "LIST",
	  .help = "types of events, comma-separated (default: all but flow and stats)",
	  .choices = event_type_names },
	{ .name = "json", .letter = 'j', .kind = OPTION_FLAG, .offset = AT(json), .help = "as JSON, as `iotbpf run` prints it" },
	{ .name = "csv", .kind = OPTION_FLAG, .offset = AT(csv), .help = "as CSV" },
	ASK_OPTION(struct events_values),
};

const struct options_spec events_options = {
	.command = "iotbpf events",
	.summary = "Show the latest events of the running agent: devices, functions, periods; with --follow also those to come.",
	.details = "The agent keeps the latest few hundred, without flow and stats. A reader that is too slow is told how many it lost.\n\n"
		   "Example: iotbpf events --follow --events function",
	.options = OPTIONS,
	.count = sizeof(OPTIONS) / sizeof(OPTIONS[0]),
};

static const struct sheet_column COLUMNS[] = {
	{ "timestamp", NULL, TABLE_LEFT, false }, { "event_type", NULL, TABLE_LEFT, false }, { "action", NULL, TABLE_LEFT, false },
	{ "mac", NULL, TABLE_LEFT, false },	  { "name", NULL, TABLE_LEFT, false },	     { "in_iface", NULL, TABLE_LEFT, false },
	{ "protocol", NULL, TABLE_LEFT, false },  { "label", NULL, TABLE_LEFT, false },	     { "p", NULL, TABLE_LEFT, false },
	{ "seconds", NULL, TABLE_LEFT, false },	  { "text", NULL, TABLE_LEFT, false },
};

static const char *label_of(const struct event *e, double *p)
{
	*p = NAN;
	if (e->type == EVENT_DEVICE) {
		*p = e->device.label_p;
		return e->device.label;
	}
	if (e->type != EVENT_FUNCTION)
		return NULL;
	*p = e->function.p;
	return e->function.label;
}

static double seconds_of(const struct event *e)
{
	if (e->type == EVENT_PERIOD)
		return e->period.seconds;
	return e->type == EVENT_FUNCTION && e->function.action == FUNCTION_STOP ? e->function.duration_s : (double)NAN;
}

static void put_csv(struct sheet *s, const struct event_read *r, const cJSON *object)
{
	_cleanup_(buffer_free) struct buffer text = { 0 };
	const struct event *e = &r->event;
	double p;
	const char *label = label_of(e, &p);

	event_render_text_body(e, &r->context, &text);
	sheet_time(s, e->head.time_us);
	sheet_text(s, event_type_names[e->type]);
	sheet_text(s, event_action_name(e));
	sheet_text(s, answer_text(cJSON_GetObjectItemCaseSensitive(object, "device"), "mac"));
	sheet_text(s, e->head.name);
	sheet_text(s, e->head.in_iface);
	sheet_text(s, event_protocol(e));
	sheet_text(s, label);
	sheet_number(s, p, 4);
	sheet_number(s, seconds_of(e), 3);
	sheet_text(s, text.data);
}

/* With the date, as of a capture: the latest events may be old. */
static void show_text(struct event_read *r, struct buffer *out)
{
	r->context.pcap_filename = r->context.pcap_filename ?: "";
	event_render_text(&r->event, &r->context, out);
}

/* One event in the form that is wanted; what is of no known type is left out but for --json. */
static void show(struct sheet *s, const struct events_values *v, const char *line)
{
	cJSON *object = v->json ? NULL : cJSON_Parse(line);
	struct event_read r;

	if (v->json) {
		buffer_append_str(&s->text, line);
		buffer_append_str(&s->text, "\n");
	} else if (event_read(object, &r) == 0) {
		if (v->csv)
			put_csv(s, &r, object);
		else
			show_text(&r, &s->text);
	}
	cJSON_Delete(object);
}

static void ask_for(const struct events_values *v, struct buffer *request)
{
	struct json j = ask_begin(request, "subscribe");

	json_pair_bool(&j, "recent", true);
	json_pair_bool(&j, "live", v->follow);
	json_key(&j, "types");
	json_begin_array(&j);
	for (int i = 0; event_type_names[i]; i++) {
		if (v->events & EVENT_BIT(i))
			json_str(&j, event_type_names[i]);
	}
	json_end_array(&j);
	json_end_object(&j);
}

static int follow(struct ask_stream *stream, const struct events_values *v, struct sheet *s)
{
	int code = EX_OK;
	char *line;

	while (code == EX_OK && (line = ask_stream_line(stream))) {
		show(s, v, line);
		code = sheet_flush(s);
	}
	if (code != EX_OK || !v->follow)
		return code;
	log_error("the agent has ended");
	return EX_UNAVAILABLE;
}

int cmd_events(int argc, char **argv)
{
	struct events_values values = { .socket = ASK_SOCKET, .events = EVENTS_DEFAULT & ~EVENT_BIT(EVENT_STATS) };
	_cleanup_(buffer_free) struct buffer request = { 0 };
	struct ask_stream stream = { .fd = -1 };
	struct operands operands;
	struct sheet sheet;
	int code = command_parse(&events_options, argc, argv, &values, &operands);

	if (code >= 0)
		return code;
	if (sheet_begin(&sheet, COLUMNS, sizeof(COLUMNS) / sizeof(COLUMNS[0]), values.csv ? SHEET_CSV : SHEET_JSON) < 0)
		return EX_OSERR;
	ask_for(&values, &request);
	code = ask_stream_open(&stream, values.socket, &request);
	if (code == EX_OK)
		code = sheet_flush(&sheet);
	if (code == EX_OK)
		code = follow(&stream, &values, &sheet);
	ask_stream_close(&stream);
	sheet_free(&sheet);
	return code;
}
