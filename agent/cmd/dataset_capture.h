/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_DATASET_CAPTURE_H
#define AGENT_CMD_DATASET_CAPTURE_H

/* Capture files as a dataset: what `iotbpf read` says of them, second by second. */

#include "agent/base/options.h"
#include "agent/history/dataset.h"
#include "agent/model/model.h"

struct dataset_capture_options {
	const struct model *model;	 /* NULL: types and functions are not identified */
	const struct mac_list *gateways; /* no devices; NULL: none are known */
	const struct mac_list *devices;	 /* only these; NULL or empty: all */
};

/**
 * dataset_read_captures - read capture files (`-` is standard input) as one observation, by the time of their first frames
 * @paths: are put in that order
 * @ds: the finished dataset, from the second of the first frame until after that of the last one, names and vendors empty
 *
 * Sums, types and periods are those of `iotbpf read --summary` (the files are read twice for that), times those of `iotbpf read`; what goes on at the end of the capture is marked as open.
 * Returns an exit code: EX_OK with *@ds; where a file could not be read to its end the code says so (the cause is logged), and *@ds holds
 * what could be read, or is NULL where that is nothing.
 */
int dataset_read_captures(char **paths, size_t count, const struct dataset_capture_options *options, struct dataset **ds);

#endif
