/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LAB_SCHED_H
#define LAB_SCHED_H

#include <stddef.h>
#include <stdint.h>

/* Things to do at a time, in order of time and then of asking. Times are microseconds since the lab began. */
typedef void (*lab_action)(void *arg);

struct lab_entry {
	int64_t at;
	uint64_t order;
	lab_action action; /* NULL: cancelled */
	void *arg;
};

struct lab_sched {
	struct lab_entry *heap;
	size_t n, cap;
	uint64_t order;
	int64_t now; /* never goes back */
};

/** lab_sched_add - call @action(@arg) at @at, or at once if that has passed; 0 or -ENOMEM */
int lab_sched_add(struct lab_sched *s, int64_t at, lab_action action, void *arg);

/** lab_sched_cancel - forget everything that was asked for @arg */
void lab_sched_cancel(struct lab_sched *s, const void *arg);

/** lab_sched_next - the time of the next thing to do, INT64_MAX if there is none */
int64_t lab_sched_next(const struct lab_sched *s);

/** lab_sched_run - do everything that is due until @until; "now" is each thing's own time, and @until at the end */
void lab_sched_run(struct lab_sched *s, int64_t until);

/** lab_sched_free - release the memory */
void lab_sched_free(struct lab_sched *s);

#endif
