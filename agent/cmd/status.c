// SPDX-License-Identifier: BSD-2-Clause

/* iotbpf status: ask the running agent and show its answer. */

#include <cjson/cJSON.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/base/buffer.h"
#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/cmd/ask.h"
#include "agent/cmd/command.h"
#include "agent/output/table.h"

struct status_values {
	const char *socket;
	bool json;
};

#define AT(field) offsetof(struct status_values, field)

static const struct option_spec OPTIONS[] = {
	{ .name = "json", .letter = 'j', .kind = OPTION_FLAG, .offset = AT(json), .help = "the agent's answer as it is" },
	ASK_OPTION(struct status_values),
};

const struct options_spec status_options = {
	.command = "iotbpf status",
	.summary = "Show what the running agent sees: the hook of every port, counters, use of the tables, losses by reason.",
	.options = OPTIONS,
	.count = sizeof(OPTIONS) / sizeof(OPTIONS[0]),
};

static const struct table_column PORT_COLUMNS[] = {
	{ "PORT", TABLE_LEFT, false },	      { "BRIDGE", TABLE_LEFT, false },	   { "INGRESS", TABLE_LEFT, false },
	{ "EGRESS", TABLE_LEFT, false },      { "FRAMES IN", TABLE_RIGHT, false }, { "BYTES IN", TABLE_RIGHT, false },
	{ "FRAMES OUT", TABLE_RIGHT, false }, { "BYTES OUT", TABLE_RIGHT, false }, { "NOTE", TABLE_LEFT, true },
};

static int print_ports(const cJSON *status)
{
	static const char *const numbers[] = { "in_frames", "in_bytes", "out_frames", "out_bytes" };
	_cleanup_(table_free_p) struct table *table = NULL;
	const cJSON *port;
	int e = table_new(PORT_COLUMNS, sizeof(PORT_COLUMNS) / sizeof(PORT_COLUMNS[0]), &table);

	if (e < 0)
		return e;
	cJSON_ArrayForEach(port, cJSON_GetObjectItemCaseSensitive(status, "ports"))
	{
		table_cell(table, answer_text(port, "in_iface"));
		table_cell(table, answer_text(port, "bridge"));
		table_cell(table, answer_text(port, "ingress"));
		table_cell(table, answer_text(port, "egress"));
		for (size_t i = 0; i < 4; i++)
			table_cellf(table, "%.0f", answer_number(port, numbers[i]));
		table_cell(table, answer_text(port, "note"));
	}
	return table_print(table, STDOUT_FILENO);
}

static void print_counts(const cJSON *status, const char *key, const char *title)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(status, key))
		printf("%-11s %s %.0f\n", title, item->string ? item->string : "?", item->valuedouble);
}

static void print_totals(const cJSON *status)
{
	const cJSON *devices = cJSON_GetObjectItemCaseSensitive(status, "devices");
	const cJSON *flows = cJSON_GetObjectItemCaseSensitive(status, "flows");
	const cJSON *events = cJSON_GetObjectItemCaseSensitive(status, "events");
	const cJSON *clients = cJSON_GetObjectItemCaseSensitive(status, "clients");

	printf("\nframes      %.0f seen, %.0f counted\n", answer_number(status, "frames"), answer_number(status, "counted"));
	print_counts(status, "skipped", "skipped");
	print_counts(status, "partial", "partial");
	printf("table       %.0f of %.0f devices, %.0f of %.0f flows, %.1f MB\n", answer_number(devices, "used"),
	       answer_number(devices, "size"), answer_number(flows, "used"), answer_number(flows, "size"),
	       answer_number(status, "memory_bytes") / 1e6);
	printf("missed      %.0f packets, %.0f seconds, %.0f flows without memory, %.0f netlink overflows\n",
	       answer_number(status, "missed_packets"), answer_number(status, "missed_seconds"),
	       answer_number(status, "flows_no_memory"), answer_number(status, "netlink_overflows"));
	printf("events      %.0f written, %.0f dropped, %.0f failed\n", answer_number(events, "written"),
	       answer_number(events, "dropped"), answer_number(events, "failed"));
	printf("clients     %.0f of %.0f, %.0f follow; %.0f events lost, %.0f turned away, %.0f dropped\n", answer_number(clients, "now"),
	       answer_number(clients, "most"), answer_number(clients, "following"), answer_number(clients, "events_lost"),
	       answer_number(clients, "turned_away"), answer_number(clients, "dropped"));
}

/* Since when it counts, and what outlives the agent. */
static void print_standing(const cJSON *table)
{
	double agents = answer_number(table, "agents"), hooks = answer_number(table, "pinned_hooks");

	if (!table)
		return;
	printf("counts      since %s", answer_text(table, "since"));
	if (agents > 1)
		printf(", by %.0f agents in turn", agents);
	if (!answer_bool(table, "pinned"))
		printf("; not pinned: %s\n", answer_text(table, "error"));
	else if (hooks > 0)
		printf("; pinned with %.0f hooks in %s\n", hooks, answer_text(table, "directory"));
	else
		printf("; pinned in %s\n", answer_text(table, "directory"));
}

/* What goes because it is old, or because the owner wants no more than that, is no loss. */
static void print_history(const cJSON *history)
{
	const cJSON *dropped = cJSON_GetObjectItemCaseSensitive(history, "dropped");

	if (!answer_bool(history, "kept"))
		return;
	printf("history     %.1f MB since %s, %.0f s not written yet; lost: %.0f seconds of flows, %.0f functions and periods; %.0f seconds gone by age, "
	       "%.0f by size\n",
	       answer_number(history, "bytes") / 1e6, *answer_text(history, "oldest") ? answer_text(history, "oldest") : "now",
	       answer_number(history, "unwritten_seconds"), answer_number(dropped, "no_room"), answer_number(dropped, "functions_no_room"),
	       answer_number(dropped, "age"), answer_number(dropped, "size_cap"));
	if (*answer_text(history, "error"))
		printf("warning: history is not written: %s\n", answer_text(history, "error"));
}

/* Frames that say names, and who reads them. */
static void print_names(const cJSON *names)
{
	const cJSON *frames = cJSON_GetObjectItemCaseSensitive(names, "frames"), *parser = cJSON_GetObjectItemCaseSensitive(names, "parser");
	double refused = answer_number(frames, "refused_rate") + answer_number(frames, "refused_full");

	if (!names)
		return;
	printf("names       %.0f addresses known, vendors of %s; %.0f frames copied, %.0f refused, %.0f unparsed; parser %s, %.0f restarts\n",
	       answer_number(names, "known"), *answer_text(names, "vendors") ? answer_text(names, "vendors") : "no list (install ieee-data)",
	       answer_number(frames, "copied"), refused, answer_number(frames, "unparsed"), answer_bool(parser, "runs") ? "runs" : "does not run",
	       answer_number(parser, "restarts"));
}

static void print_state(const cJSON *state)
{
	if (*answer_text(state, "directory") && !answer_bool(state, "kept"))
		printf("warning: nothing is kept over restarts: %s\n\n", answer_text(state, "error"));
}

static int print_status(const char *answer)
{
	cJSON *status = cJSON_Parse(answer);
	int e;

	if (!status)
		return log_error_r(-EBADMSG, "the agent's answer is not JSON: is it of another version?");
	if (cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(status, "ok"))) {
		log_error("%s", answer_text(status, "error"));
		cJSON_Delete(status);
		return -EBADMSG;
	}
	printf("iotbpf %s, pid %.0f, since %s, model %s\n\n", answer_text(status, "version"), answer_number(status, "pid"),
	       answer_text(status, "since"), *answer_text(status, "model") ? answer_text(status, "model") : "none");
	print_state(cJSON_GetObjectItemCaseSensitive(status, "state"));
	if (cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(status, "jit")))
		printf("warning: the kernel interprets BPF programs, at many times the cost: sysctl net.core.bpf_jit_enable=1\n\n");
	fflush(stdout);
	e = print_ports(status);
	print_totals(status);
	print_standing(cJSON_GetObjectItemCaseSensitive(status, "table"));
	print_names(cJSON_GetObjectItemCaseSensitive(status, "names"));
	print_history(cJSON_GetObjectItemCaseSensitive(status, "history"));
	cJSON_Delete(status);
	return e;
}

static int show(const struct status_values *values)
{
	_cleanup_(buffer_free) struct buffer answer = { .limit = ANSWER_MAX + 4096 };
	int e = ask_raw(values->socket, NULL, &answer);

	if (e < 0)
		return ask_explain(values->socket, e, false);
	if (!values->json)
		return print_status(answer.data) < 0 ? EX_PROTOCOL : EX_OK;
	fputs(answer.data, stdout);
	return EX_OK;
}

int cmd_status(int argc, char **argv)
{
	struct status_values values = { .socket = ASK_SOCKET };
	struct operands operands;
	int code = command_parse(&status_options, argc, argv, &values, &operands);

	return code >= 0 ? code : show(&values);
}
