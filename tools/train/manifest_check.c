/* SPDX-License-Identifier: BSD-2-Clause */

/* What only all lines of a manifest together tell. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "tools/train/manifest_internal.h"

static int check_file(const struct manifest *m, const char *root, uint32_t file)
{
	_cleanup_free_ char *path = NULL;
	const struct manifest_row *row = m->rows;

	if (asprintf(&path, "%s/%s", root, m->files.text[file]) < 0)
		return log_errno_r(-ENOMEM, "%s", m->path);
	while (row < m->rows + m->count && row->file != file)
		row++;
	if (row == m->rows + m->count || access(path, R_OK) == 0)
		return 0;
	return log_errno_r(-errno, "%s:%u: %s", m->path, row->line, path);
}

/* Rows of one device in one file lie side by side, by their beginnings. */
static int by_place(const void *a, const void *b)
{
	const struct manifest_row *x = *(const struct manifest_row *const *)a;
	const struct manifest_row *y = *(const struct manifest_row *const *)b;

	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	if (x->mac != y->mac)
		return x->mac < y->mac ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

static int check_overlaps(const struct manifest *m, const struct manifest_row *const *sorted)
{
	for (size_t i = 1; i < m->count; i++) {
		const struct manifest_row *a = sorted[i - 1], *b = sorted[i];

		if (a->file == b->file && a->mac == b->mac && b->start < a->end)
			return log_error_r(-EINVAL, "%s:%u: the interval overlaps the one of line %u, of the same device",
					   m->path, b->line > a->line ? b->line : a->line,
					   b->line > a->line ? a->line : b->line);
	}
	return 0;
}

/* Rows of one class lie side by side. */
static int by_device(const void *a, const void *b)
{
	const struct manifest_row *x = *(const struct manifest_row *const *)a;
	const struct manifest_row *y = *(const struct manifest_row *const *)b;

	if (x->device != y->device)
		return x->device < y->device ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

static int by_function(const void *a, const void *b)
{
	const struct manifest_row *x = *(const struct manifest_row *const *)a;
	const struct manifest_row *y = *(const struct manifest_row *const *)b;

	if (x->device == y->device && x->function != y->function)
		return x->function < y->function ? -1 : 1;
	return by_device(a, b);
}

static bool same_class(const struct manifest_row *a, const struct manifest_row *b, bool functions)
{
	return a->device == b->device && (!functions || a->function == b->function);
}

static int refuse_class(const struct manifest *m, const struct manifest_row *row, bool functions)
{
	const char *device = m->devices.text[row->device];

	if (!functions)
		return log_error_r(-EINVAL,
				   "%s:%u: device \"%s\" has a single trial: nothing is left to test on; add another, "
				   "or leave it out: --exclude-device",
				   m->path, row->line, device);
	return log_error_r(-EINVAL,
			   "%s:%u: function \"%s\" of \"%s\" has a single trial: nothing is left to test on; add "
			   "another, or leave it out: --exclude-device '%s/%s'",
			   m->path, row->line, m->functions[row->device].text[row->function], device, device,
			   m->functions[row->device].text[row->function]);
}

/* Every class needs two trials that are not held out. */
static int check_trials(const struct manifest *m, const struct manifest_row *const *sorted, bool functions)
{
	for (size_t i = 0, end; i < m->count; i = end) {
		const struct manifest_row *first = NULL;
		bool several = false;

		for (end = i; end < m->count && same_class(sorted[end], sorted[i], functions); end++) {
			if (sorted[end]->holdout)
				continue;
			first = first ? first : sorted[end];
			several |= sorted[end]->trial != first->trial;
		}
		if (!several && (!functions || sorted[i]->function >= 0))
			return refuse_class(m, first ? first : sorted[i], functions);
	}
	return 0;
}

int manifest_check(const struct manifest *m, const char *root)
{
	_cleanup_free_ const struct manifest_row **sorted = calloc(m->count, sizeof(*sorted));
	int r = 0;

	if (!sorted)
		return log_errno_r(-ENOMEM, "%s", m->path);
	for (size_t i = 0; i < m->count; i++)
		sorted[i] = &m->rows[i];
	for (uint32_t file = 0; r == 0 && file < m->files.count; file++)
		r = check_file(m, root, file);
	qsort(sorted, m->count, sizeof(*sorted), by_place);
	if (r == 0)
		r = check_overlaps(m, sorted);
	qsort(sorted, m->count, sizeof(*sorted), by_device);
	if (r == 0)
		r = check_trials(m, sorted, false);
	qsort(sorted, m->count, sizeof(*sorted), by_function);
	return r == 0 ? check_trials(m, sorted, true) : r;
}
