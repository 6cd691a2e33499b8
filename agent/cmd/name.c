// SPDX-License-Identifier: BSD-2-Clause

/* iotbpf name, iotbpf merge: tell the running agent what a device is called, and which addresses are one device's. */

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/cmd/ask.h"
#include "agent/cmd/command.h"

struct name_values {
	const char *socket;
	bool json, remove;
};

#define AT(field) offsetof(struct name_values, field)
#define JSON_OPTION { .name = "json", .letter = 'j', .kind = OPTION_FLAG, .offset = AT(json), .help = "the agent's answer as it is" }

#define DEVICE_HELP \
	"DEVICE is its address, the beginning of it, its IP address or the name that it has; of several that fit none is taken."

static const struct option_spec NAME_OPTIONS[] = {
	{ .name = "remove", .kind = OPTION_FLAG, .offset = AT(remove), .help = "take your name back: what the device says of itself counts again" },
	JSON_OPTION,
	ASK_OPTION(struct name_values),
};

const struct options_spec name_options = {
	.command = "iotbpf name",
	.summary = "Tell the running agent what you call a device. It beats what the device says of itself, and is kept.",
	.operands = "DEVICE [NAME]",
	.details = DEVICE_HELP " What a device is, its type, is another matter: see `iotbpf label`.\n\n"
			       "Example: iotbpf name 02:00:5e:10:00:01 'Lamp in the kitchen'",
	.min_operands = 1,
	.max_operands = 2,
	.options = NAME_OPTIONS,
	.count = sizeof(NAME_OPTIONS) / sizeof(NAME_OPTIONS[0]),
};

static const struct option_spec MERGE_OPTIONS[] = {
	{ .name = "undo", .kind = OPTION_FLAG, .offset = AT(remove), .help = "the address is a device of its own again" },
	JSON_OPTION,
	ASK_OPTION(struct name_values),
};

const struct options_spec merge_options = {
	.command = "iotbpf merge",
	.summary = "Tell the running agent that two addresses are one device's: a made-up address, or Wi-Fi and cable.",
	.operands = "DEVICE [INTO]",
	.details = "DEVICE becomes another address of INTO and is shown as it. " DEVICE_HELP "\n\n"
		   "Example: iotbpf merge 5a:00:5e:10:00:01 'phone of Ann'; iotbpf merge --undo 5a:00:5e:10:00:01",
	.min_operands = 1,
	.max_operands = 2,
	.options = MERGE_OPTIONS,
	.count = sizeof(MERGE_OPTIONS) / sizeof(MERGE_OPTIONS[0]),
};

static void print_name(const cJSON *answer)
{
	const char *name = answer_text(answer, "name"), *source = answer_text(answer, "name_source");

	if (*name)
		printf("%s is called \"%s\" (%s)\n", answer_text(answer, "mac"), name, source);
	else
		printf("%s has no name\n", answer_text(answer, "mac"));
}

static void print_merge(const cJSON *answer)
{
	if (*answer_text(answer, "into"))
		printf("%s is another address of %s\n", answer_text(answer, "mac"), answer_text(answer, "into"));
	else
		printf("%s is a device of its own\n", answer_text(answer, "mac"));
}

static int ask_and_print(const struct name_values *v, const struct buffer *request, void (*print)(const cJSON *answer))
{
	cJSON *answer;
	int code = ask_and_show(v->socket, request, v->json, print, &answer);

	if (code != EX_OK)
		return code;
	if (!answer_bool(answer, "kept"))
		log_warn("until the agent ends: %s", answer_text(answer, "why"));
	cJSON_Delete(answer);
	return EX_OK;
}

/* Either the second operand or the option; EX_USAGE, logged, or 0. */
static int check_operands(const struct operands *operands, bool instead, const char *command, const char *wanted, const char *option)
{
	if ((operands->count == 2) != instead)
		return 0;
	log_error("%s %s and --%s: `iotbpf help %s` explains", instead ? "not both:" : "one of the two:", wanted, option, command);
	return EX_USAGE;
}

int cmd_name(int argc, char **argv)
{
	struct name_values values = { .socket = ASK_SOCKET };
	_cleanup_(buffer_free) struct buffer request = { 0 };
	struct operands operands;
	struct json j;
	int code = command_parse(&name_options, argc, argv, &values, &operands);

	if (code < 0)
		code = check_operands(&operands, values.remove, "name", "NAME", "remove") ?: -1;
	if (code >= 0)
		return code;
	j = ask_begin(&request, "name");
	json_pair_str(&j, "device", operands.argv[0]);
	json_pair_str(&j, "name", values.remove ? "" : operands.argv[1]);
	json_end_object(&j);
	return ask_and_print(&values, &request, print_name);
}

int cmd_merge(int argc, char **argv)
{
	struct name_values values = { .socket = ASK_SOCKET };
	_cleanup_(buffer_free) struct buffer request = { 0 };
	struct operands operands;
	struct json j;
	int code = command_parse(&merge_options, argc, argv, &values, &operands);

	if (code < 0)
		code = check_operands(&operands, values.remove, "merge", "INTO", "undo") ?: -1;
	if (code >= 0)
		return code;
	j = ask_begin(&request, "merge");
	json_pair_str(&j, "device", operands.argv[0]);
	if (values.remove)
		json_pair_bool(&j, "undo", true);
	else
		json_pair_str(&j, "into", operands.argv[1]);
	json_end_object(&j);
	return ask_and_print(&values, &request, print_merge);
}
