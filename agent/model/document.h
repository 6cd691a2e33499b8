/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_MODEL_DOCUMENT_H
#define AGENT_MODEL_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * JSON and UBJSON (draft 12) read in place: a value is a range of bytes, and what is not asked for is skipped. Models are arrays of
 * millions of numbers; as a tree of values each would cost 64 bytes and more. Nothing beyond a value's bytes is ever read.
 *
 * All functions return -EBADMSG where the bytes are no document. Numbers follow the C locale's decimal point: call uselocale() first
 * where another could be set.
 */

struct document {
	const char *at, *end;
	bool binary; /* UBJSON */
	char type;   /* of an element of a typed UBJSON array, which has no marker of its own; 0: it has one */
};

/* The elements of an array, or the members of an object, one after the other. */
struct document_list {
	struct document rest;
	uint64_t left; /* UBJSON arrays with a count: how many; UINT64_MAX: up to the closing bracket */
	bool object, begun;
	struct document key; /* of the member that was read last */
};

/** document_open - the value that @size bytes are; UBJSON where they cannot be JSON */
struct document document_open(const void *bytes, size_t size);

/** document_list - prepare to read the elements of an array or the members of an object; -ENOENT for another value */
int document_list(const struct document *value, struct document_list *list);

/** document_next - 1 and the next value, 0 at the end */
int document_next(struct document_list *list, struct document *value);

/** document_member - value of the member @key of an object; -ENOENT where it has none, or is no object */
int document_member(const struct document *object, const char *key, struct document *value);

/** document_path - document_member() for each of the names in turn, NULL at the end */
int document_path(const struct document *object, struct document *value, const char *const *names);

/** document_count - number of elements or members; -ENOENT for another value */
int64_t document_count(const struct document *value);

/** document_numbers - all elements of an array of numbers (true is 1, false 0, null NaN); -ERANGE unless there are @count */
int document_numbers(const struct document *array, double *out, size_t count);

/** document_number - a number, or a string that is one; -ENOENT for another value */
int document_number(const struct document *value, double *out);

/** document_text - a string, decoded, allocated; -ENOENT for another value, -ENOMEM */
int document_text(const struct document *value, char **out);

#endif
