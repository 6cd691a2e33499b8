/* SPDX-License-Identifier: BSD-2-Clause */

/* An export as a directory: schema.json, and a CSV file (RFC 4180) a table. */

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/cleanup.h"
#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/history/imported_internal.h"

#define FIELDS_MAX (2 * IMPORTED_COLUMNS_MAX)

/* The fields of one row; they point into the importer's line, where quotes are undone in place. */
struct fields {
	char *list[FIELDS_MAX];
	size_t count;
};

/* Undo the quotes of a field that begins at @s; returns what follows its closing quote, or NULL. */
static char *unquote(char *s)
{
	char *to = s;

	for (s++; *s; s++) {
		if (*s == '"' && s[1] != '"') {
			char *next = s + 1;

			*to = '\0';
			return next;
		}
		s += *s == '"';
		*to++ = *s;
	}
	return NULL;
}

static int split(struct importer *im, struct fields *f)
{
	char *s = im->line_text, *next;

	for (f->count = 0;; s = next + 1) {
		char after;

		if (f->count == FIELDS_MAX)
			return imported_fail(im, "too many fields");
		f->list[f->count++] = s;
		if (*s == '"') {
			next = unquote(s);
			if (!next)
				return imported_fail(im, "field %zu: a quote is not closed in its line", f->count);
		} else {
			next = s + strcspn(s, ",\"");
		}
		after = *next;
		if (after && after != ',')
			return imported_fail(im, "field %zu: a quote within a field, or something after one", f->count);
		*next = '\0';
		if (!after)
			return 0;
	}
}

static int parse_integer(struct importer *im, const char *name, const char *text, int64_t *value)
{
	const char *digits = text + (*text == '-');
	char *end;

	errno = 0;
	*value = strtoll(text, &end, 10);
	if (errno || *end || !*digits || digits[strspn(digits, "0123456789")])
		return imported_fail(im, "%s: '%.40s' is no whole number of 64 bits", name, text);
	return 0;
}

static int parse_number(struct importer *im, const char *name, const char *text, bool single, double *value)
{
	char *end;

	*value = single ? (double)strtof(text, &end) : strtod(text, &end);
	if (*end || text[strspn(text, "0123456789.eE+-")] || !isfinite(*value))
		return imported_fail(im, "%s: '%.40s' is no number", name, text);
	return 0;
}

static int parse_cell(struct importer *im, const char *name, enum imported_type type, const char *text, struct imported_cell *cell)
{
	*cell = (struct imported_cell){ .set = *text };
	if (!*text)
		return 0;
	switch (type) {
	case IMPORTED_INTEGER:
		return parse_integer(im, name, text, &cell->i);
	case IMPORTED_NUMBER:
	case IMPORTED_FLOAT:
		return parse_number(im, name, text, type == IMPORTED_FLOAT, &cell->d);
	case IMPORTED_BOOL:
		cell->i = !strcmp(text, "true");
		return cell->i || !strcmp(text, "false") ? 0 : imported_fail(im, "%s: neither true nor false", name);
	default:
		cell->s = text;
		return 0;
	}
}

static int parse_time(struct importer *im, const char *name, const char *text, const char *us, struct imported_cell *cell)
{
	char again[TIME_TEXT_SIZE];
	int r = parse_cell(im, name, IMPORTED_INTEGER, us, cell);

	if (r == 0 && strcmp(text, cell->set ? time_format_rfc3339(cell->i, again) : "") != 0)
		r = imported_fail(im, "%s: does not say the same as %s_us", name, name);
	return r;
}

/* Fields in a row: one a column, two a time. */
static size_t field_count(const struct importer *im)
{
	const struct imported_table *t = &imported_tables[im->table];
	size_t count = imported_columns(im);

	for (size_t i = 0; i < t->count; i++)
		count += t->columns[i].type == IMPORTED_TIME;
	return count;
}

static int take_fields(struct importer *im, const struct fields *f)
{
	size_t columns = imported_columns(im), at = 0;
	const char *name;
	int r = 0;

	if (f->count != field_count(im))
		return imported_fail(im, "%zu fields, there are %zu columns", f->count, field_count(im));
	for (size_t i = 0; r == 0 && i < columns; i++) {
		const struct imported_column *c = imported_column_at(im, i, &name);

		if (c->type == IMPORTED_TIME)
			r = parse_time(im, name, f->list[at], f->list[at + 1], &im->cells[i]);
		else
			r = parse_cell(im, name, c->type, f->list[at], &im->cells[i]);
		at += c->type == IMPORTED_TIME ? 2 : 1;
	}
	return r;
}

/* The first row names the columns. */
static int check_names(struct importer *im, const struct fields *f)
{
	size_t columns = imported_columns(im), at = 0;
	const char *name;
	bool same = f->count == field_count(im);

	for (size_t i = 0; same && i < columns; i++) {
		const struct imported_column *c = imported_column_at(im, i, &name);

		same = !strcmp(f->list[at++], name);
		if (same && c->type == IMPORTED_TIME) {
			size_t n = strlen(name);

			same = !strncmp(f->list[at], name, n) && !strcmp(f->list[at] + n, "_us");
			at++;
		}
	}
	return same ? 0 : imported_fail(im, "the first line does not name the columns of table %s", imported_tables[im->table].name);
}

int imported_csv(struct importer *im, FILE *f)
{
	_cleanup_free_ struct fields *fields = malloc(sizeof(*fields));
	size_t length;
	int r;

	im->line = 0;
	if (!fields)
		return log_errno_r(-ENOMEM, "%s", im->file);
	while ((r = imported_line(im, f, &length)) > 0) {
		if (length && im->line_text[length - 1] == '\r')
			im->line_text[length - 1] = '\0';
		r = split(im, fields);
		if (r == 0)
			r = im->line == 1 ? check_names(im, fields) : take_fields(im, fields) ?: imported_row(im);
		if (r < 0)
			return r;
	}
	return r == 0 && im->line == 1 ? imported_fail(im, "empty: the names of the columns are missing") : r;
}

static int read_table(struct importer *im, const char *path, enum imported_table_id table)
{
	_cleanup_fclose_ FILE *f = NULL;
	char file[PATH_MAX];
	const char *directory = im->file;
	int r;

	im->table = table;
	if ((size_t)snprintf(file, sizeof(file), "%s/%s.csv", path, imported_tables[table].name) >= sizeof(file))
		return log_errno_r(-ENAMETOOLONG, "%s", path);
	f = fopen(file, "re");
	if (!f)
		return log_errno_r(-errno, "%s", file);
	im->file = file;
	r = imported_csv(im, f);
	im->file = directory;
	return r;
}

static int read_schema(struct importer *im, const char *path)
{
	_cleanup_fclose_ FILE *f = NULL;
	_cleanup_free_ char *text = malloc(IMPORTED_HEAD_MAX);
	struct imported *i = im->import;
	char file[PATH_MAX];
	size_t n;
	int r;

	if (!text || (size_t)snprintf(file, sizeof(file), "%s/" IMPORTED_SCHEMA_FILE, path) >= sizeof(file))
		return log_errno_r(text ? -ENAMETOOLONG : -ENOMEM, "%s", path);
	f = fopen(file, "re");
	if (!f && errno == ENOENT)
		return log_error_r(-ENOENT, "%s: no export of iotbpf: there is no " IMPORTED_SCHEMA_FILE " in it", path);
	if (!f)
		return log_errno_r(-errno, "%s", file);
	n = fread(text, 1, IMPORTED_HEAD_MAX, f);
	if (n == IMPORTED_HEAD_MAX)
		return log_error_r(-EBADMSG, "%s: longer than %d bytes", file, IMPORTED_HEAD_MAX);
	r = imported_head_read(text, n, file, &i->head);
	if (r == 0 && !i->head.counted)
		r = log_error_r(-EBADMSG, "%s: does not say how many rows there are", file);
	if (r == 0 && dataset_set_span(i->dataset, i->head.from_s, i->head.to_s) < 0)
		r = log_error_r(-EBADMSG, "%s: from_s, to_s: out of range", file);
	i->dataset->private_ = i->head.private_;
	return r;
}

int imported_directory(struct importer *im, const char *path)
{
	int r = read_schema(im, path);

	for (int i = 0; r == 0 && i < IMPORTED_TABLES; i++)
		if (im->import->head.tables >> i & 1)
			r = read_table(im, path, (enum imported_table_id)i);
	return r;
}
