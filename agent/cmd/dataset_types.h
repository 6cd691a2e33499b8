/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_DATASET_TYPES_H
#define AGENT_CMD_DATASET_TYPES_H

#include "agent/cmd/dataset_capture.h"

/**
 * dataset_types - read the files once more and set every device's type to the decision on all the evidence: the one of
 * `iotbpf read --summary`, which weighs windows that a live agent has no time for
 *
 * For files that were read to their end before. Returns 0 or -errno; standard input cannot be read again: -ESPIPE, nothing is changed.
 */
int dataset_types(char **paths, size_t count, const struct dataset_capture_options *options, struct dataset *ds);

#endif
