/* SPDX-License-Identifier: BSD-2-Clause */

/* iotbpf-train: labelled captures into a model file. */

#include <errno.h>
#include <stdio.h>
#include <sysexits.h>

#include "agent/base/buffer.h"
#include "agent/base/log.h"
#include "agent/base/options.h"
#include "tools/train/dataset.h"
#include "tools/train/publish.h"

struct settings {
	const char *manifest, *root, *output, *name, *holdout, *exclude;
	int method;
	uint32_t seed, stride, windows;
};

static const char *const methods[] = {
	[METHOD_FOREST] = "forest", [METHOD_BOOST] = "boost", [METHOD_AUTO] = "auto", NULL
};

#define AT(field) offsetof(struct settings, field)
static const struct option_spec options[] = {
	{ .name = "manifest",
	  .letter = 'm',
	  .kind = OPTION_STRING,
	  .offset = AT(manifest),
	  .argument = "M.csv",
	  .help = "labels: file,mac,device,function,start,end,trial" },
	{ .name = "root",
	  .letter = 'r',
	  .kind = OPTION_STRING,
	  .offset = AT(root),
	  .argument = "DIR",
	  .help = "directory that the manifest's files are relative to (.)" },
	{ .name = "output",
	  .letter = 'o',
	  .kind = OPTION_STRING,
	  .offset = AT(output),
	  .argument = "FILE",
	  .help = "model file to write (.iotm); without it, accuracy is measured only" },
	{ .name = "method",
	  .kind = OPTION_CHOICE,
	  .offset = AT(method),
	  .argument = "METHOD",
	  .choices = methods,
	  .help = "forest, boost, or auto: the better of both by grouped validation (auto)" },
	{ .name = "seed",
	  .kind = OPTION_U32,
	  .offset = AT(seed),
	  .argument = "N",
	  .min = 0,
	  .max = INT32_MAX,
	  .help = "of everything random; the same seed gives the same bytes (1)" },
	{ .name = "stride",
	  .kind = OPTION_U32,
	  .offset = AT(stride),
	  .argument = "N",
	  .min = 1,
	  .max = 256,
	  .help = "packets from one window to the next (5)" },
	{ .name = "windows",
	  .kind = OPTION_U32,
	  .offset = AT(windows),
	  .argument = "N",
	  .min = 1,
	  .max = 100000,
	  .help = "windows of one manifest line at most; beyond that the stride grows (60)" },
	{ .name = "name",
	  .kind = OPTION_STRING,
	  .offset = AT(name),
	  .argument = "NAME",
	  .help = "of the model, in its card (the manifest's file name)" },
	{ .name = "holdout",
	  .kind = OPTION_STRING,
	  .offset = AT(holdout),
	  .argument = "TRIAL,...",
	  .help = "trials (glob patterns) not to train on; the finished model is measured on them" },
	{ .name = "exclude-device",
	  .kind = OPTION_STRING,
	  .offset = AT(exclude),
	  .argument = "NAME,...",
	  .help = "devices (glob patterns) to leave out" },
};

static const struct options_spec spec = {
	.command = "iotbpf-train",
	.summary = "train a model on labelled captures",
	.operands = NULL,
	.details = "Accuracy is measured by 5-fold cross-validation grouped by trial and printed on stdout; progress "
		   "goes to stderr.",
	.options = options,
	.count = sizeof(options) / sizeof(options[0]),
};

/* What goes from one stage to the next. */
struct job {
	const struct settings *settings;
	struct manifest manifest;
	struct dataset data;
	struct study study;
	struct results results;
	struct buffer card, image;
	enum method method;
};

static void job_free(struct job *j)
{
	results_free(&j->results);
	study_free(&j->study);
	dataset_free(&j->data);
	manifest_free(&j->manifest);
	buffer_free(&j->card);
	buffer_free(&j->image);
}

static int read_data(struct job *j)
{
	const struct settings *s = j->settings;
	struct manifest_options manifest = { .holdout = s->holdout, .exclude = s->exclude };
	struct dataset_options data = { .root = s->root, .stride = s->stride, .windows = s->windows };
	int r = manifest_read(s->manifest, &manifest, &j->manifest);

	if (r == 0)
		r = dataset_read(&j->manifest, &data, &j->data);
	if (r < 0)
		return r;
	log_info("%zu windows of %zu packets from %u captures, %u trials, %u devices", j->data.count, j->data.packets,
		 j->manifest.files.count, j->manifest.trials.count, j->manifest.devices.count);
	if (j->data.lost_times)
		log_info("%zu captures have lost their time stamps: gap features are missing there",
			 j->data.lost_times);
	if (j->data.empty)
		log_info("%zu lines of the manifest have too few packets for a window and teach nothing",
			 j->data.empty);
	return study_new(&j->manifest, &j->data, s->seed, &j->study);
}

/* Right by trial first, by window where that is equal. */
static double merit(const struct results *r)
{
	struct tally trial = r->both_trial.total ? r->both_trial : r->device_trial;
	struct tally window = r->both_window.total ? r->both_window : r->device_window;

	return (trial.total ? tally_share(trial) : 0) + (window.total ? 0.1 * tally_share(window) : 0);
}

/* Both methods on the first fold. */
static int choose_method(struct job *j)
{
	double best = -1;

	if (!j->study.folds) {
		j->method = METHOD_BOOST;
		return 0;
	}
	for (int method = METHOD_FOREST; method <= METHOD_BOOST; method++) {
		struct results results = { 0 };
		int r = study_validate(&j->study, (enum method)method, 1);

		if (r == 0)
			r = results_measure(&j->study, false, 1, &results);
		if (r == 0 && merit(&results) > best) {
			best = merit(&results);
			j->method = (enum method)method;
		}
		results_free(&results);
		if (r < 0)
			return r;
	}
	log_info("method %s does better on the first fold", methods[j->method]);
	return 0;
}

static int validate(struct job *j)
{
	int r = 0;

	j->method = (enum method)j->settings->method;
	if (j->method == METHOD_AUTO)
		r = choose_method(j);
	if (r == 0)
		r = study_validate(&j->study, j->method, j->study.folds);
	if (r < 0)
		return r;
	results_calibrate(&j->study);
	r = results_measure(&j->study, false, j->study.folds, &j->results);
	if (r == 0)
		r = results_print(&j->study, &j->results,
				  j->study.folds ? "Cross-validation, grouped by trial" :
						   "Too few trials to measure anything");
	return r;
}

static int measure_holdout(struct job *j)
{
	_cleanup_(results_free) struct results held = { 0 };
	int r = results_measure(&j->study, true, 0, &held);

	return r == 0 && held.device_trial.total ? results_print(&j->study, &held, "Trials held out") : r;
}

static int publish(struct job *j)
{
	const struct settings *s = j->settings;
	struct publish_options o = { .name = s->name ? s->name : "unnamed", .method = j->method, .stride = s->stride };
	int r = publish_card(&j->study, &j->results, &o, &j->card);

	if (r == 0)
		r = publish_image(&j->study, j->card.data, j->method, &j->image);
	if (r == 0)
		r = measure_holdout(j);
	if (r == 0)
		r = publish_write(s->output, &j->image);
	if (r == 0)
		log_info("%s: %u devices, %.1f MiB", s->output, j->manifest.devices.count,
			 (double)j->image.len / (1 << 20));
	return r;
}

static int exit_code(int r)
{
	switch (r) {
	case 0:
		return EX_OK;
	case -EINVAL:
	case -EBADMSG:
		return EX_DATAERR;
	case -ENOENT:
	case -EACCES:
	case -EISDIR:
		return EX_NOINPUT;
	default:
		return EX_SOFTWARE;
	}
}

int main(int argc, char **argv)
{
	struct settings s = { .root = ".", .method = METHOD_AUTO, .seed = 1, .stride = 5, .windows = 60 };
	_cleanup_(job_free) struct job job = { .settings = &s };
	struct operands none;
	int r = options_parse(&spec, argc, argv, &s, &none);

	if (r != 0)
		return r > 0 ? EX_OK : EX_USAGE;
	log_set_level(LOG_LEVEL_INFO);
	if (!s.manifest) {
		log_error("iotbpf-train needs --manifest FILE (see iotbpf-train --help)");
		return EX_USAGE;
	}
	if (s.output && publish_check(s.output) < 0)
		return EX_CANTCREAT;
	r = read_data(&job);
	if (r == 0)
		r = validate(&job);
	if (r == 0 && s.output)
		r = publish(&job);
	return exit_code(r);
}
