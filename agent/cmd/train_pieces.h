/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_TRAIN_PIECES_H
#define AGENT_CMD_TRAIN_PIECES_H

/* The evidence of a store cut into pieces, each of one type, at most one function, and one trial. */

#include <stdbool.h>
#include <stddef.h>

#include "agent/history/labels.h"

struct piece {
	const struct label *label;
	const char *type, *function; /* "" for none */
	char trial[40];
	struct iot_packet *packets;
	size_t count;
	bool left_out;
};

struct pieces {
	struct label *labels; /* all of the store, by number */
	size_t label_count, label_room;
	struct piece *list;
	size_t count, room;
};

/**
 * pieces_read - all evidence of @store
 * @least: a piece of fewer packets is left out
 *
 * A device without a type is left out, with a warning. Returns 0 or -errno, not logged. Release with pieces_free() in either case.
 */
int pieces_read(struct store *store, size_t least, struct pieces *pieces);
void pieces_free(struct pieces *pieces);

/**
 * pieces_leave_out_lonely - what has a single trial cannot be measured, so the trainer refuses it
 *
 * A type whose only trial is a sample long enough is cut in two in the middle; else it is left out. A function with one trial teaches its
 * device only. Each is one warning.
 */
void pieces_leave_out_lonely(struct pieces *pieces);

/** pieces_count - how many types and functions are left */
void pieces_count(const struct pieces *pieces, size_t *types, size_t *functions);

#endif
