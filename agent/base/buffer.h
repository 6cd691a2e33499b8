/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IOTBPF_BASE_BUFFER_H
#define IOTBPF_BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define BUFFER_LIMIT_DEFAULT ((size_t)64 << 20)

/*
 * Growing text. All zero is an empty buffer; @data is NULL until the first append and ends with a NUL
 * that @len does not count. An append that fails adds nothing and sets @failed, which stays set until
 * buffer_reset(): a series of appends needs one check at its end.
 */
struct buffer {
	char *data;
	size_t len;   /* bytes in use */
	size_t cap;   /* bytes allocated */
	size_t limit; /* @len never exceeds this; 0 means BUFFER_LIMIT_DEFAULT */
	bool failed;
};

/** buffer_reserve - make room for @n more bytes and the NUL; errors as buffer_append() */
int buffer_reserve(struct buffer *b, size_t n);

/** buffer_append - add @n bytes; 0, -ENOMEM, or -EMSGSIZE beyond the limit */
static inline int buffer_append(struct buffer *b, const void *bytes, size_t n)
{
	int r = buffer_reserve(b, n);

	if (r < 0)
		return r;
	if (n)
		memcpy(b->data + b->len, bytes, n);
	b->len += n;
	b->data[b->len] = '\0';
	return 0;
}

/** buffer_append_str - add a string */
int buffer_append_str(struct buffer *b, const char *s);

/** buffer_append_char - add @n times the byte @c */
int buffer_append_char(struct buffer *b, char c, size_t n);

/** buffer_printf - add formatted text; errors as buffer_append() */
int buffer_printf(struct buffer *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** buffer_write - all of it to @fd, which waits; 0 or -errno, -ENOMEM where an append has failed; the buffer stays as it is */
int buffer_write(const struct buffer *b, int fd);

/** buffer_reset - empty it, keep the memory, forget @failed */
void buffer_reset(struct buffer *b);

/** buffer_free - release the memory; the buffer is empty and usable afterwards */
void buffer_free(struct buffer *b);

#endif
