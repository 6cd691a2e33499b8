/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_FUZZ_AGENT_H
#define TESTS_FUZZ_AGENT_H

/* The whole agent but for the kernel's side (no_kernel.h): two devices that were seen for 9 s, a state directory in
 * memory, a clock that stands. */

#include "agent/cmd/run_server_internal.h"

/* What is wrong with its state. */
enum agent_mode {
	AGENT_WELL,
	AGENT_FORGETS, /* it has none, and no names */
	AGENT_FULL,    /* the disk */
	AGENT_DAMAGED, /* the database, after it was opened */
	AGENT_STARVED, /* the database has no memory */
	AGENT_MODES
};

/** agent_begin - an agent that knows what the first one knew: made once and kept for as long as nothing is written and
 * no other mode is wanted */
struct runner *agent_begin(enum agent_mode mode);

/** agent_pass - a second goes by where a device is being erased, which takes some; else the clock stands */
void agent_pass(struct runner *r);

/** agent_rest - after requests: where they wrote or erased something, the next agent begins anew */
void agent_rest(struct runner *r);

#endif
