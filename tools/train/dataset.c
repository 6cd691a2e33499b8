/* SPDX-License-Identifier: BSD-2-Clause */

#include "tools/train/dataset.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/features/features.h"
#include "agent/features/window.h"
#include "tools/train/progress.h"
#include "tools/train/trace.h"

static const size_t partial[] = { FEATURES_MIN_WINDOW, 10, 15, 20, 25 };

/* One capture while it is cut up. */
struct cutter {
	const struct manifest *manifest;
	const struct dataset_options *options;
	struct dataset *out;
	struct trace_times times;
};

void dataset_free(struct dataset *d)
{
	free(d->x);
	free(d->samples);
	*d = (struct dataset){ 0 };
}

static int make_room(struct dataset *d)
{
	size_t room = d->room ? 2 * d->room : 1024;
	struct sample *samples;
	float *x;

	if (d->count < d->room)
		return 0;
	samples = reallocarray(d->samples, room, sizeof(*samples));
	if (!samples)
		return -ENOMEM;
	d->samples = samples;
	x = reallocarray(d->x, room * features_count(FEATURES_WINDOW), sizeof(*x));
	if (!x)
		return -ENOMEM;
	d->x = x;
	d->room = room;
	return 0;
}

/* `function` is the row's, or -1 for a window that is not within it alone. */
static int add_window(struct cutter *c, uint32_t row_number, int32_t function, const struct iot_packet *packets,
		      size_t n)
{
	const struct manifest_row *row = &c->manifest->rows[row_number];
	struct dataset *d = c->out;
	float *x;
	int r = make_room(d);

	if (r < 0)
		return r;
	d->samples[d->count] = (struct sample){ .row = row_number,
						.device = row->device,
						.function = function,
						.trial = row->trial,
						.packets = (uint16_t)n,
						.holdout = row->holdout };
	x = d->x + d->count++ * features_count(FEATURES_WINDOW);
	features_window(packets, n, x);
	if (c->times.lost)
		features_forget_times(FEATURES_WINDOW, x);
	return 0;
}

/* Where the windows of n packets begin: every so many packets. */
static size_t stride_of(const struct cutter *c, size_t n)
{
	size_t last = n > IOT_WINDOW ? n - IOT_WINDOW : 0;

	return last / c->options->stride < c->options->windows ? c->options->stride : last / c->options->windows + 1;
}

static int cut_windows(struct cutter *c, uint32_t row_number, const struct iot_packet *packets, size_t n)
{
	size_t stride = stride_of(c, n), length = n < IOT_WINDOW ? n : IOT_WINDOW;
	int32_t function = c->manifest->rows[row_number].function;
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(partial) / sizeof(partial[0]); i++)
		if (partial[i] < n)
			r = add_window(c, row_number, function, packets, partial[i]);
	for (size_t at = 0; r == 0 && at + length <= n; at += stride)
		r = add_window(c, row_number, function, packets + at, length);
	return r;
}

struct range {
	size_t begin, end; /* packets of a trace */
};

/* Packets of an interval are consecutive, since a clock only goes on. */
static struct range find_range(const struct cutter *c, const struct trace *t, double start, double end)
{
	struct range range = { 0, 0 };

	while (range.begin < t->count && (t->packets[range.begin].ms - c->times.first_ms) / 1e3 < start)
		range.begin++;
	range.end = range.begin;
	while (range.end < t->count && (t->packets[range.end].ms - c->times.first_ms) / 1e3 <= end)
		range.end++;
	return range;
}

static int cut_row(struct cutter *c, uint32_t row_number, const struct trace *t)
{
	const struct manifest_row *row = &c->manifest->rows[row_number];
	struct range range = find_range(c, t, row->start, row->end);
	size_t n = range.end - range.begin;

	c->out->packets += n;
	if (n >= FEATURES_MIN_WINDOW)
		return cut_windows(c, row_number, t->packets + range.begin, n);
	log_debug("%s:%u: %zu packets of the device, a window takes %d", c->manifest->path, row->line, n,
		  FEATURES_MIN_WINDOW);
	c->out->empty++;
	return 0;
}

static bool same_session(const struct manifest_row *a, const struct manifest_row *b)
{
	return a->file == b->file && a->mac == b->mac && a->trial == b->trial;
}

/* Is a window within one of the session's rows? Then cut_row() has seen to it. */
static bool within_row(const struct cutter *c, const struct manifest_row *first, uint32_t from_ms, uint32_t to_ms)
{
	double from = (from_ms - c->times.first_ms) / 1e3, to = (to_ms - c->times.first_ms) / 1e3;

	for (size_t i = 0; i < c->manifest->count; i++) {
		const struct manifest_row *row = &c->manifest->rows[i];

		if (same_session(row, first) && row->start <= from && to <= row->end)
			return true;
	}
	return false;
}

/*
 * A device in use goes from one function to another, and the live window with it: windows over several rows of one
 * trial teach the device, but no function. `row_number` is the first row of its session; a session of one row has none.
 */
static int cut_between_rows(struct cutter *c, uint32_t row_number, const struct trace *t)
{
	const struct manifest_row *first = &c->manifest->rows[row_number];
	double start = first->start, end = first->end;
	struct range range;
	size_t stride;
	int r = 0;

	for (size_t i = 0; i < c->manifest->count; i++) {
		const struct manifest_row *row = &c->manifest->rows[i];

		if (i < row_number && same_session(row, first))
			return 0;
		if (same_session(row, first)) {
			start = row->start < start ? row->start : start;
			end = row->end > end ? row->end : end;
		}
	}
	range = find_range(c, t, start, end);
	stride = stride_of(c, range.end - range.begin);
	for (size_t at = range.begin; r == 0 && at + IOT_WINDOW <= range.end; at += stride)
		if (!within_row(c, first, t->packets[at].ms, t->packets[at + IOT_WINDOW - 1].ms))
			r = add_window(c, row_number, -1, t->packets + at, IOT_WINDOW);
	return r;
}

/* The traces that the rows of one file need: one for each MAC. */
static size_t file_traces(const struct manifest *m, uint32_t file, struct trace *traces)
{
	size_t n = 0;

	for (size_t i = 0; i < m->count; i++) {
		size_t k = 0;

		if (m->rows[i].file != file)
			continue;
		while (k < n && traces[k].mac != m->rows[i].mac)
			k++;
		if (k == n)
			traces[n++] = (struct trace){ .mac = m->rows[i].mac };
	}
	return n;
}

static int cut_file(struct cutter *c, uint32_t file, const struct trace *traces)
{
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < c->manifest->count; i++) {
		size_t k = 0;

		if (c->manifest->rows[i].file != file)
			continue;
		while (traces[k].mac != c->manifest->rows[i].mac)
			k++;
		r = cut_row(c, i, &traces[k]);
		if (r == 0)
			r = cut_between_rows(c, i, &traces[k]);
	}
	return r < 0 ? log_errno_r(r, "%s", c->manifest->path) : 0;
}

static int read_file(struct cutter *c, uint32_t file, struct trace *traces)
{
	_cleanup_free_ char *path = NULL;
	size_t n = file_traces(c->manifest, file, traces);
	int r;

	if (asprintf(&path, "%s/%s", c->options->root, c->manifest->files.text[file]) < 0)
		return log_errno_r(-ENOMEM, "%s", c->manifest->path);
	r = trace_read(path, traces, n, &c->times);
	if (r == 0) {
		c->out->lost_times += c->times.lost;
		r = cut_file(c, file, traces);
	}
	for (size_t i = 0; i < n; i++)
		free(traces[i].packets);
	return r;
}

int dataset_read(const struct manifest *m, const struct dataset_options *options, struct dataset *d)
{
	struct cutter c = { .manifest = m, .options = options, .out = d };
	_cleanup_free_ struct trace *traces = calloc(m->count, sizeof(*traces));
	struct progress progress;

	*d = (struct dataset){ 0 };
	if (!traces)
		return log_errno_r(-ENOMEM, "%s", m->path);
	progress_begin(&progress, "reading captures", m->files.count);
	for (uint32_t file = 0; file < m->files.count; file++) {
		int r = read_file(&c, file, traces);

		if (r < 0)
			return r;
		progress_step(&progress, 1);
	}
	progress_end(&progress);
	return 0;
}
