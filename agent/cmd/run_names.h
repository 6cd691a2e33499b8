/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_RUN_NAMES_H
#define AGENT_CMD_RUN_NAMES_H

/* What the running agent knows of its devices' names: gathered from the wire, the neighbour table, leases files and the owner. */

struct runner;

/** run_names_open - nothing is known yet; what cannot be is one warning, and the agent goes on without */
void run_names_open(struct runner *r);
void run_names_close(struct runner *r);

/** run_names_pass - once a second, after the watch's pass */
void run_names_pass(struct runner *r);

#endif
