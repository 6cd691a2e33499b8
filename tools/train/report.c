/* SPDX-License-Identifier: BSD-2-Clause */

/* The results as a table for people. */

#include <errno.h>
#include <stdio.h>

#include "agent/base/log.h"
#include "agent/output/table.h"
#include "tools/train/results.h"

static void share_cell(struct table *table, struct tally t)
{
	if (t.total)
		table_cellf(table, "%.3f", tally_share(t));
	else
		table_cell(table, "-");
}

static void label_row(struct table *table, const char *device, const char *function, const struct label_result *r)
{
	table_cell(table, device);
	table_cell(table, function);
	table_cellf(table, "%u", r->trials);
	table_cellf(table, "%u", r->windows);
	share_cell(table, r->window);
	share_cell(table, r->trial);
}

static void all_row(struct table *table, const char *what, struct tally window, struct tally trial)
{
	if (!window.total && !trial.total)
		return;
	table_cell(table, what);
	table_cell(table, "");
	table_cellf(table, "%u", trial.total);
	table_cellf(table, "%u", window.total);
	share_cell(table, window);
	share_cell(table, trial);
}

static void fill(struct table *table, const struct study *s, const struct results *r)
{
	const struct manifest *m = s->manifest;

	for (uint32_t d = 0; d < m->devices.count; d++) {
		label_row(table, m->devices.text[d], "", &r->devices[d]);
		for (uint32_t f = 0; f < m->functions[d].count; f++)
			label_row(table, "", m->functions[d].text[f], &r->functions[d][f]);
	}
	all_row(table, "= device", r->device_window, r->device_trial);
	all_row(table, "= function, device given", r->function_window, r->function_trial);
	all_row(table, "= device and function", r->both_window, r->both_trial);
	all_row(table, "= device, first 10 packets", r->early[0], (struct tally){ 0 });
	all_row(table, "= device, first 20 packets", r->early[1], (struct tally){ 0 });
}

int results_print(const struct study *s, const struct results *r, const char *title)
{
	static const struct table_column columns[] = {
		{ "device", TABLE_LEFT, true },
		{ "function", TABLE_LEFT, true },
		{ "trials", TABLE_RIGHT, false },
		{ "windows", TABLE_RIGHT, false },
		{ "right by window", TABLE_RIGHT, false },
		{ "by trial", TABLE_RIGHT, false },
	};
	_cleanup_(table_free_p) struct table *table = NULL;
	int e = table_new(columns, sizeof(columns) / sizeof(columns[0]), &table);

	if (e < 0)
		return log_errno_r(e, "cannot print the results");
	printf("%s\n", title);
	fflush(stdout);
	fill(table, s, r);
	e = table_print(table, STDOUT_FILENO);
	return e < 0 ? log_errno_r(e, "cannot print the results") : 0;
}
