/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_DATASET_TAKE_H
#define AGENT_HISTORY_DATASET_TAKE_H

/*
 * Series of many devices into a dataset, device by device: what a device sent and received in a second is the sum over its series, made on
 * the way.
 */

#include "agent/history/dataset.h"
#include "agent/history/record_pool.h"

struct dataset_take {
	struct dataset *ds;
	uint64_t only;	      /* device; 0: all */
	int64_t from_s, to_s; /* nothing outside is taken */
	uint64_t mac;	      /* of the series under way */
	struct record_key key;
	struct dataset_flow *flow; /* NULL: none, or not wanted */
	bool wanted, pending;
	int64_t sum_from_s;
	size_t sum_span;
	size_t low, high; /* what of it the device under way uses */
	struct dataset_traffic *sum; /* by second after sum_from_s */
};

/**
 * dataset_take_begin - series with seconds in [@first_s, @last_s] will come
 *
 * @take: ds, only, from_s and to_s are the caller's. Returns 0 or -ENOMEM; end with dataset_take_end() in either case.
 */
int dataset_take_begin(struct dataset_take *take, int64_t first_s, int64_t last_s);

/** dataset_take_series - the next series; those of a device come one after the other. 0 or -errno */
int dataset_take_series(struct dataset_take *take, const struct record_key *key);

/** dataset_take_second - the next second of it, since 1970; 0 or -errno as dataset_add_second() */
int dataset_take_second(struct dataset_take *take, int64_t second, uint64_t packets, uint64_t bytes);

/** dataset_take_end - after the last one; 0 or -errno; releases what begin took */
int dataset_take_end(struct dataset_take *take);

#endif
