/* SPDX-License-Identifier: BSD-2-Clause */

#include "tools/train/csv.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"

/* The next field of a line, unquoted in place; *line moves behind it and becomes NULL after the last. */
static char *next_field(char **line)
{
	char *in = *line, *out = in, *field = in;
	bool quoted = *in == '"';

	for (in += quoted; *in && (quoted || *in != ','); in++) {
		if (quoted && *in == '"') {
			if (in[1] != '"') {
				quoted = false;
				continue;
			}
			in++;
		}
		*out++ = *in;
	}
	*line = *in ? in + 1 : NULL;
	*out = '\0';
	return field;
}

int csv_split(char *line, char **field, int max)
{
	int n = 0;

	for (char *rest = line; rest; n++) {
		char *text = next_field(&rest);

		if (n < max)
			field[n] = text;
	}
	return n;
}

int csv_error(const struct csv_cursor *at, const char *what, const char *value)
{
	return log_error_r(-EINVAL, "%s:%u: %s: \"%s\"", at->path, at->line, what, value);
}

int csv_lines(const char *path, int (*each)(const struct csv_cursor *at, char *line, void *context), void *context)
{
	_cleanup_fclose_ FILE *f = fopen(path, "re");
	struct csv_cursor at = { .path = path };
	_cleanup_free_ char *line = NULL;
	size_t size = 0;
	int r = 0;

	if (!f)
		return log_errno_r(-errno, "%s", path);
	while (r == 0 && getline(&line, &size, f) >= 0) {
		line[strcspn(line, "\r\n")] = '\0';
		at.line++;
		if (*line)
			r = each(&at, line, context);
	}
	return r == 0 && ferror(f) ? log_errno_r(-errno, "%s", path) : r;
}
