// SPDX-License-Identifier: BSD-2-Clause

/*
 * systemd's compiled hardware database: a trie of the patterns of all its records (hwdb-internal.h of systemd describes it; stable since
 * 2012). Records of vendors are called "OUI:" and 6, 7 or 9 digits and "*". Numbers are little-endian, offsets count from the file's begin.
 */

#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "agent/source/names/vendors_internal.h"

#define SIGNATURE "KSLPHHRH"
#define PROPERTY " ID_OUI_FROM_DATABASE" /* properties of a device begin with a blank */

enum { KEY_SIZE = 20 };

struct header {
	uint8_t signature[8];
	uint64_t tool_version, file_size, header_size, node_size, child_size, value_size, root, nodes_bytes, strings_bytes;
} __attribute__((packed));

struct node {
	uint64_t prefix;
	uint8_t children;
	uint8_t pad[7];
	uint64_t values;
} __attribute__((packed));

struct child {
	uint8_t c;
	uint8_t pad[7];
	uint64_t node;
} __attribute__((packed));

struct value {
	uint64_t key, text;
} __attribute__((packed));

/* @bytes of the file at @at, or NULL where they are not in it. */
static const void *at(const struct vendors_file *f, uint64_t at_byte, uint64_t bytes)
{
	return at_byte <= f->size && bytes <= f->size - at_byte ? f->bytes + at_byte : NULL;
}

/* A string, or NULL where none ends within the file. */
static const char *string_at(const struct vendors_file *f, uint64_t offset)
{
	const char *s = at(f, offset, 1);

	return s && memchr(s, '\0', f->size - offset) ? s : NULL;
}

static const struct header *header_of(const struct vendors_file *f)
{
	return (const struct header *)f->bytes;
}

bool vendors_hwdb_valid(const struct vendors_file *f)
{
	const struct header *h = at(f, 0, sizeof(*h));

	return h && memcmp(h->signature, SIGNATURE, sizeof(h->signature)) == 0 && le64toh(h->file_size) == f->size &&
	       le64toh(h->node_size) >= sizeof(struct node) && le64toh(h->child_size) >= sizeof(struct child) &&
	       le64toh(h->value_size) >= sizeof(struct value) && le64toh(h->node_size) <= 4096 && le64toh(h->child_size) <= 4096 &&
	       le64toh(h->value_size) <= 4096;
}

/* The node that follows @n by the character @c, or NULL. */
static const struct node *follow(const struct vendors_file *f, const struct node *n, uint8_t c)
{
	const struct header *h = header_of(f);
	uint64_t size = le64toh(h->child_size), first = (uint64_t)((const uint8_t *)n - f->bytes) + le64toh(h->node_size);

	for (uint64_t i = 0; i < n->children; i++) {
		const struct child *child = at(f, first + i * size, sizeof(*child));

		if (child && child->c == c)
			return at(f, le64toh(child->node), sizeof(*n));
	}
	return NULL;
}

/* Take the vendor of a record, where this node ends one that names it. */
static void take(const struct vendors_file *f, const struct node *n, char out[VENDOR_SIZE])
{
	const struct header *h = header_of(f);
	uint64_t size = le64toh(h->value_size), count = le64toh(n->values);
	uint64_t first = (uint64_t)((const uint8_t *)n - f->bytes) + le64toh(h->node_size) + n->children * le64toh(h->child_size);

	for (uint64_t i = 0; i < count && i < 64; i++) {
		const struct value *v = at(f, first + i * size, sizeof(*v));
		const char *key = v ? string_at(f, le64toh(v->key)) : NULL, *text = key ? string_at(f, le64toh(v->text)) : NULL;

		if (text && strcmp(key, PROPERTY) == 0)
			vendors_copy(out, text, strlen(text));
	}
}

/* Go along the node's own characters; returns how many of the key they are, or -1. A star ends a pattern: that record is taken. */
static int along(const struct vendors_file *f, const struct node *n, const char *key, char out[VENDOR_SIZE])
{
	const char *prefix = string_at(f, le64toh(n->prefix));
	int i = 0;

	for (; prefix && prefix[i]; i++) {
		if (prefix[i] == '*' && !prefix[i + 1])
			take(f, n, out);
		if (prefix[i] != key[i])
			return -1;
	}
	return prefix ? i : -1;
}

/* A longer prefix lies deeper, so the last one that is met wins. */
bool vendors_hwdb_find(const struct vendors_file *f, uint64_t mac, char out[VENDOR_SIZE])
{
	const struct node *n = at(f, le64toh(header_of(f)->root), sizeof(*n));
	char key[KEY_SIZE];
	const char *rest = key;

	out[0] = '\0';
	snprintf(key, sizeof(key), "OUI:%012llX", (unsigned long long)mac & 0xffffffffffffULL);
	while (n) {
		const struct node *star;
		int step = along(f, n, rest, out);

		if (step < 0)
			break;
		rest += step;
		star = follow(f, n, '*');
		if (star && along(f, star, "", out) == 0)
			take(f, star, out);
		if (!*rest)
			break;
		n = follow(f, n, (uint8_t)*rest++);
	}
	return out[0] != '\0';
}
