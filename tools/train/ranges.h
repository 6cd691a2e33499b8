/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_RANGES_H
#define TOOLS_TRAIN_RANGES_H

/* What the rows of each device are like in training (agent/model/ranges.h), so that a device that is none of them is told as unknown. */

#include <stdbool.h>

#include "agent/model/pack.h"
#include "tools/train/study.h"

struct ranges {
	struct pack_fit *fits; /* of the devices whose ranges are known, in order */
	uint32_t count;
	struct image_range *room;
};

/** ranges_wanted - do ranges say anything at this task's scale? */
bool ranges_wanted(const struct task *task);

/** ranges_learn - of the rows that trees are trained on without fold @fold; 0 or -ENOMEM, logged. ranges_free() in either case */
int ranges_learn(const struct study *study, const struct task *task, int fold, struct ranges *ranges);
void ranges_free(struct ranges *ranges);

/** ranges_validate - fill a task's fits of the rows of one fold by ranges of the others; 0 or -ENOMEM, logged */
int ranges_validate(const struct study *study, struct task *task, int fold);

/** ranges_whole - is a row all there was to describe? */
bool ranges_whole(const struct study *study, enum features_scale scale, size_t row);

#endif
