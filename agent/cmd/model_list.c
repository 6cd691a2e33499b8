// SPDX-License-Identifier: BSD-2-Clause

/* iotbpf model list, show, check: what a model is. */

#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/cmd/model_actions.h"
#include "agent/output/table.h"

static const struct option_spec LIST_OPTIONS[] = { MODEL_JSON_OPTION, MODEL_SIGNATURE_OPTIONS, MODEL_STATE_OPTION };

const struct options_spec model_list_options = {
	.command = "iotbpf model list",
	.summary = "List the models of the library and the built-in one: what they know, who signed them, which one is used for what.",
	.options = LIST_OPTIONS,
	.count = MODEL_COUNT(LIST_OPTIONS),
};

static const struct table_column COLUMNS[] = {
	{ "FILE", TABLE_LEFT, false }, { "NAME", TABLE_LEFT, true },	  { "VERSION", TABLE_LEFT, false },  { "MADE", TABLE_LEFT, false },
	{ "TYPES", TABLE_RIGHT, false }, { "FUNCTIONS", TABLE_RIGHT, false }, { "SIGNED BY", TABLE_LEFT, true }, { "USE", TABLE_LEFT, false },
};

static size_t count_functions(const struct model *m)
{
	size_t n = 0;

	for (size_t i = 0; i < model_devices(m); i++)
		n += model_functions(m, i);
	return n;
}

/* A model of the list; NULL where it cannot be used, which is logged. */
struct entry {
	const char *file, *use;
	struct model *model;
	char signer[SIGNER_NAME];
};

static void add_row(struct table *table, const struct entry *e)
{
	table_cell(table, e->file);
	table_cell(table, e->model ? model_name(e->model) : "");
	table_cell(table, e->model ? model_version(e->model) : "");
	table_cellf(table, "%.10s", e->model ? model_created(e->model) : "");
	if (e->model) {
		table_cellf(table, "%zu", model_devices(e->model));
		table_cellf(table, "%zu", count_functions(e->model));
	} else {
		table_cell(table, "");
		table_cell(table, "");
	}
	table_cell(table, e->signer);
	table_cell(table, e->model ? e->use : "unusable");
}

static void put_json(struct json *j, const struct entry *e)
{
	json_begin_object(j);
	json_pair_str(j, "file", e->file);
	json_pair_bool(j, "usable", e->model != NULL);
	if (e->model) {
		json_pair_str(j, "name", model_name(e->model));
		json_pair_str(j, "version", model_version(e->model));
		json_pair_str(j, "created", *model_created(e->model) ? model_created(e->model) : NULL);
		json_pair_u64(j, "types", model_devices(e->model));
		json_pair_u64(j, "functions", count_functions(e->model));
	}
	json_pair_str(j, "signed_by", *e->signer ? e->signer : NULL);
	json_pair_str(j, "use", *e->use ? e->use : NULL);
	json_end_object(j);
	buffer_append_char(j->out, '\n', 1);
	j->comma = false;
}

static void add_model(const struct model_values *v, const struct library *library, const char *file, struct table *table, struct json *j)
{
	struct entry e = { .file = file, .use = model_use_of(library, file) };
	char path[PATH_MAX];

	library_path(library, file, path);
	if (!strcmp(file, LIBRARY_BUILT_IN)) {
		if (model_open_default(&e.model) < 0)
			return;
	} else if (signature_check(path, file, v->keys, v->require_signature, e.signer) < 0 || model_open(path, &e.model) < 0) {
		e.model = NULL;
	}
	if (v->json)
		put_json(j, &e);
	else
		add_row(table, &e);
	if (e.model)
		model_close(e.model);
}

int model_cmd_list(int argc, char **argv)
{
	struct model_values values = MODEL_DEFAULTS;
	_cleanup_(table_free_p) struct table *table = NULL;
	_cleanup_(buffer_free) struct buffer text = { 0 };
	struct json j = json_init(&text);
	struct operands operands;
	struct library library;
	char **names;
	int code = command_parse(&model_list_options, argc, argv, &values, &operands), count;

	if (code >= 0)
		return code;
	code = model_library_of(&values, &library);
	if (code != EX_OK)
		return code;
	count = library_list(&library, &names);
	if (count < 0 || table_new(COLUMNS, sizeof(COLUMNS) / sizeof(COLUMNS[0]), &table) < 0)
		return count < 0 ? model_exit(count) : EX_OSERR;
	for (int i = 0; i < count; i++)
		add_model(&values, &library, names[i], table, &j);
	add_model(&values, &library, LIBRARY_BUILT_IN, table, &j);
	library_list_free(names, count);
	if (!values.json)
		return table_print(table, STDOUT_FILENO) < 0 ? EX_OSERR : EX_OK;
	if (text.len)
		fwrite(text.data, 1, text.len, stdout);
	return text.failed ? EX_OSERR : EX_OK;
}

static const struct option_spec SHOW_OPTIONS[] = { MODEL_JSON_OPTION, MODEL_SIGNATURE_OPTIONS, MODEL_STATE_OPTION };

const struct options_spec model_show_options = {
	.command = "iotbpf model show",
	.summary = "Show what a model tells apart, how well (accuracy by grouped cross-validation), and where it comes from.",
	.operands = "[FILE]",
	.details = "FILE is a file, a model of the library, or built-in; without it, the current model.",
	.max_operands = 1,
	.options = SHOW_OPTIONS,
	.count = MODEL_COUNT(SHOW_OPTIONS),
};

const struct options_spec model_check_options = {
	.command = "iotbpf model check",
	.summary = "Check a file as `iotbpf model install` does, and change nothing: structure, features, self-test, signature.",
	.operands = "FILE",
	.min_operands = 1,
	.max_operands = 1,
	.options = SHOW_OPTIONS,
	.count = MODEL_COUNT(SHOW_OPTIONS),
};

static void put_share(struct table *table, float share)
{
	if (isnan(share))
		table_cell(table, "");
	else
		table_cellf(table, "%.3f", (double)share);
}

static const struct table_column CLASSES[] = {
	{ "TYPE", TABLE_LEFT, true }, { "FUNCTION", TABLE_LEFT, true }, { "TRIALS", TABLE_RIGHT, false }, { "WINDOWS", TABLE_RIGHT, false },
};

static void add_class(struct table *table, const char *type, const char *function, struct model_accuracy accuracy)
{
	table_cell(table, type);
	table_cell(table, function);
	put_share(table, accuracy.trial);
	put_share(table, accuracy.window);
}

static int print_classes(const struct model *m)
{
	_cleanup_(table_free_p) struct table *table = NULL;

	if (table_new(CLASSES, sizeof(CLASSES) / sizeof(CLASSES[0]), &table) < 0)
		return EX_OSERR;
	for (size_t i = 0; i < model_devices(m); i++) {
		add_class(table, model_device_name(m, i), "", model_device_accuracy(m, i));
		for (size_t k = 0; k < model_functions(m, i); k++)
			add_class(table, model_device_name(m, i), model_function_name(m, i, k), model_function_accuracy(m, i, k));
	}
	return table_print(table, STDOUT_FILENO) < 0 ? EX_OSERR : EX_OK;
}

static void print_accuracy(const char *what, struct model_accuracy a)
{
	if (!isnan(a.trial))
		printf("%-11s %.3f of trials, %.3f of windows\n", what, (double)a.trial, (double)a.window);
}

static int print_model(const struct model *m, const char *signer)
{
	printf("%s %s%s%s\n", model_name(m), model_version(m), *model_created(m) ? ", made " : "", model_created(m));
	printf("%-11s %zu types, %zu functions\n", "knows", model_devices(m), count_functions(m));
	printf("%-11s %s\n", "signed by", *signer ? signer : "nobody");
	print_accuracy("type", model_accuracy_device(m));
	print_accuracy("function", model_accuracy_function(m));
	print_accuracy("both", model_accuracy_both(m));
	if (model_knows_home(m))
		printf("%-11s it knows the home that it was trained in, not the device: features that hold addresses\n", "warning");
	printf("\nRight by grouped cross-validation, share of trials and of windows:\n");
	fflush(stdout);
	return print_classes(m);
}

static int print_card(const struct model *m)
{
	size_t size;
	const char *card = model_card(m, &size);

	fwrite(card, 1, size, stdout);
	putchar('\n');
	return EX_OK;
}

/* The model that a person named, checked; EX_OK or the exit code, logged. */
static int open_named(const struct model_values *v, const char *name, struct model **model, char signer[SIGNER_NAME])
{
	struct library library;
	char path[PATH_MAX], current[LIBRARY_NAME];
	bool inside;
	const char *state = state_directory(v->state);
	int e = library_init(&library, state ? state : "/dev/null"); /* without a library files can be looked at all the same */

	if (e < 0)
		return model_exit(e);
	if (!name)
		name = library_link(&library, LIBRARY_CURRENT, current) == 0 ? current : LIBRARY_BUILT_IN;
	*signer = '\0';
	if (!strcmp(name, LIBRARY_BUILT_IN)) {
		e = model_open_default(model);
		if (e == -ENOENT)
			log_error("no model is built in");
		return model_exit(e);
	}
	library_resolve(&library, name, path, &inside);
	e = signature_check(path, name, v->keys, v->require_signature, signer);
	return model_exit(e < 0 ? e : model_open(path, model));
}

int model_cmd_show(int argc, char **argv)
{
	struct model_values values = MODEL_DEFAULTS;
	char signer[SIGNER_NAME];
	struct operands operands;
	struct model *model;
	int code = command_parse(&model_show_options, argc, argv, &values, &operands);

	if (code >= 0)
		return code;
	code = open_named(&values, operands.count ? operands.argv[0] : NULL, &model, signer);
	if (code != EX_OK)
		return code;
	code = values.json ? print_card(model) : print_model(model, signer);
	model_close(model);
	return code;
}

int model_cmd_check(int argc, char **argv)
{
	struct model_values values = MODEL_DEFAULTS;
	char signer[SIGNER_NAME];
	struct operands operands;
	struct model *model;
	int code = command_parse(&model_check_options, argc, argv, &values, &operands);

	if (code >= 0)
		return code;
	code = open_named(&values, operands.argv[0], &model, signer);
	if (code != EX_OK)
		return code;
	if (values.json)
		print_card(model);
	else
		printf("%s: %s %s can be used; %zu types, %zu functions, signed by %s\n", operands.argv[0], model_name(model), model_version(model),
		       model_devices(model), count_functions(model), *signer ? signer : "nobody");
	model_close(model);
	return EX_OK;
}
