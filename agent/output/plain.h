/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IOTBPF_OUTPUT_PLAIN_H
#define IOTBPF_OUTPUT_PLAIN_H

#include "agent/base/buffer.h"

/**
 * plain_append - add @s for a terminal: control characters, invalid UTF-8 and the characters that turn the
 * direction of writing become '?', so that a name from the wire cannot move the cursor or forge a line
 *
 * NULL adds nothing. Errors are in @out->failed.
 */
void plain_append(struct buffer *out, const char *s);

/** plain_width - terminal columns of @n bytes of text that plain_append() made */
size_t plain_width(const char *s, size_t n);

/** plain_fit - bytes at the start of @s that take at most @columns columns; their width goes to *@width */
size_t plain_fit(const char *s, size_t n, size_t columns, size_t *width);

#endif
