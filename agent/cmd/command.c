// SPDX-License-Identifier: BSD-2-Clause

#include "agent/cmd/command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "agent/base/log.h"
#include "agent/model/model.h"

const struct command commands[] = {
	{ "run", "watch the devices behind interfaces and bridges, live", cmd_run, &run_options },
	{ "top", "the devices and what they do, on the terminal, live", cmd_top, &top_options },
	{ "read", "do the same for capture files", cmd_read, &read_options },
	{ "plot", "draw who was active when: a page, a picture, or on the terminal", cmd_plot, &plot_options },
	{ "status", "what the running agent sees: hooks, counters, losses", cmd_status, &status_options },
	{ "devices", "list the devices, what they are and what they do", cmd_devices, &devices_options },
	{ "flows", "list what they send, by protocol", cmd_flows, &flows_options },
	{ "periods", "list what repeats, and how sure that is", cmd_periods, &periods_options },
	{ "functions", "list what they did, and when", cmd_functions, &functions_options },
	{ "events", "list what happened, or follow it", cmd_events, &events_options },
	{ "label", "say what a device is, or what it does and when", cmd_label, &label_options },
	{ "labels", "list what you said", cmd_labels, &labels_options },
	{ "unlabel", "take a label back", cmd_unlabel, &unlabel_options },
	{ "name", "say what a device is called", cmd_name, &name_options },
	{ "merge", "say which addresses are one device's", cmd_merge, &merge_options },
	{ "train", "train a model on the labels", cmd_train, &train_options },
	{ "model", "the library of models: install, roll back, check, ...", cmd_model, &model_options },
	{ "forget", "erase all that is kept of a device", cmd_forget, &forget_options },
	{ "export", "what is known as tables for researchers, without identities", cmd_export, &export_options },
	{ "import", "check an export, and say what is in it", cmd_import, &read_back_options },
	{ "doctor", "what this machine allows, and what will stay unseen", cmd_doctor, &doctor_options },
	{ "config", "check and show the configuration files", cmd_config, &config_options },
	{ "detach", "remove hooks that a killed agent left behind", cmd_detach, &detach_options },
	{ "version", "print the version", cmd_version, &version_options },
	{ "help", "explain a command", cmd_help, &help_options },
	{ NULL, NULL, NULL, NULL },
};

const struct command *command_find(const char *name)
{
	for (const struct command *c = commands; c->name; c++) {
		if (!strcmp(c->name, name))
			return c;
	}
	return NULL;
}

void command_print_all(FILE *out)
{
	fputs("usage: iotbpf COMMAND [OPTION]... [ARGUMENT]...\n\n"
	      "What every IoT device at home is, and what it is doing right now.\n\ncommands:\n",
	      out);
	for (const struct command *c = commands; c->name; c++)
		fprintf(out, "  %-9s %s\n", c->name, c->summary);
	fputs("\n`iotbpf help COMMAND` explains one. Try: sudo iotbpf run br0\n", out);
}

int command_run(int argc, char **argv)
{
	const struct command *c;

	if (argc < 2) {
		command_print_all(stderr);
		return EX_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		argv[1] = (char *)"help";
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V"))
		argv[1] = (char *)"version";
	c = command_find(argv[1]);
	if (!c) {
		log_error("%s: no such command: `iotbpf help` lists them", argv[1]);
		return EX_USAGE;
	}
	return c->main(argc - 1, argv + 1);
}

int command_parse(const struct options_spec *spec, int argc, char **argv, void *values, struct operands *operands)
{
	int r = options_parse(spec, argc, argv, values, operands);

	if (r == 0)
		return -1;
	return r > 0 ? EX_OK : r == -EINVAL ? EX_USAGE : EX_OSERR;
}

int command_model_fits(const char *name, struct model **model)
{
	if (!model_knows_home(*model))
		return 0;
	model_close(TAKE_PTR(*model));
	return log_error_r(-EPERM, "%s: knows the home that it was trained in, not the devices; train it without `--features paper`", name);
}

int command_model(const char *name, struct model **model)
{
	int r;

	*model = NULL;
	if (name && !strcmp(name, "none"))
		return 0;
	r = name ? model_open(name, model) : model_open_default(model);
	if (r == 0)
		r = command_model_fits(name ? name : "built-in model", model);
	if (r == 0 || (!name && r == -ENOENT))
		return 0;
	return r == -ENOENT || r == -EACCES || r == -EISDIR ? EX_NOINPUT : r == -ENOMEM ? EX_OSERR : EX_DATAERR;
}

const struct options_spec version_options = { .command = "iotbpf version", .summary = "Print the version." };

int cmd_version(int argc, char **argv)
{
	struct operands operands;
	int code = command_parse(&version_options, argc, argv, NULL, &operands);

	if (code >= 0)
		return code;
	puts("iotbpf " IOTBPF_VERSION);
	return EX_OK;
}
