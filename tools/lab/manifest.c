/* SPDX-License-Identifier: BSD-2-Clause */
/* The labels of a synthesised capture, as training wants them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/base/mac.h"
#include "tools/lab/truth.h"

enum { SHORTEST_IDLE_US = 2000000 };

struct writer {
	FILE *out;
	const char *capture;
	const struct lab_run *run;
	bool split;
	unsigned int trial;
};

static void row(struct writer *w, unsigned int device, const char *function, int64_t start, int64_t end)
{
	const struct lab_device *d = &w->run->engine->house->devices[device];
	char mac[MAC_TEXT_SIZE], trial[32] = "";

	if (w->split)
		snprintf(trial, sizeof(trial), "/%u", ++w->trial);
	fprintf(w->out, "%s,%s,%s,%s,", w->capture, mac_format(d->mac, mac), d->label, function);
	if (end >= 0)
		fprintf(w->out, "%.6f,%.6f", (double)start / 1e6, (double)end / 1e6);
	else
		fputc(',', w->out);
	fprintf(w->out, ",%s/%llu%s\n", d->name, (unsigned long long)w->run->engine->options.seed, trial);
}

static void device_rows(struct writer *w, unsigned int device)
{
	const struct lab_engine *e = w->run->engine;
	int64_t first = w->run->first_us, idle_from = first;
	unsigned int n = 0;

	for (size_t i = 0; i < e->n_intervals; i++) {
		const struct lab_interval *in = &e->intervals[i];

		if (in->device != device)
			continue;
		n++;
		if (in->start - idle_from >= SHORTEST_IDLE_US)
			row(w, device, "idle", idle_from - first, in->start - first);
		row(w, device, e->house->devices[device].functions[in->function].name, in->start - first,
		    in->end - first);
		idle_from = in->end;
	}
	if (!n)
		row(w, device, e->house->devices[device].n_functions ? "idle" : "", 0, -1);
	else if (w->run->end_us - idle_from >= SHORTEST_IDLE_US)
		row(w, device, "idle", idle_from - first, w->run->end_us - first);
}

int lab_manifest_write(const char *path, const char *capture, const struct lab_run *run, bool split_trials)
{
	_cleanup_fclose_ FILE *f = fopen(path, "we");
	struct writer w = { .out = f, .capture = capture, .run = run, .split = split_trials };

	if (!f)
		return log_errno_r(-errno, "cannot write %s", path);
	fputs("file,mac,device,function,start,end,trial\n", f);
	for (unsigned int i = 0; i < run->engine->house->n; i++)
		device_rows(&w, i);
	return fflush(f) == 0 ? 0 : log_errno_r(-errno, "cannot write %s", path);
}
