/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IOTBPF_BASE_JSON_H
#define IOTBPF_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/buffer.h"

/*
 * Append-only JSON writer over a buffer; commas are put where they belong. It allocates only when the
 * buffer grows. The caller keeps begin/end and key/value in order; errors are read from the buffer's
 * "failed" at the end. Integers are exact, numbers do not follow the locale.
 */
struct json {
	struct buffer *out;
	bool comma; /* the next value or key follows another one */
};

/** json_init - write at the end of @out */
static inline struct json json_init(struct buffer *out)
{
	return (struct json){ .out = out };
}

void json_begin_object(struct json *j);
void json_end_object(struct json *j);
void json_begin_array(struct json *j);
void json_end_array(struct json *j);

/** json_key - a member's name, escaped like any string; a value must follow */
void json_key(struct json *j, const char *key);

/** json_str - a string; control characters are escaped, invalid UTF-8 becomes U+FFFD; NULL becomes null */
void json_str(struct json *j, const char *s);

/** json_strn - as json_str() for @n bytes, which may hold NULs */
void json_strn(struct json *j, const char *s, size_t n);

void json_u64(struct json *j, uint64_t value);
void json_i64(struct json *j, int64_t value);
void json_bool(struct json *j, bool value);
void json_null(struct json *j);

/** json_double - rounded to @decimals (0..9) places, trailing zeros dropped; NaN and infinity become null */
void json_double(struct json *j, double value, int decimals);

/* A key and its value. */
void json_pair_str(struct json *j, const char *key, const char *value);
void json_pair_u64(struct json *j, const char *key, uint64_t value);
void json_pair_i64(struct json *j, const char *key, int64_t value);
void json_pair_bool(struct json *j, const char *key, bool value);
void json_pair_double(struct json *j, const char *key, double value, int decimals);

/** json_pair_time - microseconds since 1970 as an RFC 3339 string */
void json_pair_time(struct json *j, const char *key, int64_t us);

/** json_pair_mac - a MAC address as "02:00:5e:10:00:01" */
void json_pair_mac(struct json *j, const char *key, uint64_t mac);

#endif
