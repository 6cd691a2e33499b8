/* SPDX-License-Identifier: BSD-2-Clause */

/* The results as tables for people. */

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/output/table.h"
#include "tools/train/report.h"

#define MATRIX_MAX 40 /* classes of a matrix that is printed */

static void share_cell(struct table *table, double share)
{
	if (isnan(share))
		table_cell(table, "-");
	else
		table_cellf(table, "%.3f", share);
}

/* One column a grouping: windows of each, and trials of the main one. */
static void label_row(struct table *table, const struct validation *v, uint32_t device, int32_t function)
{
	const struct results *by_trial = &v->results[GROUP_TRIAL];
	const struct manifest *m = by_trial->study->manifest;
	const struct matrix *trials = function < 0 ? &by_trial->trial.device : &by_trial->trial.function[device];
	uint32_t class = function < 0 ? device : (uint32_t)function;

	table_cell(table, function < 0 ? m->devices.text[device] : "");
	table_cell(table, function < 0 ? "" : m->functions[device].text[function]);
	table_cellf(table, "%u", matrix_total(trials, class));
	for (int g = 0; g < GROUPINGS; g++) {
		const struct decisions *d = &v->results[g].window;

		if (v->results[g].folds)
			share_cell(table, matrix_recall(function < 0 ? &d->device : &d->function[device], class));
	}
	share_cell(table, matrix_f1(trials, class));
	share_cell(table, matrix_recall(trials, class));
}

/* What a set of decisions comes to at one stage. */
static double stage_value(const struct study *s, const struct decisions *d, int stage, bool f1)
{
	double macro, share;

	if (stage == 1) {
		share = decisions_function(s, d, &macro);
		return f1 ? macro : share;
	}
	return f1 ? matrix_macro_f1(stage ? &d->both : &d->device) : matrix_accuracy(stage ? &d->both : &d->device);
}

static void stage_row(struct table *table, const struct validation *v, int stage, bool f1)
{
	static const char *const names[] = { "= device", "= function, device given", "= device and function" };
	const struct results *main = &v->results[GROUP_TRIAL];

	if (isnan(stage_value(main->study, &main->trial, stage, false)))
		return;
	table_cellf(table, "%s%s", names[stage], f1 ? ", macro-F1" : "");
	table_cell(table, "");
	table_cellf(table, "%u", matrix_total(stage ? &main->trial.both : &main->trial.device, UINT32_MAX));
	for (int g = 0; g < GROUPINGS; g++)
		if (v->results[g].folds)
			share_cell(table, stage_value(main->study, &v->results[g].window, stage, f1));
	share_cell(table, stage_value(main->study, &main->trial, stage, true));
	share_cell(table, stage_value(main->study, &main->trial, stage, f1));
}

static size_t columns_of(const struct validation *v, struct table_column *columns)
{
	static const char *const titles[] = { "windows at random", "windows by trial", "windows by capture",
					      "windows by person" };
	size_t n = 0;

	columns[n++] = (struct table_column){ "device", TABLE_LEFT, true };
	columns[n++] = (struct table_column){ "function", TABLE_LEFT, true };
	columns[n++] = (struct table_column){ "trials", TABLE_RIGHT, false };
	for (int g = 0; g < GROUPINGS; g++)
		if (v->results[g].folds)
			columns[n++] = (struct table_column){ titles[g], TABLE_RIGHT, false };
	columns[n++] = (struct table_column){ "trials, F1", TABLE_RIGHT, false };
	columns[n++] = (struct table_column){ "trials", TABLE_RIGHT, false };
	return n;
}

static int print(struct table *table, const char *title)
{
	int e;

	printf("%s\n", title);
	fflush(stdout);
	e = table_print(table, STDOUT_FILENO);
	return e < 0 ? log_errno_r(e, "cannot print the results") : 0;
}

static int print_validation(const struct validation *v)
{
	struct table_column columns[6 + GROUPINGS];
	_cleanup_(table_free_p) struct table *table = NULL;
	const struct results *main = &v->results[GROUP_TRIAL];
	char title[96];

	if (!main->folds) {
		puts("Too few trials to measure anything");
		return 0;
	}
	if (table_new(columns, columns_of(v, columns), &table) < 0)
		return log_errno_r(-ENOMEM, "cannot print the results");
	for (uint32_t d = 0; d < main->study->manifest->devices.count; d++) {
		label_row(table, v, d, -1);
		for (uint32_t f = 0; f < main->study->manifest->functions[d].count; f++)
			label_row(table, v, d, (int32_t)f);
	}
	for (int stage = 0; stage < 3; stage++)
		for (int f1 = 0; f1 < 2; f1++)
			stage_row(table, v, stage, f1);
	snprintf(title, sizeof(title), "Cross-validation in %u folds: share that is right (recall)", main->folds);
	return print(table, title);
}

static void print_line(const char *what, double share, const char *note)
{
	if (!isnan(share))
		printf("%-34s %.4f%s\n", what, share, note);
}

static void print_views(const struct report *r)
{
	for (size_t i = 0; i < r->view_count; i++) {
		const struct report_view *v = &r->views[i];
		char what[64], note[64];

		if (isinf(v->view.every))
			snprintf(what, sizeof(what), "= device, first %u packets", v->view.packets);
		else
			snprintf(what, sizeof(what), "= device, every %.0f s", v->view.every);
		snprintf(note, sizeof(note), ", macro recall %.4f, families %.4f", matrix_macro_recall(&v->decisions.device),
			 decisions_family(r->study, &v->decisions));
		print_line(what, matrix_accuracy(&v->decisions.device), note);
	}
	for (int g = GROUP_CAPTURE; g < GROUPINGS; g++) {
		const struct results *by = &r->validation->results[g];

		if (!by->folds)
			continue;
		printf("trials, grouped by %s:\n", grouping_name((enum grouping)g));
		print_line("  device", matrix_accuracy(&by->trial.device), "");
		print_line("  function, device given", decisions_function(r->study, &by->trial, NULL), "");
		print_line("  device and function", matrix_accuracy(&by->trial.both), "");
	}
	print_line("= families, by trial", decisions_family(r->study, &r->validation->results[GROUP_TRIAL].trial), "");
}

static void print_holdout(const struct report *r)
{
	const struct decisions *d = &r->holdout->trial;

	if (!matrix_total(&d->device, UINT32_MAX))
		return;
	printf("Trials held out: %u\n", matrix_total(&d->device, UINT32_MAX));
	print_line("  device", matrix_accuracy(&d->device), "");
	print_line("  families", decisions_family(r->study, d), "");
	print_line("  function, device given", decisions_function(r->study, d, NULL), "");
	print_line("  device and function", matrix_accuracy(&d->both), "");
	print_line("  device, by window", matrix_accuracy(&r->holdout->window.device), "");
}

static int print_matrix(const struct matrix *m, char *const *names, const char *title)
{
	_cleanup_free_ struct table_column *columns = calloc(m->classes + 2, sizeof(*columns));
	_cleanup_free_ char *numbers = calloc(m->classes + 1, 12);
	_cleanup_(table_free_p) struct table *table = NULL;

	if (!columns || !numbers)
		return log_errno_r(-ENOMEM, "cannot print the results");
	columns[0] = (struct table_column){ "", TABLE_RIGHT, false };
	columns[1] = (struct table_column){ "true \\ told", TABLE_LEFT, true };
	for (uint32_t c = 0; c < m->classes; c++) {
		snprintf(numbers + 12 * (size_t)c, 12, "%u", c + 1);
		columns[c + 2] = (struct table_column){ numbers + 12 * (size_t)c, TABLE_RIGHT, false };
	}
	if (table_new(columns, m->classes + 2, &table) < 0)
		return log_errno_r(-ENOMEM, "cannot print the results");
	for (uint32_t a = 0; a < m->classes; a++) {
		table_cellf(table, "%u", a + 1);
		table_cell(table, names[a]);
		for (uint32_t b = 0; b < m->classes; b++)
			if (m->cells[a * m->classes + b])
				table_cellf(table, "%u", m->cells[a * m->classes + b]);
			else
				table_cell(table, "");
	}
	return print(table, title);
}

static int print_matrices(const struct report *r)
{
	const struct manifest *m = r->study->manifest;
	const struct decisions *d = &r->validation->results[GROUP_TRIAL].trial;
	int e = 0;

	if (d->device.classes > 1 && d->device.classes <= MATRIX_MAX)
		e = print_matrix(&d->device, m->devices.text, "Confusion of devices, trials");
	for (uint32_t i = 0; e == 0 && i < m->devices.count; i++)
		if (d->function[i].classes > 1 && d->function[i].classes <= MATRIX_MAX) {
			char title[256];

			snprintf(title, sizeof(title), "Confusion of functions, trials: %s", m->devices.text[i]);
			e = print_matrix(&d->function[i], m->functions[i].text, title);
		}
	return e;
}

int report_text(const struct report *r)
{
	int e = print_validation(r->validation);

	if (e < 0)
		return e;
	print_views(r);
	if (r->openset)
		openset_print(r->openset);
	if (r->holdout)
		print_holdout(r);
	return r->matrices ? print_matrices(r) : 0;
}
