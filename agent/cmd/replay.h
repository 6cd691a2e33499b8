/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_REPLAY_H
#define AGENT_CMD_REPLAY_H

/*
 * Captures through table and watch on the captures' own clock: frames in, a pass whenever a second with frames is over. What `iotbpf read`
 * prints and what a dataset holds come by this one way.
 */

#include "agent/base/options.h"
#include "agent/cmd/watch.h"
#include "agent/history/names_copies.h"
#include "agent/source/capture/feed.h"

/* The caller fills in the first part; the rest is zero at the start. */
struct replay {
	struct iot_table *table;
	struct watch *watch; /* on that table */
	struct names *names; /* what devices call themselves goes there; NULL: nowhere */
	bool lazy;  /* nothing depends on the time of a pass: fewer of them */
	bool rings; /* somebody wants every packet: the watch has a model or a listener for them */
	int (*opened)(void *user, const char *path);	   /* a file was; may be NULL */
	int (*passed)(void *user, struct iot_clock now); /* after each pass; may be NULL */
	void *user;

	struct capture_state state;
	int64_t due_us;	 /* capture time from which the next pass is due */
	uint32_t unread; /* frames since the rings were read */
	bool started;	 /* a file was opened */
};

/** replay_table - an empty table of the size for captures, in which @gateways (may be NULL) are no devices; 0 or -errno, not logged */
int replay_table(struct iot_table **table, const struct mac_list *gateways);

/** replay_wall_us - watch_world.wall_us of a capture: its table's clock counts from 1970 */
int64_t replay_wall_us(void *user, uint32_t second);

/** replay_now - the capture's clock */
struct iot_clock replay_now(const struct replay *replay);

/**
 * replay_files - all of them, by the time of their first frames (@paths is sorted so), as one observation
 * @code: receives the exit code of the last one that could not be read, else EX_OK; it does not keep the others from being read
 *
 * Returns 0, the first error of a callback, -EPIPE at once, or -ENOMEM. Files that cannot be read are logged.
 */
int replay_files(struct replay *replay, char **paths, size_t count, int *code);

/** replay_finish - nothing more comes: what is left is analysed */
int replay_finish(struct replay *replay);

#endif
