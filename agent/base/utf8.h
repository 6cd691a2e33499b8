/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IOTBPF_BASE_UTF8_H
#define IOTBPF_BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/**
 * utf8_decode - the code point at the start of @n bytes (RFC 3629: shortest form, no surrogates)
 * @code: receives the code point; may be NULL
 *
 * Returns its length, 1 to 4 bytes, or 0 where the bytes are no UTF-8 (or @n is 0).
 */
size_t utf8_decode(const char *s, size_t n, uint32_t *code);

/**
 * utf8_width - terminal columns a code point takes: 0 (combining), 1 or 2 (East Asian wide, emoji)
 *
 * A short table instead of wcwidth(3), whose answer depends on the locale. Control characters count 1:
 * whoever prints them replaces them.
 */
int utf8_width(uint32_t code);

#endif
