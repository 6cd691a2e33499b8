/* SPDX-License-Identifier: BSD-2-Clause */

#include "tools/train/progress.h"

#include <time.h>

#include "agent/base/log.h"

#define EVERY_MS 2000

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void progress_begin(struct progress *p, const char *what, double total)
{
	*p = (struct progress){ .what = what, .total = total > 0 ? total : 1 };
	p->begin_ms = p->last_ms = now_ms();
}

void progress_step(struct progress *p, double done)
{
	int64_t now = now_ms();
	double share, left;

	p->done += done;
	if (now - p->last_ms < EVERY_MS || p->done >= p->total)
		return;
	p->last_ms = now;
	share = p->done / p->total;
	left = (double)(now - p->begin_ms) / 1e3 * (1 - share) / share;
	log_info("%s: %.0f %%, about %.0f s left", p->what, 100 * share, left);
}

void progress_end(struct progress *p)
{
	log_info("%s: done in %.1f s", p->what, (double)(now_ms() - p->begin_ms) / 1e3);
}
