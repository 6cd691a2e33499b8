/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/cmd/watch_record.h"

void watch_record_type(struct record *record, uint32_t device, const struct verdict *v)
{
	record_type(record, device, v->label, v->p, v->kind == VERDICT_OWNER);
}

void watch_record_function(struct record *record, uint32_t device, const struct watch_function *f)
{
	if (f->over)
		record_function_end(record, device, f->at_us);
	else
		record_function_begin(record, device, f->label, f->p, f->owner, f->from_us);
}

static struct dataset_period period_of(const struct tracked_period *p, int64_t at_us)
{
	return (struct dataset_period){ .seconds = p->seconds, .log_p = p->log_p, .support = p->support, .from_us = at_us };
}

void watch_record_period(struct record *record, uint32_t flow, const struct tracked_period *p, bool found, int64_t at_us)
{
	const struct dataset_period period = period_of(p, at_us);

	record_period(record, flow, &period, found);
}

void watch_record_refine(struct record *record, const struct watch *watch)
{
	const struct history *h = watch_history(watch);

	for (uint32_t i = 0; i < h->flows_used; i++) {
		const struct track *track = watch_track(watch, h->flow_list[i]);

		for (size_t k = 0; k < TRACK_MAX; k++) {
			const struct dataset_period now = period_of(&track->period[k], 0);

			if (track->period[k].found)
				record_refine(record, h->flow_list[i], &now);
		}
	}
}
