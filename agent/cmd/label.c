// SPDX-License-Identifier: BSD-2-Clause

/* iotbpf label, iotbpf unlabel: tell the running agent what a device is, or what it did and when. */

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "agent/base/cleanup.h"
#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/cmd/ask.h"
#include "agent/cmd/command.h"
#include "agent/cmd/label_time.h"
#include "agent/history/labels_collect.h"

struct label_values {
	const char *socket, *from, *to;
	int64_t for_ns, last_ns;
	bool json;
};

#define AT(field) offsetof(struct label_values, field)

static const struct option_spec OPTIONS[] = {
	{ .name = "from", .kind = OPTION_STRING, .offset = AT(from), .argument = "T", .help = "when the function began" },
	{ .name = "to", .kind = OPTION_STRING, .offset = AT(to), .argument = "T", .help = "when it ended (now)" },
	{ .name = "for",
	  .kind = OPTION_DURATION,
	  .offset = AT(for_ns),
	  .argument = "TIME",
	  .help = "it begins now and takes that long; the label ends by itself",
	  .min = 1,
	  .max = LABEL_SECONDS_MAX },
	{ .name = "last",
	  .kind = OPTION_DURATION,
	  .offset = AT(last_ns),
	  .argument = "TIME",
	  .help = "it was just now, and took that long",
	  .min = 1,
	  .max = RECENT_SECONDS },
	{ .name = "json", .letter = 'j', .kind = OPTION_FLAG, .offset = AT(json), .help = "the agent's answer as it is" },
	ASK_OPTION(struct label_values),
};

const struct options_spec label_options = {
	.command = "iotbpf label",
	.summary = "Tell the running agent what a device is or, with a time, what it does. It learns from that: see `iotbpf train`.",
	.operands = "DEVICE NAME",
	.details = "Without a time NAME is the device's type; it beats the model and is kept. With --from, --for or --last NAME is a function of "
		   "the device. DEVICE is its address, the beginning of it, or the type that you gave one device. T is 19:04, 19:04:30, "
		   "'2026-11-21 19:04', 2026-11-21T18:04:00Z, -90s (ago) or now. Packets are kept for 10 minutes, so a label begins no longer ago.\n\n"
		   "Examples: iotbpf label 02:00:5e:10:00:01 'Acme plug'; iotbpf label 02:00:5e switch_on --last 20s",
	.min_operands = 2,
	.max_operands = 2,
	.options = OPTIONS,
	.count = sizeof(OPTIONS) / sizeof(OPTIONS[0]),
};

static int read_time(const char *option, const char *text, int64_t now_us, int64_t *us)
{
	if (label_time_parse(text, now_us, us) == 0)
		return 0;
	log_error("--%s: '%s' is not a time; write 19:04:30, '2026-11-21 19:04', -90s or now", option, text);
	return -EINVAL;
}

/* 1: a function, from when to when; 0: a type; -EINVAL, logged. */
static int read_times(const struct label_values *v, int64_t *from_us, int64_t *to_us)
{
	int64_t now_us = time_now_us();

	if ((v->from != NULL) + (v->for_ns != 0) + (v->last_ns != 0) > 1 || (v->to && !v->from)) {
		log_error("%s", v->to && !v->from ? "--to needs --from" : "--from, --for and --last exclude each other");
		return -EINVAL;
	}
	*from_us = v->last_ns ? now_us - v->last_ns / 1000 : now_us;
	*to_us = v->for_ns ? now_us + v->for_ns / 1000 : now_us;
	if (!v->from)
		return v->for_ns || v->last_ns;
	if (read_time("from", v->from, now_us, from_us) < 0 || (v->to && read_time("to", v->to, now_us, to_us) < 0))
		return -EINVAL;
	return 1;
}

static const char *clock_text(const cJSON *answer, const char *key, char out[TIME_TEXT_SIZE])
{
	int64_t us = 0;

	label_time_parse(answer_text(answer, key), 0, &us);
	return time_format_local(us, out);
}

static void print_type(const cJSON *answer)
{
	printf("label %.0f: %s is \"%s\"", answer_number(answer, "id"), answer_text(answer, "mac"), answer_text(answer, "type"));
	if (*answer_text(answer, "previous"))
		printf(" (it was \"%s\")", answer_text(answer, "previous"));
	else if (answer_number(answer, "packets") > 0)
		printf("; its last %.0f packets are kept", answer_number(answer, "packets"));
	else
		printf("; its packets will be kept when there are any");
	printf("\n");
}

static void print_function(const cJSON *answer)
{
	char from[TIME_TEXT_SIZE], to[TIME_TEXT_SIZE];

	printf("label %.0f: %s, \"%s\" from %s to %s", answer_number(answer, "id"), answer_text(answer, "mac"), answer_text(answer, "function"),
	       clock_text(answer, "from", from), clock_text(answer, "to", to));
	if (answer_bool(answer, "open"))
		printf("; packets are kept until then\n");
	else
		printf("; %.0f packets are kept%s\n", answer_number(answer, "packets"), answer_bool(answer, "cut") ? ", older ones are gone" : "");
	if (!*answer_text(answer, "type"))
		log_warn("the device has no type yet: `iotbpf label %s TYPE` before training", answer_text(answer, "mac"));
}

static void print_label(const cJSON *answer)
{
	if (*answer_text(answer, "function"))
		print_function(answer);
	else
		print_type(answer);
}

static void print_unlabel(const cJSON *answer)
{
	printf("label %.0f is removed: %s, \"%s\"\n", answer_number(answer, "id"), answer_text(answer, "mac"),
	       *answer_text(answer, "function") ? answer_text(answer, "function") : answer_text(answer, "type"));
}

int cmd_label(int argc, char **argv)
{
	struct label_values values = { .socket = ASK_SOCKET };
	_cleanup_(buffer_free) struct buffer request = { 0 };
	struct operands operands;
	int64_t from_us, to_us;
	struct json j;
	int code = command_parse(&label_options, argc, argv, &values, &operands), timed;

	if (code >= 0)
		return code;
	timed = read_times(&values, &from_us, &to_us);
	if (timed < 0)
		return EX_USAGE;
	j = ask_begin(&request, "label");
	json_pair_str(&j, "device", operands.argv[0]);
	json_pair_str(&j, timed ? "function" : "type", operands.argv[1]);
	if (timed) {
		json_pair_i64(&j, "from_us", from_us);
		json_pair_i64(&j, "to_us", to_us);
	}
	json_end_object(&j);
	return ask_and_show(values.socket, &request, values.json, print_label, NULL);
}

static const struct option_spec UNLABEL_OPTIONS[] = {
	{ .name = "json", .letter = 'j', .kind = OPTION_FLAG, .offset = AT(json), .help = "the agent's answer as it is" },
	ASK_OPTION(struct label_values),
};

const struct options_spec unlabel_options = {
	.command = "iotbpf unlabel",
	.summary = "Remove a label and the packets that are kept for it. The model decides again where the label named a type.",
	.operands = "ID",
	.details = "ID is the number that `iotbpf labels` shows.",
	.min_operands = 1,
	.max_operands = 1,
	.options = UNLABEL_OPTIONS,
	.count = sizeof(UNLABEL_OPTIONS) / sizeof(UNLABEL_OPTIONS[0]),
};

int cmd_unlabel(int argc, char **argv)
{
	struct label_values values = { .socket = ASK_SOCKET };
	_cleanup_(buffer_free) struct buffer request = { 0 };
	struct operands operands;
	char *end;
	long long id;
	struct json j;
	int code = command_parse(&unlabel_options, argc, argv, &values, &operands);

	if (code >= 0)
		return code;
	id = strtoll(operands.argv[0], &end, 10);
	if (*end || end == operands.argv[0] || id < 1) {
		log_error("'%s' is not the number of a label: `iotbpf labels` lists them", operands.argv[0]);
		return EX_USAGE;
	}
	j = ask_begin(&request, "unlabel");
	json_pair_i64(&j, "id", id);
	json_end_object(&j);
	return ask_and_show(values.socket, &request, values.json, print_unlabel, NULL);
}
