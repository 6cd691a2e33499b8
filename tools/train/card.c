/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/json.h"
#include "agent/base/log.h"
#include "agent/model/image.h"
#include "tools/train/publish.h"
#include "tools/train/report.h"

static void put_accuracy(struct json *j, const char *key, double window, double trial)
{
	json_key(j, key);
	json_begin_object(j);
	json_pair_double(j, "window", window, 4);
	json_pair_double(j, "trial", trial, 4);
	json_end_object(j);
}

/* Different trials, and rows of the window scale, that a label was trained on. */
static void put_amounts(struct json *j, const struct study *s, uint32_t device, int32_t function)
{
	const struct manifest *m = s->manifest;
	const struct rows *rows = &s->data->scale[s->data->scale[FEATURES_PAPER].count ? FEATURES_PAPER : FEATURES_WINDOW];
	uint64_t trials = 0, windows = 0;

	for (size_t i = 0; i < m->count; i++) {
		const struct manifest_row *a = &m->rows[i], *b = m->rows;

		if (a->holdout || a->device != device || (function >= 0 && a->function != function))
			continue;
		while (b->trial != a->trial || b->device != a->device || (function >= 0 && b->function != a->function))
			b++;
		trials += a == b;
	}
	for (size_t i = 0; i < rows->count; i++)
		windows += !rows->samples[i].holdout && rows->samples[i].device == device &&
			   (function < 0 || rows->samples[i].function == function);
	json_pair_u64(j, "trials", trials);
	json_pair_u64(j, "windows", windows);
}

static void put_functions(struct json *j, const struct study *s, const struct results *r, uint32_t device)
{
	const struct names *functions = &s->manifest->functions[device];

	json_key(j, "functions");
	json_begin_array(j);
	for (uint32_t f = 0; f < functions->count; f++) {
		json_begin_object(j);
		json_pair_str(j, "name", functions->text[f]);
		put_amounts(j, s, device, (int32_t)f);
		json_pair_double(j, "threshold", r->function_threshold[device][f], 4);
		put_accuracy(j, "accuracy", matrix_recall(&r->window.function[device], f),
			     matrix_recall(&r->trial.function[device], f));
		json_end_object(j);
	}
	json_end_array(j);
}

/* Of two functions one may have no packets: then there is nothing to tell apart, and no model of either. */
static bool has_functions(const struct study *s, uint32_t device)
{
	for (uint32_t i = 0; i < s->task_count; i++)
		if (s->tasks[i].device == device)
			return true;
	return false;
}

static void put_devices(struct json *j, const struct study *s, const struct results *r)
{
	const struct manifest *m = s->manifest;

	json_key(j, "devices");
	json_begin_array(j);
	for (uint32_t d = 0; d < m->devices.count; d++) {
		json_begin_object(j);
		json_pair_str(j, "name", m->devices.text[d]);
		if (m->family[d])
			json_pair_str(j, "family", m->family[d]);
		put_amounts(j, s, d, -1);
		json_pair_double(j, "threshold", r->device_threshold[d], 4);
		put_accuracy(j, "accuracy", matrix_recall(&r->window.device, d), matrix_recall(&r->trial.device, d));
		if (has_functions(s, d))
			put_functions(j, s, r, d);
		json_end_object(j);
	}
	json_end_array(j);
}

static bool has_scale(const struct study *s, int scale)
{
	for (uint32_t i = 0; i < s->task_count; i++)
		if ((int)s->tasks[i].scale == scale)
			return true;
	return false;
}

static void put_scales(struct json *j, const struct study *s, const struct mix *mix)
{
	json_key(j, "scales");
	json_begin_array(j);
	for (int scale = 0; scale < FEATURES_SCALES; scale++) {
		char hash[17];

		if (!has_scale(s, scale))
			continue;
		snprintf(hash, sizeof(hash), "%016" PRIx64, features_hash((enum features_scale)scale));
		json_begin_object(j);
		json_pair_str(j, "name", features_scale_name((enum features_scale)scale));
		json_pair_u64(j, "version", features_version((enum features_scale)scale));
		json_pair_str(j, "hash", hash);
		json_pair_double(j, "weight_device", mix->weight[0][scale], 4);
		json_pair_double(j, "weight_function", mix->weight[1][scale], 4);
		json_end_object(j);
	}
	json_end_array(j);
}

static void put_calibration(struct json *j, const struct validation *v)
{
	json_key(j, "calibration");
	json_begin_object(j);
	json_pair_double(j, "device_temperature", v->mix.temperature[0], 4);
	json_pair_double(j, "function_temperature", v->mix.temperature[1], 4);
	json_end_object(j);
	json_pair_double(j, "unknown_threshold", results_unknown(&v->results[GROUP_TRIAL]), 4);
}

static void put_methods(struct json *j, const struct study *s)
{
	json_key(j, "methods");
	json_begin_object(j);
	for (uint32_t i = 0; i < s->task_count; i++) {
		const struct task *t = &s->tasks[i];
		bool first = true;
		char key[32];

		for (uint32_t k = 0; k < i; k++)
			first &= s->tasks[k].scale != t->scale ||
				 (s->tasks[k].device == IMAGE_DEVICE_MODEL) != (t->device == IMAGE_DEVICE_MODEL);
		if (!first)
			continue;
		snprintf(key, sizeof(key), "%s_%s", features_scale_name(t->scale),
			 t->device == IMAGE_DEVICE_MODEL ? "device" : "function");
		json_pair_str(j, key, method_name(t->method));
	}
	json_end_object(j);
}

static void put_training(struct json *j, const struct study *s, const struct publish_options *o)
{
	const char *slash = strrchr(s->manifest->path, '/');

	json_key(j, "training");
	json_begin_object(j);
	json_pair_str(j, "manifest", slash ? slash + 1 : s->manifest->path);
	json_pair_u64(j, "captures", s->manifest->files.count);
	json_pair_u64(j, "trials", s->manifest->trials.count);
	for (int scale = 0; scale < FEATURES_SCALES; scale++) {
		char key[32];

		snprintf(key, sizeof(key), "%ss", features_scale_name((enum features_scale)scale));
		if (s->data->scale[scale].count)
			json_pair_u64(j, key, s->data->scale[scale].count);
	}
	json_pair_u64(j, "packets", s->data->packets);
	json_pair_u64(j, "captures_without_times", s->data->lost_times);
	put_methods(j, s);
	json_pair_u64(j, "seed", s->seed);
	json_pair_u64(j, "stride", o->stride);
	json_end_object(j);
}

static void put_created(struct json *j)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");

	if (epoch && *epoch)
		json_pair_time(j, "created", strtoll(epoch, NULL, 10) * 1000000);
}

static void put_results(struct json *j, const struct study *s, const struct validation *v)
{
	const struct results *r = &v->results[GROUP_TRIAL];

	json_key(j, "accuracy");
	json_begin_object(j);
	json_pair_u64(j, "folds", r->folds);
	put_accuracy(j, "device", matrix_accuracy(&r->window.device), matrix_accuracy(&r->trial.device));
	put_accuracy(j, "function", decisions_function(s, &r->window, NULL), decisions_function(s, &r->trial, NULL));
	put_accuracy(j, "both", matrix_accuracy(&r->window.both), matrix_accuracy(&r->trial.both));
	json_end_object(j);
	json_key(j, "validation");
	json_begin_object(j);
	report_accuracies(j, v);
	json_end_object(j);
}

int publish_card(const struct study *s, const struct validation *v, const struct publish_options *o, struct buffer *out)
{
	struct json j = json_init(out);

	json_begin_object(&j);
	json_pair_str(&j, "name", o->name);
	json_pair_str(&j, "version", o->version ? o->version : IOTBPF_VERSION);
	put_created(&j);
	if (o->terms)
		json_pair_str(&j, "terms", o->terms);
	if (o->limits)
		json_pair_str(&j, "limits", o->limits);
	json_pair_bool(&j, "knows_home", s->data->scale[FEATURES_PAPER].count > 0);
	put_scales(&j, s, &v->mix);
	put_calibration(&j, v);
	put_training(&j, s, o);
	put_results(&j, s, v);
	put_devices(&j, s, &v->results[GROUP_TRIAL]);
	json_end_object(&j);
	return out->failed ? log_errno_r(-ENOMEM, "model card") : 0;
}
