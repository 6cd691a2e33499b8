/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_WATCH_RECORD_H
#define AGENT_CMD_WATCH_RECORD_H

/* What a watch tells, in the recorder's terms. */

#include "agent/cmd/watch.h"
#include "agent/history/record.h"

void watch_record_type(struct record *record, uint32_t device, const struct verdict *verdict);
void watch_record_function(struct record *record, uint32_t device, const struct watch_function *function);
void watch_record_period(struct record *record, uint32_t flow, const struct tracked_period *period, bool found, int64_t at_us);

/** watch_record_refine - periods that go on are told as they are known by now, not as they were when they were found */
void watch_record_refine(struct record *record, const struct watch *watch);

#endif
