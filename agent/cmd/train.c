// SPDX-License-Identifier: BSD-2-Clause

/* iotbpf train: the stored labels, and captures if there are any, through iotbpf-train into a model. */

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <time.h>

#include "agent/base/cleanup.h"
#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/cmd/command.h"
#include "agent/cmd/run_state.h"
#include "agent/cmd/train_export.h"
#include "agent/cmd/train_run.h"
#include "agent/model/model.h"

struct train_values {
	const char *state, *output, *name, *with, *root, *export;
};

#define AT(field) offsetof(struct train_values, field)

static const struct option_spec OPTIONS[] = {
	{ .name = "output",
	  .letter = 'o',
	  .kind = OPTION_STRING,
	  .offset = AT(output),
	  .argument = "FILE",
	  .help = "model to write (NAME.iotm in this directory)" },
	{ .name = "name", .kind = OPTION_STRING, .offset = AT(name), .argument = "NAME", .help = "of the model (home)" },
	{ .name = "with",
	  .kind = OPTION_STRING,
	  .offset = AT(with),
	  .argument = "M.csv",
	  .help = "labelled captures to train on too: file,mac,device,function,start,end,trial" },
	{ .name = "root",
	  .letter = 'r',
	  .kind = OPTION_STRING,
	  .offset = AT(root),
	  .argument = "DIR",
	  .help = "directory that its files are relative to (its own)" },
	{ .name = "export",
	  .kind = OPTION_STRING,
	  .offset = AT(export),
	  .argument = "DIR",
	  .help = "only write the labels and their packets there, to train elsewhere" },
	{ .name = "state", .kind = OPTION_STRING, .offset = AT(state), .argument = "DIR", .help = "where the labels are (" STATE_DIRECTORY ")" },
};

const struct options_spec train_options = {
	.command = "iotbpf train",
	.summary = "Train a model on the labels that you gave and the packets that the agent kept for them. No capture is needed.",
	.operands = "[-- ARGUMENT...]",
	.details = "Runs iotbpf-train, which takes the ARGUMENTs (see `iotbpf-train --help`). What is labelled is learned anew each time, so labels "
		   "add up. `iotbpf model install` puts the model to use.\n\nExample: iotbpf train && sudo iotbpf model install home.iotm",
	.max_operands = -1,
	.options = OPTIONS,
	.count = sizeof(OPTIONS) / sizeof(OPTIONS[0]),
};

static int exit_of(int e)
{
	switch (e) {
	case -EACCES:
	case -EPERM:
		return EX_NOPERM;
	case -ENOENT:
		return EX_NOINPUT;
	case -ENODATA:
	case -EUCLEAN:
	case -EBADMSG:
	case -EINVAL:
	case -EPROTONOSUPPORT:
		return EX_DATAERR;
	default:
		return EX_IOERR;
	}
}

static int export_labels(const struct train_values *v, const char *to, struct train_export *done)
{
	const char *state = state_directory(v->state);
	struct store store = { .db = NULL };
	int e;

	if (!state)
		return log_error_r(-ENOENT, "there is no state directory to read labels from: --state names one");
	e = store_open(&store, state, true);
	if (e < 0)
		log_error("%s", store.why);
	else
		e = train_export(&store, to, done);
	store_close(&store);
	return e;
}

static int only_export(const struct train_values *v)
{
	struct train_export done;
	int e = mkdir(v->export, 0755) < 0 ? log_errno_r(-errno, "%s", v->export) : export_labels(v, v->export, &done);

	if (e < 0)
		return exit_of(e);
	printf("%s/" TRAIN_MANIFEST ": %zu types, %zu functions, %zu pieces of evidence, %zu packets\n", v->export, done.devices,
	       done.functions, done.rows, done.packets);
	return EX_OK;
}

static bool knows(const struct model *m, const char *type)
{
	for (size_t i = 0; i < model_devices(m); i++) {
		if (!strcmp(model_device_name(m, i), type))
			return true;
	}
	return false;
}

/* What the model that runs now tells apart and the new one does not: nobody should find out from the events. */
static void tell_lost(const struct train_values *v, const struct model *fresh)
{
	const char *state = state_directory(v->state);
	struct model *now = NULL;
	struct library library;
	char path[PATH_MAX];
	size_t lost = 0;

	if (!state || library_init(&library, state) < 0)
		return;
	library_path(&library, LIBRARY_CURRENT, path);
	if (access(path, R_OK) < 0 || model_open(path, &now) < 0)
		model_open_default(&now);
	for (size_t i = 0; now && i < model_devices(now); i++)
		lost += !knows(fresh, model_device_name(now, i));
	if (lost)
		printf("It does not know %zu of the %zu types of the present model, %s: no evidence of them is stored. Run it beside that one "
		       "(iotbpf model install --shadow), or add captures (--with).\n",
		       lost, model_devices(now), model_name(now));
	if (now)
		model_close(now);
}

static int tell_model(const struct train_values *v)
{
	struct model *m;
	size_t functions = 0;

	if (model_open(v->output, &m) < 0)
		return EX_SOFTWARE;
	printf("\n%s knows %zu types:", v->output, model_devices(m));
	for (size_t i = 0; i < model_devices(m); i++) {
		functions += model_functions(m, i);
		printf("%s %s", i ? "," : "", model_device_name(m, i));
	}
	printf("; %zu functions.\n", functions);
	tell_lost(v, m);
	model_close(m);
	return EX_OK;
}

/* Models of one home follow each other, and the library keeps them apart by this. */
static void make_version(char out[TIME_TEXT_SIZE])
{
	time_t now = time(NULL);
	char epoch[32];
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(out, TIME_TEXT_SIZE, "%Y%m%dT%H%M%SZ", &tm);
	snprintf(epoch, sizeof(epoch), "%lld", (long long)now);
	setenv("SOURCE_DATE_EPOCH", epoch, 0); /* the trainer dates models by it, and by nothing else */
}

/* In a directory of its own, which goes whatever happens. */
static int train(const struct train_values *v, const struct operands *arguments)
{
	const char *tmp = getenv("TMPDIR");
	char work[PATH_MAX], version[TIME_TEXT_SIZE];
	struct train_export done;
	int code, e;

	snprintf(work, sizeof(work), "%s/iotbpf-train-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	e = mkdtemp(work) ? 0 : log_errno_r(-errno, "%s", work);

	if (e < 0)
		return EX_CANTCREAT;
	make_version(version);
	e = export_labels(v, work, &done);
	if (e == 0 && v->with)
		e = train_add_captures(work, v->with, v->root);
	if (e < 0) {
		code = exit_of(e);
	} else {
		const struct train_run run = { work, v->with ? "/" : work, v->output, v->name, version, arguments };

		log_info("%zu types, %zu functions, %zu pieces of evidence, %zu packets", done.devices, done.functions, done.rows, done.packets);
		code = train_run(&run);
	}
	train_remove(work);
	return code == EX_OK ? tell_model(v) : code;
}

int cmd_train(int argc, char **argv)
{
	struct train_values values = { .name = "home" };
	_cleanup_free_ char *output = NULL;
	struct operands operands;
	int code = command_parse(&train_options, argc, argv, &values, &operands);

	if (code >= 0)
		return code;
	if (values.export)
		return only_export(&values);
	if (!values.output) {
		if (asprintf(&output, "%s" LIBRARY_SUFFIX, values.name) < 0)
			return EX_OSERR;
		values.output = output;
	}
	return train(&values, &operands);
}
