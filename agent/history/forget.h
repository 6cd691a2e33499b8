/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_FORGET_H
#define AGENT_HISTORY_FORGET_H

/*
 * Erase all that the store knows of a device: the freed parts of the file are overwritten, and the log is cut. Errors are those of store.h.
 */

#include "agent/base/buffer.h"
#include "agent/history/store.h"

/* What is gone. */
struct forgotten {
	uint64_t addresses; /* the device's own, and those that were merged into it */
	uint64_t labels, evidence; /* what the owner said, and runs of packets that were kept for it */
	uint64_t seconds; /* of activity */
	uint64_t functions, periods, names, devices; /* rows */
	uint64_t damaged; /* pieces of activity that could not be read: they may have held its, so they are gone too */
};

/**
 * forget_begin - erase @mac and the addresses that were merged into it, within a change that this begins
 *
 * Returns 0 or -errno; then forget_end() in either case.
 */
int forget_begin(struct store *store, uint64_t mac, struct forgotten *gone);

/** forget_end - @keep: all of it stays as it was; else it is final, and overwritten on the disk. 0 or -errno */
int forget_end(struct store *store, bool keep);

/**
 * forget_in_blob - a piece of activity (archive_blob.h) without the series of @mac
 * @out: receives it, empty where nothing else was in it
 * @seconds: receives how many were taken out; 0: @out is not written
 *
 * Returns 0, -EBADMSG (damaged) or -ENOMEM.
 */
int forget_in_blob(const void *data, size_t size, uint64_t mac, struct buffer *out, uint64_t *seconds);

#endif
