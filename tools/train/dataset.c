/* SPDX-License-Identifier: BSD-2-Clause */

#include "tools/train/dataset.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/features/window.h"
#include "tools/train/cut.h"
#include "tools/train/progress.h"

void dataset_free(struct dataset *d)
{
	for (int scale = 0; scale < FEATURES_SCALES; scale++) {
		free(d->scale[scale].x);
		free(d->scale[scale].samples);
	}
	*d = (struct dataset){ 0 };
}

static int make_room(struct rows *rows, size_t width)
{
	size_t room = rows->room ? 2 * rows->room : 1024;
	struct sample *samples;
	float *x;

	if (rows->count < rows->room)
		return 0;
	samples = reallocarray(rows->samples, room, sizeof(*samples));
	if (!samples)
		return -ENOMEM;
	rows->samples = samples;
	x = reallocarray(rows->x, room * width, sizeof(*x));
	if (!x)
		return -ENOMEM;
	rows->x = x;
	rows->room = room;
	return 0;
}

double cut_second(const struct cutter *c, const struct trace *t, size_t packet)
{
	return (t->packets[packet].ms - c->times.first_ms) / 1e3;
}

int cut_add(struct cutter *c, const struct piece *p, enum features_scale scale, size_t first, size_t last, float **x,
	    struct sample **sample)
{
	const struct manifest_row *row = &c->manifest->rows[p->row];
	struct rows *rows = &c->out->scale[scale];
	int r = make_room(rows, features_count(scale));

	if (r < 0)
		return r;
	*sample = &rows->samples[rows->count];
	*x = rows->x + rows->count++ * features_count(scale);
	**sample = (struct sample){ .row = p->row,
				    .device = row->device,
				    .function = p->function,
				    .trial = row->trial,
				    .packets = (uint32_t)(last - first + 1),
				    .before = (uint32_t)(p->before + last - p->begin + 1),
				    .begin_s = (float)cut_second(c, p->trace, first),
				    .end_s = (float)cut_second(c, p->trace, last),
				    .capture_s = (float)c->times.seconds,
				    .holdout = row->holdout,
				    .timeless = c->times.lost };
	return 0;
}

/* Packets of an interval are consecutive, since a clock only goes on. */
static struct piece find_piece(const struct cutter *c, const struct trace *t, double start, double end)
{
	struct piece p = { .trace = t };

	while (p.begin < t->count && cut_second(c, t, p.begin) < start)
		p.begin++;
	p.end = p.begin;
	while (p.end < t->count && cut_second(c, t, p.end) <= end)
		p.end++;
	return p;
}

static bool same_session(const struct manifest_row *a, const struct manifest_row *b)
{
	return a->file == b->file && a->mac == b->mac && a->device == b->device && a->trial == b->trial;
}

/* The session that a row belongs to, from the beginning of its first interval to the end of its last. */
static struct piece find_session(const struct cutter *c, uint32_t row_number, const struct trace *t, bool *first)
{
	const struct manifest_row *row = &c->manifest->rows[row_number];
	double start = row->start, end = row->end;

	*first = true;
	for (size_t i = 0; i < c->manifest->count; i++) {
		const struct manifest_row *other = &c->manifest->rows[i];

		if (!same_session(row, other))
			continue;
		*first &= i >= row_number;
		start = other->start < start ? other->start : start;
		end = other->end > end ? other->end : end;
	}
	return find_piece(c, t, start, end);
}

/*
 * What says what the device does at one time: windows and bursts of one row. A session of several rows is a device that
 * goes from one function to another, which is cut once more as a whole, for its type alone; one of a single row tells of
 * its function, too, as everything since an episode began does live.
 */
static int cut_row(struct cutter *c, uint32_t row_number, const struct trace *t)
{
	const struct manifest_row *row = &c->manifest->rows[row_number];
	struct piece p = find_piece(c, t, row->start, row->end), session;
	bool first;
	int r;

	p.row = row_number;
	p.function = row->function;
	c->out->packets += p.end - p.begin;
	if (p.end - p.begin < FEATURES_MIN_WINDOW) {
		log_debug("%s:%u: %zu packets of the device", c->manifest->path, row->line, p.end - p.begin);
		c->out->empty++;
	}
	session = find_session(c, row_number, t, &first);
	p.before = p.begin - session.begin;
	session.row = row_number;
	session.function = session.begin == p.begin && session.end == p.end ? p.function : -1;
	r = cut_windows(c, &p);
	if (c->options->paper || r < 0 || p.begin == p.end)
		return r;
	r = cut_bursts(c, &p);
	if (r == 0 && first)
		r = cut_sessions(c, &session);
	return r == 0 && first ? cut_rhythms(c, &session) : r;
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
	r = n ? trace_read(path, traces, n, c->options->paper, &c->times) : 0;
	if (r == 0) {
		c->out->lost_times += n && c->times.lost;
		r = cut_file(c, file, traces);
	}
	for (size_t i = 0; i < n; i++)
		trace_free(&traces[i]);
	return r;
}

static int read_files(struct cutter *c)
{
	_cleanup_free_ struct trace *traces = calloc(c->manifest->count, sizeof(*traces));
	struct progress progress;

	if (!traces || !c->audi || !c->periods)
		return log_errno_r(-ENOMEM, "%s", c->manifest->path);
	progress_begin(&progress, "reading captures", c->manifest->files.count);
	for (uint32_t file = 0; file < c->manifest->files.count; file++) {
		int r = read_file(c, file, traces);

		if (r < 0)
			return r;
		progress_step(&progress, 1);
	}
	progress_end(&progress);
	return 0;
}

int dataset_read(const struct manifest *m, const struct dataset_options *options, struct dataset *d)
{
	struct cutter c = { .manifest = m,
			    .options = options,
			    .out = d,
			    .audi = audi_new(AUDI_SAMPLES),
			    .periods = periods_new(AUDI_SAMPLES) };
	int r;

	*d = (struct dataset){ 0 };
	r = read_files(&c);
	audi_free(c.audi);
	periods_free(c.periods);
	return r;
}
