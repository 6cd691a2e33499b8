// SPDX-License-Identifier: BSD-2-Clause

/* iotbpf config: check the files, show what holds and whence, print one with all options and their defaults. */

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/base/json.h"
#include "agent/base/log.h"
#include "agent/cmd/command.h"
#include "agent/cmd/run_config.h"

struct config_values {
	const char *config;
	bool json;
};

static const struct option_spec OPTIONS[] = {
	{ .name = "config",
	  .kind = OPTION_STRING,
	  .offset = offsetof(struct config_values, config),
	  .argument = "FILE|none",
	  .help = "instead of " CONFIG_FILE },
	{ .name = "json", .letter = 'j', .kind = OPTION_FLAG, .offset = offsetof(struct config_values, json), .help = "show: one JSON object" },
};

const struct options_spec config_options = {
	.command = "iotbpf config",
	.summary = "Check the configuration, show what holds and where it comes from, or print one with every option and its default.",
	.operands = "check|show|default",
	.details = "Later ones win: defaults, " CONFIG_FILE ", conf.d/*.conf beside it, variables IOTBPF_<OPTION>, the command line of `run`.\n\n"
		   "Example: iotbpf config default | sudo tee " CONFIG_FILE,
	.min_operands = 1,
	.max_operands = 1,
	.options = OPTIONS,
	.count = sizeof(OPTIONS) / sizeof(OPTIONS[0]),
};

/* What the program was told on its command line only makes no sense in a file. */
static bool is_configurable(const struct option_spec *o)
{
	return strcmp(o->name, "config") && strcmp(o->name, "duration") && strcmp(o->name, "set-aside");
}

static int print_default(void)
{
	const struct run_values defaults = RUN_DEFAULTS;
	_cleanup_(buffer_free) struct buffer out = { 0 };

	buffer_append_str(&out, "# iotbpf.conf(5): options of `iotbpf run`, by their names on its command line. What is commented out is the default.\n"
				"# `iotbpf config check` tells whether the file is right, SIGHUP makes a running agent read it again.\n\n[run]\n"
				"# the bridges and interfaces to watch, where the command line names none\n# operands = br-lan\n");
	for (size_t i = 0; i < run_options.count; i++) {
		const struct option_spec *o = &run_options.options[i];

		if (!is_configurable(o))
			continue;
		buffer_printf(&out, "\n# %s", o->help);
		buffer_append_str(&out, o->choices ? ": " : "");
		options_words(o, ", ", &out);
		buffer_printf(&out, "%s\n# %s = ", option_is_list(o) ? "; may be repeated" : "", o->name);
		options_format_value(o, &defaults, 0, &out);
		buffer_append_char(&out, '\n', 1);
	}
	fputs(out.failed ? "" : out.data, stdout);
	return out.failed ? EX_OSERR : EX_OK;
}

/* Calls @put for each value that holds, an option that may be repeated once for each. */
static void each_value(const struct config *config, const struct run_values *values,
		       void (*put)(const char *name, const char *value, const char *origin, void *user), void *user)
{
	_cleanup_(buffer_free) struct buffer text = { 0 };

	for (size_t i = 0; i < config->operand_count; i++)
		put("operands", config->operands[i], config->operands_origin, user);
	for (size_t i = 0; i < run_options.count; i++) {
		const struct option_spec *o = &run_options.options[i];

		for (size_t item = 0;; item++) {
			buffer_reset(&text);
			options_format_value(o, values, item, &text);
			if ((option_is_list(o) && !text.len) || !is_configurable(o))
				break;
			put(o->name, text.len ? text.data : "", config->origins[i], user);
			if (!option_is_list(o))
				break;
		}
	}
}

static void put_line(const char *name, const char *value, const char *origin, void *user)
{
	(void)user;
	printf("%-18s = %-28s # %s\n", name, value, origin ? origin : "default");
}

static void put_object(const char *name, const char *value, const char *origin, void *user)
{
	struct json *j = user;

	json_begin_object(j);
	json_pair_str(j, "name", name);
	json_pair_str(j, "value", value);
	json_pair_str(j, "origin", origin ? origin : "default");
	json_end_object(j);
}

static void print_json(const struct config *config, const struct run_values *values)
{
	_cleanup_(buffer_free) struct buffer out = { 0 };
	struct json j = json_init(&out);

	json_begin_object(&j);
	json_key(&j, "run");
	json_begin_array(&j);
	each_value(config, values, put_object, &j);
	json_end_array(&j);
	json_end_object(&j);
	puts(out.failed ? "{}" : out.data);
}

static int with_files(const struct config_values *v, bool show)
{
	_cleanup_(config_free) struct config config = { 0 };
	struct run_values values = RUN_DEFAULTS;
	int code = config_load(&config, v->config, &run_options, "run", run_config_sections, &values) < 0 ? EX_CONFIG : EX_OK;

	if (code == EX_OK && show && v->json)
		print_json(&config, &values);
	else if (code == EX_OK && show)
		each_value(&config, &values, put_line, NULL);
	else if (code == EX_OK)
		printf("%u %s: good\n", config.files, config.files == 1 ? "file" : "files");
	common_free(&values.common);
	return code;
}

int cmd_config(int argc, char **argv)
{
	struct config_values v = { 0 };
	struct operands operands;
	int code = command_parse(&config_options, argc, argv, &v, &operands);

	if (code >= 0)
		return code;
	if (!strcmp(operands.argv[0], "default"))
		return print_default();
	if (!strcmp(operands.argv[0], "check") || !strcmp(operands.argv[0], "show"))
		return with_files(&v, operands.argv[0][0] == 's');
	log_error("%s: not one of check, show, default", operands.argv[0]);
	return EX_USAGE;
}
