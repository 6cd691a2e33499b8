/* SPDX-License-Identifier: BSD-2-Clause */

/* iotbpf-train: labelled captures into a model file. */

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <sysexits.h>

#include "agent/base/buffer.h"
#include "agent/base/log.h"
#include "tools/train/learnable.h"
#include "tools/train/publish.h"
#include "tools/train/report.h"
#include "tools/train/settings.h"

#define VIEWS_MAX 16

/* What goes from one stage to the next. */
struct job {
	const struct settings *settings;
	struct manifest manifest;
	struct dataset data;
	struct study study;
	struct validation validation;
	struct report_view views[VIEWS_MAX];
	size_t view_count;
	struct openset openset;
	struct results holdout;
	struct buffer card, image;
};

static void job_free(struct job *j)
{
	for (size_t i = 0; i < j->view_count; i++)
		decisions_free(&j->study, &j->views[i].decisions);
	openset_free(&j->openset);
	results_free(&j->holdout);
	validation_free(&j->validation);
	study_free(&j->study);
	dataset_free(&j->data);
	manifest_free(&j->manifest);
	buffer_free(&j->card);
	buffer_free(&j->image);
}

static void tell_data(const struct job *j)
{
	const struct rows *scale = j->data.scale;

	log_info("%u captures, %u trials, %u devices, %zu packets: %zu windows, %zu bursts, %zu rhythms, %zu sessions",
		 j->manifest.files.count, j->manifest.trials.count, j->manifest.devices.count, j->data.packets,
		 scale[FEATURES_WINDOW].count + scale[FEATURES_PAPER].count, scale[FEATURES_BURST].count,
		 scale[FEATURES_RHYTHM].count, scale[FEATURES_SESSION].count);
	if (j->data.lost_times)
		log_info("%zu captures have lost their time stamps: features that rest on times are missing there",
			 j->data.lost_times);
	if (j->data.empty)
		log_info("%zu lines of the manifest have too few packets for a window", j->data.empty);
}

static int read_data(struct job *j)
{
	const struct settings *s = j->settings;
	const struct manifest_options manifest = { .root = s->root,
						   .holdout = s->holdout,
						   .exclude = s->exclude,
						   .families = s->families,
						   .types = s->types };
	const struct dataset_options data = {
		.root = s->root, .paper = s->features == 1, .stride = s->stride, .windows = s->windows
	};
	int r = manifest_read(s->manifest, &manifest, &j->manifest);

	if (r == 0)
		r = dataset_read(&j->manifest, &data, &j->data);
	if (r < 0)
		return r;
	tell_data(j);
	r = learnable_functions(&j->manifest, &j->data);
	if (r < 0)
		return r;
	r = study_new(&j->manifest, &j->data, s->seed, &j->study);
	j->study.strict = s->strict;
	return r;
}

static int measure_view(struct job *j, const struct view *view)
{
	struct report_view *v = &j->views[j->view_count];
	int r = decisions_new(&j->study, &v->decisions);

	v->view = *view;
	j->view_count++;
	if (r < 0)
		return log_errno_r(r, "measuring");
	return decisions_view(&j->study, view, j->validation.mixes, &v->decisions);
}

/* The next number of a list with commas between; NaN where it is none from 1 to 1e9. */
static double next_number(const char **list)
{
	char *end;
	double number = strtod(*list, &end);
	bool good = end != *list && number >= 1 && number <= 1e9 && (!*end || *end == ',');

	*list = *end ? end + 1 : end;
	return good ? number : NAN;
}

/* A list of numbers, each a view of the first so many packets or of pieces of so many seconds. */
static int measure_views(struct job *j, const char *list, bool packets)
{
	int r = 0;

	while (r == 0 && list && *list && j->study.folds.count) {
		double number = next_number(&list);
		const struct view view = { .packets = packets ? (uint32_t)number : UINT32_MAX,
					   .every = packets ? INFINITY : number };

		r = measure_view(j, &view);
	}
	return r;
}

/* Asked before minutes are spent on what comes first. */
static bool are_numbers(const char *option, const char *list)
{
	const char *rest = list;

	for (int n = 0; rest && *rest; n++) {
		if (n < VIEWS_MAX / 2 && !isnan(next_number(&rest)))
			continue;
		log_error("--%s takes up to %d numbers from 1 on, with commas between: \"%s\"", option, VIEWS_MAX / 2, list);
		return false;
	}
	return true;
}

static int validate_all(struct job *j)
{
	const struct validate_options o = { .method = (enum method)j->settings->method,
					    .folds = j->settings->folds,
					    .by = j->settings->by };
	int r = validate(&j->study, &o, &j->validation);

	if (r == 0)
		r = measure_views(j, j->settings->first, true);
	if (r == 0)
		r = measure_views(j, j->settings->every, false);
	return r;
}

static int publish(struct job *j)
{
	const struct settings *s = j->settings;
	const struct publish_options o = { .name = s->name ? s->name : "unnamed",
					   .stride = s->stride,
					   .terms = s->terms,
					   .version = s->version,
					   .limits = s->limits };
	int r = publish_card(&j->study, &j->validation, &o, &j->card);

	if (r == 0)
		r = publish_image(&j->study, j->card.data, &j->image);
	if (r == 0)
		r = results_measure(&j->study, &j->validation.mix, true, &j->holdout);
	if (r == 0)
		r = publish_write(s->output, &j->image);
	if (r == 0)
		log_info("%s: %u devices, %.1f MiB", s->output, j->manifest.devices.count,
			 (double)j->image.len / (1 << 20));
	return r;
}

static int report(const struct job *j)
{
	const struct settings *s = j->settings;
	const struct report report = { .study = &j->study,
				       .validation = &j->validation,
				       .views = j->views,
				       .view_count = j->view_count,
				       .openset = j->openset.study ? &j->openset : NULL,
				       .holdout = j->holdout.study ? &j->holdout : NULL,
				       .matrices = s->matrices };
	int r = report_text(&report);

	if (r == 0 && s->report)
		r = report_html(&report, s->report);
	return r == 0 && s->json ? report_json(&report, s->json) : r;
}

/* What writes over the answers of the validation comes last. */
static int work(struct job *j)
{
	int r = read_data(j);

	if (r == 0)
		r = validate_all(j);
	if (r == 0 && j->settings->output)
		r = publish(j);
	if (r == 0 && j->settings->open_set)
		r = openset_measure(&j->study, &j->validation.mix, &j->openset);
	return r == 0 ? report(j) : r;
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

static bool can_write(const struct settings *s)
{
	return (!s->output || publish_check(s->output) == 0) && (!s->report || publish_check(s->report) == 0) &&
	       (!s->json || publish_check(s->json) == 0);
}

int main(int argc, char **argv)
{
	struct settings s = SETTINGS_DEFAULT;
	_cleanup_(job_free) struct job job = { .settings = &s };
	struct operands none;
	int r = options_parse(&settings_spec, argc, argv, &s, &none);

	if (r != 0)
		return r > 0 ? EX_OK : EX_USAGE;
	log_set_level(LOG_LEVEL_INFO);
	if (!s.manifest) {
		log_error("iotbpf-train needs --manifest FILE (see iotbpf-train --help)");
		return EX_USAGE;
	}
	if (!are_numbers("first", s.first) || !are_numbers("every", s.every))
		return EX_USAGE;
	return can_write(&s) ? exit_code(work(&job)) : EX_CANTCREAT;
}
