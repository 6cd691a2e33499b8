/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_PROGRESS_H
#define TOOLS_TRAIN_PROGRESS_H

#include <stdint.h>

/* Lines on stderr: what is done, how much of it in percent, and how long the rest will take. */
struct progress {
	const char *what;
	double total, done;
	int64_t begin_ms, last_ms;
};

/** progress_begin - @total: work in any unit */
void progress_begin(struct progress *progress, const char *what, double total);

/** progress_step - @done more units; a line at most every two seconds */
void progress_step(struct progress *progress, double done);

/** progress_end - a last line with the time it took */
void progress_end(struct progress *progress);

#endif
