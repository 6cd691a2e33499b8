/* SPDX-License-Identifier: BSD-2-Clause */
/* A binary heap of timed actions. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "tools/lab/sched.h"

static bool before(const struct lab_entry *a, const struct lab_entry *b)
{
	return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void swap(struct lab_entry *a, struct lab_entry *b)
{
	struct lab_entry t = *a;

	*a = *b;
	*b = t;
}

int lab_sched_add(struct lab_sched *s, int64_t at, lab_action action, void *arg)
{
	size_t i = s->n;

	if (s->n == s->cap) {
		size_t cap = s->cap ? s->cap * 2 : 64;
		struct lab_entry *heap = reallocarray(s->heap, cap, sizeof(*heap));

		if (!heap)
			return -ENOMEM;
		s->heap = heap;
		s->cap = cap;
	}
	s->heap[s->n++] = (struct lab_entry){ at, s->order++, action, arg };
	for (; i && before(&s->heap[i], &s->heap[(i - 1) / 2]); i = (i - 1) / 2)
		swap(&s->heap[i], &s->heap[(i - 1) / 2]);
	return 0;
}

void lab_sched_cancel(struct lab_sched *s, const void *arg)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->heap[i].arg == arg)
			s->heap[i].action = NULL;
}

int64_t lab_sched_next(const struct lab_sched *s)
{
	return s->n ? s->heap[0].at : INT64_MAX;
}

static struct lab_entry take(struct lab_sched *s)
{
	struct lab_entry first = s->heap[0];
	size_t i = 0;

	s->heap[0] = s->heap[--s->n];
	for (;;) {
		size_t least = i;

		for (size_t child = 2 * i + 1; child <= 2 * i + 2; child++)
			if (child < s->n && before(&s->heap[child], &s->heap[least]))
				least = child;
		if (least == i)
			return first;
		swap(&s->heap[i], &s->heap[least]);
		i = least;
	}
}

void lab_sched_run(struct lab_sched *s, int64_t until)
{
	while (s->n && s->heap[0].at <= until) {
		struct lab_entry e = take(s);

		if (e.at > s->now)
			s->now = e.at;
		if (e.action)
			e.action(e.arg);
	}
	if (until > s->now)
		s->now = until;
}

void lab_sched_free(struct lab_sched *s)
{
	free(s->heap);
	*s = (struct lab_sched){ 0 };
}
