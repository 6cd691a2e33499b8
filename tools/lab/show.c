/* SPDX-License-Identifier: BSD-2-Clause */
/* iotbpf-lab show: an event stream from stdin to a file, and to the terminal as text or to a pipe as it is. */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/output/render.h"
#include "tools/lab/findings.h"
#include "tools/lab/house.h"
#include "tools/lab/lab.h"

static const char *member(const cJSON *object, const char *key)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
}

static int word(const char *text, const char *const *words, int n)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(text, words[i]))
			return i;
	return 0;
}

static void fill_device(struct event *e, const cJSON *b)
{
	static const char *const actions[] = { "new", "identified", "changed", "gone" };

	e->device = (struct event_device){ .action = (enum event_device_action)word(json_text(b, "action"), actions, 4),
					   .label = member(b, "label"),
					   .label_p = json_number(b, "label_p", NAN),
					   .runner_up = member(b, "runner_up"),
					   .runner_up_p = json_number(b, "runner_up_p", NAN),
					   .previous = member(b, "previous"),
					   .level = member(b, "level"),
					   .reason = member(b, "reason") };
}

static void fill_function(struct event *e, const cJSON *b)
{
	static const char *const actions[] = { "start", "stop" };

	e->function =
		(struct event_function){ .action = (enum event_function_action)word(json_text(b, "action"), actions, 2),
					 .label = member(b, "label"),
					 .p = json_number(b, "p", NAN),
					 .p_function = json_number(b, "p_function", NAN),
					 .p_device = json_number(b, "p_device", NAN),
					 .runner_up = member(b, "runner_up"),
					 .runner_up_p = json_number(b, "runner_up_p", NAN),
					 .device_label = member(b, "device_label"),
					 .duration_s = json_number(b, "duration_s", NAN),
					 .evidence.decided_by = member(b, "decided_by") };
}

static void fill_period(struct event *e, const cJSON *b)
{
	static const char *const actions[] = { "found", "lost" };

	e->period = (struct event_period){ .action = (enum event_period_action)word(json_text(b, "action"), actions, 2),
					   .protocol = member(b, "protocol"),
					   .seconds = json_number(b, "seconds", 0),
					   .log_p = json_number(b, "log_p", NAN),
					   .support = json_number(b, "support", NAN),
					   .weak = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(b, "weak")) ? 1 : 0 };
}

/* The types that tell something about a device; others are not worth a line here. */
static bool fill(struct event *e, const cJSON *root, const struct lab_house *house)
{
	const char *type = json_text(root, "event_type");
	const cJSON *body = cJSON_GetObjectItemCaseSensitive(root, type);
	const cJSON *device = cJSON_GetObjectItemCaseSensitive(root, "device");
	int i;

	e->head = (struct event_head){ .time_us = json_time(root, "timestamp"),
				       .in_iface = member(root, "in_iface"),
				       .mac = json_mac(device),
				       .name = member(device, "name") };
	i = house ? lab_house_find(house, e->head.mac) : -1;
	if (i >= 0)
		e->head.name = house->devices[i].name;
	if (!strcmp(type, "device")) {
		e->type = EVENT_DEVICE;
		fill_device(e, body);
	} else if (!strcmp(type, "function")) {
		e->type = EVENT_FUNCTION;
		fill_function(e, body);
	} else if (!strcmp(type, "period")) {
		e->type = EVENT_PERIOD;
		fill_period(e, body);
	} else {
		return false;
	}
	return true;
}

static void print_text(const char *line, const struct lab_house *house)
{
	_cleanup_(buffer_free) struct buffer out = { 0 };
	const struct event_context context = { 0 };
	cJSON *root = cJSON_Parse(line);
	struct event e;

	if (root && fill(&e, root, house))
		event_render_text(&e, &context, &out);
	if (out.len)
		fwrite(out.data, out.len, 1, stdout);
	cJSON_Delete(root);
}

int lab_cmd_show(const struct lab_args *a)
{
	_cleanup_free_ struct lab_house *house = lab_args_house(a);
	_cleanup_fclose_ FILE *copy = a->output ? fopen(a->output, "we") : NULL;
	_cleanup_free_ char *line = NULL;
	bool terminal = isatty(STDOUT_FILENO);
	size_t room = 0;

	if (a->output && !copy)
		return log_errno_r(-errno, "cannot write %s", a->output), EX_CANTCREAT;
	/* Ctrl-C is for the sender, whose last lines are still to be shown. */
	signal(SIGINT, SIG_IGN);
	while (getline(&line, &room, stdin) > 0) {
		if (copy && (fputs(line, copy) < 0 || fflush(copy) != 0))
			return log_errno_r(-errno, "cannot write %s", a->output), EX_IOERR;
		if (terminal)
			print_text(line, house);
		else
			fputs(line, stdout);
		fflush(stdout);
	}
	return EX_OK;
}
