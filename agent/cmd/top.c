// SPDX-License-Identifier: BSD-2-Clause

/* iotbpf top: the devices and what they do, live. */

#include "agent/cmd/top.h"

#include <stddef.h>
#include <string.h>
#include <sysexits.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/cmd/ask.h"
#include "agent/cmd/command.h"
#include "agent/screen/terminal.h"

#define AT(field) offsetof(struct top_values, field)

static const char *const COLOURS[] = { "auto", "always", "never", NULL };

static const struct option_spec OPTIONS[] = {
	{ .name = "delay",
	  .letter = 'd',
	  .kind = OPTION_DURATION,
	  .offset = AT(delay_ns),
	  .argument = "TIME",
	  .help = "time between updates (1s)",
	  .min = 0.1,
	  .max = 3600 },
	{ .name = "iterations",
	  .letter = 'n',
	  .kind = OPTION_U32,
	  .offset = AT(iterations),
	  .argument = "N",
	  .help = "end after that many updates",
	  .min = 1,
	  .max = 1e9 },
	{ .name = "batch",
	  .letter = 'b',
	  .kind = OPTION_FLAG,
	  .offset = AT(batch),
	  .help = "lines of text instead of a screen" },
	{ .name = "json",
	  .letter = 'j',
	  .kind = OPTION_FLAG,
	  .offset = AT(json),
	  .help = "the agent's snapshots, one a line, all devices" },
	{ .name = "sort",
	  .letter = 's',
	  .kind = OPTION_CHOICE,
	  .offset = AT(sort),
	  .argument = "COLUMN",
	  .help = "what the list is sorted by (function)",
	  .choices = column_names },
	{ .name = "filter",
	  .letter = 'F',
	  .kind = OPTION_STRING,
	  .offset = AT(filter),
	  .argument = "WORDS",
	  .help = "only devices in which all the words are found" },
	{ .name = "color",
	  .kind = OPTION_CHOICE,
	  .offset = AT(colour),
	  .argument = "WHEN",
	  .help = "colours (auto: if NO_COLOR is not set)",
	  .choices = COLOURS },
	{ .name = "no-color",
	  .letter = 'C',
	  .kind = OPTION_FLAG,
	  .offset = AT(no_colour),
	  .help = "the same as --color never" },
	{ .name = "no-unicode",
	  .letter = 'U',
	  .kind = OPTION_FLAG,
	  .offset = AT(ascii),
	  .help = "ASCII only, also where the locale is one of UTF-8" },
	ASK_OPTION(struct top_values),
};

const struct options_spec top_options = {
	.command = "iotbpf top",
	.summary = "Show the devices and what they do, live. Keys are explained by `?`.",
	.operands = "[IFACE]",
	.details = "A client of the running agent; it needs no root, only to be let in at the socket. IFACE is a bridge, or a port of one: then "
		   "only what is behind it is shown. Where no agent watches it, top runs one "
		   "for as long as it lasts, if it may (CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON).\n\n"
		   "A filter's words are looked for everywhere, or in one thing: name: vendor: ip: mac: type: now: port:. !word must not be there.\n\n"
		   "Examples: iotbpf top; sudo iotbpf top br0; iotbpf top -b -n 1 -F 'type:camera !idle'",
	.max_operands = 1,
	.options = OPTIONS,
	.count = sizeof(OPTIONS) / sizeof(OPTIONS[0]),
};

void top_request(struct buffer *request, bool flows, uint64_t mac, int64_t delay_ms)
{
	struct json j = ask_begin(request, "snapshot");

	json_pair_bool(&j, "flows", flows);
	if (mac)
		json_pair_mac(&j, "device", mac);
	json_pair_i64(&j, "every_ms", delay_ms);
	json_end_object(&j);
	buffer_append(request, "\n", 1);
}

static int show(struct top_values *values, const char *iface)
{
	struct top_agent agent = TOP_AGENT_NONE;
	struct ui ui = UI_DEFAULTS;
	int code;

	ui.sort = (enum column)values->sort;
	ui.delay_ms = values->delay_ns / 1000000;
	edit_set(&ui.filter, values->filter ? values->filter : "");
	if (values->no_colour)
		values->colour = TERMINAL_NEVER;
	code = top_attach(&agent, values->socket, iface);
	strcpy(ui.port, agent.port);
	if (code < 0)
		code = values->batch || values->json ? top_batch(values, &agent, &ui) : top_live(values, &agent, &ui);
	top_detach(&agent);
	return code;
}

int cmd_top(int argc, char **argv)
{
	struct top_values values = { .sort = COLUMN_FUNCTION, .delay_ns = NS_PER_SECOND };
	struct operands operands;
	int code = command_parse(&top_options, argc, argv, &values, &operands);

	return code >= 0 ? code : show(&values, operands.count ? operands.argv[0] : NULL);
}
