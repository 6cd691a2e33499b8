/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/log.h"
#include "tools/train/csv.h"
#include "tools/train/manifest_internal.h"

struct reader {
	struct pairs *pairs;
	const char *header;
};

static int add(const struct csv_cursor *at, struct pairs *p, const char *key, const char *value)
{
	uint32_t before = p->keys.count;
	int number = names_number(&p->keys, key);
	char **grown;

	if (number >= 0 && p->keys.count == before)
		return csv_error(at, "named before", key);
	grown = reallocarray(p->values, p->keys.count + 1, sizeof(*grown));
	if (number < 0 || !grown)
		return log_errno_r(-ENOMEM, "%s", at->path);
	p->values = grown;
	grown[number] = strdup(value);
	return grown[number] ? 0 : log_errno_r(-ENOMEM, "%s", at->path);
}

static int read_pair(const struct csv_cursor *at, char *line, void *context)
{
	const struct reader *r = context;
	char *field[2];

	if (at->line == 1)
		return strcmp(line, r->header) == 0 ? 0 : csv_error(at, "not the columns that are expected here", line);
	if (csv_split(line, field, 2) != 2 || !*field[0] || !*field[1])
		return csv_error(at, "not two fields", line);
	return add(at, r->pairs, field[0], field[1]);
}

int pairs_read(const char *path, const char *header, struct pairs *pairs)
{
	struct reader reader = { pairs, header };

	*pairs = (struct pairs){ 0 };
	return path ? csv_lines(path, read_pair, &reader) : 0;
}

const char *pairs_value(const struct pairs *pairs, const char *key)
{
	int number = names_find(&pairs->keys, key);

	return number < 0 ? NULL : pairs->values[number];
}

void pairs_free(struct pairs *pairs)
{
	for (uint32_t i = 0; pairs->values && i < pairs->keys.count; i++)
		free(pairs->values[i]);
	free(pairs->values);
	names_free(&pairs->keys);
}
