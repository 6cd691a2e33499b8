// SPDX-License-Identifier: BSD-2-Clause

/* iotbpf status: ask the running agent and show its answer. */

#include <cjson/cJSON.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/base/buffer.h"
#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/cmd/command.h"
#include "agent/cmd/run_internal.h"
#include "agent/output/table.h"

#define ANSWER_MAX ((size_t)1 << 20)

struct status_values {
	const char *socket;
	bool json;
};

#define AT(field) offsetof(struct status_values, field)

static const struct option_spec OPTIONS[] = {
	{ .name = "json", .letter = 'j', .kind = OPTION_FLAG, .offset = AT(json), .help = "the agent's answer as it is" },
	{ .name = "socket",
	  .kind = OPTION_STRING,
	  .offset = AT(socket),
	  .argument = "PATH",
	  .help = "where the agent listens (" STATUS_SOCKET ")" },
};

const struct options_spec status_options = {
	.command = "iotbpf status",
	.summary = "Show what the running agent sees: the hook of every port, counters, use of the tables, losses by reason.",
	.options = OPTIONS,
	.count = sizeof(OPTIONS) / sizeof(OPTIONS[0]),
};

static int connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	_cleanup_close_ int fd = -1;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	return TAKE_FD(fd);
}

static int read_answer(int fd, struct buffer *out)
{
	char chunk[4096];
	ssize_t n;

	while ((n = read(fd, chunk, sizeof(chunk))) > 0) {
		int e = out->len + (size_t)n > ANSWER_MAX ? -EMSGSIZE : buffer_append(out, chunk, (size_t)n);

		if (e < 0)
			return e;
	}
	return n < 0 ? -errno : 0;
}

static const char *text_of(const cJSON *object, const char *key)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));

	return text ? text : "";
}

static double number_of(const cJSON *object, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	return cJSON_IsNumber(item) ? item->valuedouble : 0;
}

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
		table_cell(table, text_of(port, "in_iface"));
		table_cell(table, text_of(port, "bridge"));
		table_cell(table, text_of(port, "ingress"));
		table_cell(table, text_of(port, "egress"));
		for (size_t i = 0; i < 4; i++)
			table_cellf(table, "%.0f", number_of(port, numbers[i]));
		table_cell(table, text_of(port, "note"));
	}
	return table_print(table, STDOUT_FILENO);
}

static void print_counts(const cJSON *status, const char *key, const char *title)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(status, key))
		printf("%-11s %s %.0f\n", title, item->string, item->valuedouble);
}

static void print_totals(const cJSON *status)
{
	const cJSON *devices = cJSON_GetObjectItemCaseSensitive(status, "devices");
	const cJSON *flows = cJSON_GetObjectItemCaseSensitive(status, "flows");
	const cJSON *events = cJSON_GetObjectItemCaseSensitive(status, "events");

	printf("\nframes      %.0f seen, %.0f counted\n", number_of(status, "frames"), number_of(status, "counted"));
	print_counts(status, "skipped", "skipped");
	print_counts(status, "partial", "partial");
	printf("table       %.0f of %.0f devices, %.0f of %.0f flows, %.1f MB\n", number_of(devices, "used"),
	       number_of(devices, "size"), number_of(flows, "used"), number_of(flows, "size"),
	       number_of(status, "memory_bytes") / 1e6);
	printf("missed      %.0f packets, %.0f seconds, %.0f flows without memory, %.0f netlink overflows\n",
	       number_of(status, "missed_packets"), number_of(status, "missed_seconds"),
	       number_of(status, "flows_no_memory"), number_of(status, "netlink_overflows"));
	printf("events      %.0f written, %.0f dropped, %.0f failed\n", number_of(events, "written"),
	       number_of(events, "dropped"), number_of(events, "failed"));
}

static int print_status(const char *answer)
{
	cJSON *status = cJSON_Parse(answer);
	int e;

	if (!status)
		return log_error_r(-EBADMSG, "the agent's answer is not JSON: is it of another version?");
	printf("iotbpf %s, pid %.0f, since %s, model %s\n\n", text_of(status, "version"), number_of(status, "pid"),
	       text_of(status, "since"), *text_of(status, "model") ? text_of(status, "model") : "none");
	if (cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(status, "jit")))
		printf("warning: the kernel interprets BPF programs, at many times the cost: sysctl net.core.bpf_jit_enable=1\n\n");
	fflush(stdout);
	e = print_ports(status);
	print_totals(status);
	cJSON_Delete(status);
	return e;
}

static int show(const struct status_values *values)
{
	struct buffer answer = { 0 };
	_cleanup_close_ int fd = connect_to(values->socket);
	int e;

	if (fd < 0) {
		log_error("no agent answers at %s: %s (start one: sudo iotbpf run br0)", values->socket, strerror(-fd));
		return fd == -EACCES ? EX_NOPERM : EX_UNAVAILABLE;
	}
	e = read_answer(fd, &answer);
	if (e < 0)
		log_errno_r(e, "%s: cannot read the answer", values->socket);
	else if (values->json)
		fputs(answer.data ? answer.data : "", stdout);
	else
		e = print_status(answer.data ? answer.data : "");
	buffer_free(&answer);
	return e < 0 ? EX_PROTOCOL : EX_OK;
}

int cmd_status(int argc, char **argv)
{
	struct status_values values = { .socket = STATUS_SOCKET };
	struct operands operands;
	int code = command_parse(&status_options, argc, argv, &values, &operands);

	return code >= 0 ? code : show(&values);
}
