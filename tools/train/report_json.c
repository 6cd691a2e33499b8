/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "tools/train/publish.h"
#include "tools/train/report.h"

static void put_matrix(struct json *j, const char *key, const struct matrix *m)
{
	json_key(j, key);
	json_begin_object(j);
	json_pair_u64(j, "count", matrix_total(m, UINT32_MAX));
	json_pair_double(j, "accuracy", matrix_accuracy(m), 5);
	json_pair_double(j, "macro_f1", matrix_macro_f1(m), 5);
	json_pair_double(j, "macro_recall", matrix_macro_recall(m), 5);
	json_end_object(j);
}

static void put_decisions(struct json *j, const char *key, const struct study *s, const struct decisions *d)
{
	double f1, share = decisions_function(s, d, &f1);

	json_key(j, key);
	json_begin_object(j);
	put_matrix(j, "device", &d->device);
	json_pair_double(j, "family", decisions_family(s, d), 5);
	json_key(j, "function");
	json_begin_object(j);
	json_pair_double(j, "accuracy", share, 5);
	json_pair_double(j, "macro_f1", f1, 5);
	json_end_object(j);
	put_matrix(j, "both", &d->both);
	json_pair_u64(j, "undecided", d->undecided);
	json_end_object(j);
}

void report_accuracies(struct json *j, const struct validation *v)
{
	for (int g = 0; g < GROUPINGS; g++) {
		const struct results *r = &v->results[g];

		if (!r->folds)
			continue;
		json_key(j, grouping_name((enum grouping)g));
		json_begin_object(j);
		json_pair_u64(j, "folds", r->folds);
		put_decisions(j, "window", r->study, &r->window);
		if (g != GROUP_WINDOW)
			put_decisions(j, "trial", r->study, &r->trial);
		json_end_object(j);
	}
}

/* Of each device, how many decisions there are and how many are right. */
static void put_devices(struct json *j, const char *key, const struct study *s, const struct matrix *m)
{
	json_key(j, key);
	json_begin_array(j);
	for (uint32_t i = 0; i < m->classes; i++) {
		json_begin_object(j);
		json_pair_str(j, "name", s->manifest->devices.text[i]);
		json_pair_u64(j, "count", matrix_total(m, i));
		json_pair_u64(j, "right", m->cells[(size_t)i * m->classes + i]);
		json_end_object(j);
	}
	json_end_array(j);
}

static void put_by_device(struct json *j, const struct validation *v)
{
	json_key(j, "by_device");
	json_begin_object(j);
	for (int g = 0; g < GROUPINGS; g++) {
		const struct results *r = &v->results[g];

		if (!r->folds)
			continue;
		json_key(j, grouping_name((enum grouping)g));
		json_begin_object(j);
		put_devices(j, "window", r->study, &r->window.device);
		put_devices(j, "trial", r->study, &r->trial.device);
		json_end_object(j);
	}
	json_end_object(j);
}

static void put_views(struct json *j, const struct report *r)
{
	json_key(j, "views");
	json_begin_array(j);
	for (size_t i = 0; i < r->view_count; i++) {
		const struct report_view *v = &r->views[i];

		json_begin_object(j);
		if (isinf(v->view.every))
			json_pair_u64(j, "packets", v->view.packets);
		else
			json_pair_double(j, "every_s", v->view.every, 3);
		put_decisions(j, "decided", r->study, &v->decisions);
		put_devices(j, "devices", r->study, &v->decisions.device);
		json_end_object(j);
	}
	json_end_array(j);
}

static void put_labels(struct json *j, const struct report *r)
{
	const struct manifest *m = r->study->manifest;
	const struct decisions *d = &r->validation->results[GROUP_TRIAL].trial;

	json_key(j, "labels");
	json_begin_array(j);
	for (uint32_t i = 0; d->function && i < m->devices.count; i++) {
		json_begin_object(j);
		json_pair_str(j, "name", m->devices.text[i]);
		json_pair_double(j, "recall", matrix_recall(&d->device, i), 4);
		json_key(j, "functions");
		json_begin_array(j);
		for (uint32_t f = 0; f < m->functions[i].count; f++) {
			json_begin_object(j);
			json_pair_str(j, "name", m->functions[i].text[f]);
			json_pair_double(j, "recall", matrix_recall(&d->function[i], f), 4);
			json_pair_double(j, "f1", matrix_f1(&d->function[i], f), 4);
			json_end_object(j);
		}
		json_end_array(j);
		json_end_object(j);
	}
	json_end_array(j);
}

static void put_methods(struct json *j, const struct study *s)
{
	json_key(j, "tasks");
	json_begin_array(j);
	for (uint32_t i = 0; i < s->task_count; i++) {
		const struct task *t = &s->tasks[i];

		json_begin_object(j);
		json_pair_str(j, "scale", features_scale_name(t->scale));
		json_pair_str(j, "device", t->device < s->manifest->devices.count ? s->manifest->devices.text[t->device] : NULL);
		json_pair_str(j, "method", method_name(t->method));
		json_pair_double(j, "temperature", t->temperature, 4);
		json_end_object(j);
	}
	json_end_array(j);
}

int report_json(const struct report *r, const char *path)
{
	_cleanup_(buffer_free) struct buffer out = { .limit = 64u << 20 };
	struct json j = json_init(&out);

	json_begin_object(&j);
	json_pair_u64(&j, "devices", r->study->manifest->devices.count);
	json_pair_u64(&j, "trials", r->study->manifest->trials.count);
	json_pair_u64(&j, "captures", r->study->manifest->files.count);
	json_key(&j, "validation");
	json_begin_object(&j);
	report_accuracies(&j, r->validation);
	json_end_object(&j);
	put_by_device(&j, r->validation);
	put_views(&j, r);
	if (r->holdout)
		put_decisions(&j, "holdout", r->study, &r->holdout->trial);
	if (r->openset)
		openset_json(&j, r->openset);
	put_methods(&j, r->study);
	put_labels(&j, r);
	json_end_object(&j);
	buffer_append_str(&out, "\n");
	return out.failed ? log_errno_r(-ENOMEM, "%s", path) : publish_write(path, &out);
}
