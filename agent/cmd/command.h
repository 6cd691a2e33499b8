/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_COMMAND_H
#define AGENT_CMD_COMMAND_H

#include <stdio.h>

#include "agent/base/options.h"

/* A sub-command. `main` gets argv from the command's name on and returns the exit code (sysexits). */
struct command {
	const char *name;
	const char *summary;
	int (*main)(int argc, char **argv);
	const struct options_spec *options;
};

/** commands - all of them, a NULL name at the end */
extern const struct command commands[];

/** command_find - NULL where there is no such command */
const struct command *command_find(const char *name);

/** command_print_all - the list of commands, a line each */
void command_print_all(FILE *out);

/** command_run - dispatch argv of the program; returns the exit code */
int command_run(int argc, char **argv);

/** command_parse - options_parse() with the exit code that belongs to its result; -1: go on */
int command_parse(const struct options_spec *spec, int argc, char **argv, void *values, struct operands *operands);

struct model;

/**
 * command_model - the model that --model names: a file, "none", or NULL for the built-in one
 *
 * Returns 0 and *@model (NULL for none), or the exit code after logging.
 */
int command_model(const char *name, struct model **model);

/**
 * command_model_fits - is it of use in any home? One that was trained on addresses and ports is not
 *
 * Returns 0, or -EPERM: logged, with @name, and *@model closed.
 */
int command_model_fits(const char *name, struct model **model);

int cmd_run(int argc, char **argv);
int cmd_top(int argc, char **argv);
int cmd_read(int argc, char **argv);
int cmd_plot(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_devices(int argc, char **argv);
int cmd_flows(int argc, char **argv);
int cmd_periods(int argc, char **argv);
int cmd_functions(int argc, char **argv);
int cmd_events(int argc, char **argv);
int cmd_label(int argc, char **argv);
int cmd_labels(int argc, char **argv);
int cmd_unlabel(int argc, char **argv);
int cmd_name(int argc, char **argv);
int cmd_merge(int argc, char **argv);
int cmd_train(int argc, char **argv);
int cmd_model(int argc, char **argv);
int cmd_forget(int argc, char **argv);
int cmd_export(int argc, char **argv);
int cmd_import(int argc, char **argv);
int cmd_config(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_detach(int argc, char **argv);
int cmd_version(int argc, char **argv);
int cmd_help(int argc, char **argv);

extern const struct options_spec devices_options, flows_options, periods_options, functions_options, events_options, export_options,
	read_back_options, forget_options;
extern const struct options_spec run_options, top_options, read_options, plot_options, status_options, label_options, labels_options, unlabel_options, name_options, merge_options, train_options,
	model_options, config_options, doctor_options, detach_options, version_options, help_options;

#endif
