/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_KERNEL_LAYOUT_H
#define AGENT_SOURCE_KERNEL_LAYOUT_H

/*
 * A hash of the headers that a table's layout rests on, 16 hexadecimal digits, made when the agent was built (Makefile: layout_headers).
 * Agents with the same one read the same table alike. A change of a comment changes it, too: then counts begin anew once for nothing.
 */
const char *layout_hash(void);

#endif
