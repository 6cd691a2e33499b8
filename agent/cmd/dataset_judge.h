/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_DATASET_JUDGE_H
#define AGENT_CMD_DATASET_JUDGE_H

#include "agent/cmd/dataset_capture.h"

/**
 * dataset_judge - read the files once more, and let all of the evidence decide on types and periods as `iotbpf read --summary` does
 *
 * A live agent has no time for all windows, and tells a rhythm that later turns out to be none; of a capture the end is known.
 *
 * For files that were read to their end before. Returns 0 or -errno; standard input cannot be read again: -ESPIPE, nothing is changed.
 */
int dataset_judge(char **paths, size_t count, const struct dataset_capture_options *options, struct dataset *ds);

#endif
