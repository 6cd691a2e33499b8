/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_CAPTURE_ORDER_H
#define AGENT_SOURCE_CAPTURE_ORDER_H

#include <stddef.h>

/*
 * Sort capture files by the time of their first frame, since the names that a shell puts in alphabetical order often are not in order
 * of time. Files without one (empty, foreign, absent) and streams, which cannot be looked into, come first, in the order given.
 * Logs nothing: what is wrong with a file is said when it is read. Files that overlap in time are read one after the other, not
 * merged (mergecap does that). Returns 0 or -ENOMEM.
 */
int capture_order(char **paths, size_t count);

#endif
