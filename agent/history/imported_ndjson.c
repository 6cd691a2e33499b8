/* SPDX-License-Identifier: BSD-2-Clause */

/* An export as one stream: head, rows, and a last line with their numbers. */

#include <errno.h>
#include <math.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/history/imported_internal.h"

#define EXACT 9007199254740992.0 /* whole numbers up to here are exact in a double */

static int take_integer(struct importer *im, const char *name, const cJSON *item, int64_t *value)
{
	if (!cJSON_IsNumber(item) || !(fabs(item->valuedouble) < EXACT) || item->valuedouble != (double)(int64_t)item->valuedouble)
		return imported_fail(im, "%s: not a whole number below 2^53", name);
	*value = (int64_t)item->valuedouble;
	return 0;
}

static int take_number(struct importer *im, const char *name, const cJSON *item, bool single, double *value)
{
	if (!cJSON_IsNumber(item) || !isfinite(item->valuedouble) || (single && !isfinite((float)item->valuedouble)))
		return imported_fail(im, "%s: not a number", name);
	*value = single ? (double)(float)item->valuedouble : item->valuedouble;
	return 0;
}

static int take_value(struct importer *im, const char *name, enum imported_type type, const cJSON *item, struct imported_cell *cell)
{
	cell->set = true;
	switch (type) {
	case IMPORTED_INTEGER:
		return take_integer(im, name, item, &cell->i);
	case IMPORTED_NUMBER:
	case IMPORTED_FLOAT:
		return take_number(im, name, item, type == IMPORTED_FLOAT, &cell->d);
	case IMPORTED_BOOL:
		cell->i = cJSON_IsTrue(item);
		return cJSON_IsBool(item) ? 0 : imported_fail(im, "%s: neither true nor false", name);
	default:
		cell->s = cJSON_GetStringValue(item);
		return cell->s && *cell->s ? 0 : imported_fail(im, "%s: not text, or empty", name);
	}
}

/* Both columns of a time must say the same. */
static int take_time(struct importer *im, const char *name, const cJSON *row, const cJSON *item, struct imported_cell *cell)
{
	char key[64], text[TIME_TEXT_SIZE];
	const char *said = cJSON_GetStringValue(item);
	int r;

	snprintf(key, sizeof(key), "%s_us", name);
	r = take_integer(im, key, cJSON_GetObjectItemCaseSensitive(row, key), &cell->i);
	if (r == 0 && (!said || strcmp(said, time_format_rfc3339(cell->i, text)) != 0))
		r = imported_fail(im, "%s: does not say the same as %s", name, key);
	cell->set = true;
	return r;
}

/* The column of a member: the one after the last one, mostly. */
static size_t find_column(const struct importer *im, const char *key, size_t guess)
{
	size_t count = imported_columns(im);
	const char *name;

	for (size_t i = 0; i < count; i++) {
		size_t number = (guess + i) % count;

		imported_column_at(im, number, &name);
		if (!strcmp(name, key))
			return number;
	}
	return count;
}

static bool is_time_companion(const cJSON *previous, const char *key)
{
	size_t n = previous ? strlen(previous->string) : 0;

	return previous && !strncmp(previous->string, key, n) && !strcmp(key + n, "_us");
}

static int take_members(struct importer *im, const cJSON *row)
{
	size_t columns = imported_columns(im), number = 0;
	const cJSON *item, *previous = NULL;
	int r = 0;

	memset(im->cells, 0, columns * sizeof(im->cells[0]));
	cJSON_ArrayForEach(item, row)
	{
		const struct imported_column *c;
		const char *name;
		bool companion = is_time_companion(previous, item->string);

		if (!strcmp(item->string, "table") && item == row->child)
			continue;
		previous = NULL;
		if (companion)
			continue;
		number = find_column(im, item->string, number);
		if (number == columns)
			return imported_fail(im, "%.40s: table %s has no such column", item->string, imported_tables[im->table].name);
		c = imported_column_at(im, number, &name);
		if (im->cells[number].set)
			return imported_fail(im, "%s: is there twice", name);
		if (c->type == IMPORTED_TIME) {
			r = take_time(im, name, row, item, &im->cells[number]);
			previous = item;
		} else {
			r = take_value(im, name, c->type, item, &im->cells[number]);
		}
		if (r < 0)
			return r;
		number++;
	}
	return 0;
}

/* The last line; the numbers of rows in it are compared with what was read. */
static int take_end(struct importer *im, const cJSON *row)
{
	struct imported_head *h = &im->import->head;
	const cJSON *rows = cJSON_GetObjectItemCaseSensitive(row, "rows");
	int r = 0;

	for (int i = 0; r == 0 && i < IMPORTED_TABLES; i++) {
		int64_t value = 0;

		if (h->tables >> i & 1)
			r = take_integer(im, imported_tables[i].name, cJSON_GetObjectItemCaseSensitive(rows, imported_tables[i].name), &value);
		h->rows[i] = (uint64_t)value;
	}
	h->counted = true;
	return r;
}

static int take_line(struct importer *im, size_t length)
{
	const char *end = NULL;
	cJSON *row = cJSON_ParseWithLengthOpts(im->line_text, length, &end, false);
	const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "table"));
	int table = name ? imported_table_find(name) : -1, r;

	if (!cJSON_IsObject(row) || end != im->line_text + length)
		r = imported_fail(im, "not one JSON object");
	else if (cJSON_HasObjectItem(row, IMPORTED_END))
		r = take_end(im, row);
	else if (table < 0 || !(im->import->head.tables >> table & 1))
		r = imported_fail(im, "table: missing, or none that the head names");
	else if ((enum imported_table_id)table < im->table)
		r = imported_fail(im, "table: %s comes too late", name);
	else {
		im->table = (enum imported_table_id)table;
		r = take_members(im, row);
		if (r == 0)
			r = imported_row(im);
	}
	cJSON_Delete(row);
	return r;
}

static int take_head(struct importer *im, FILE *f)
{
	struct imported *i = im->import;
	char where[512];
	size_t length;
	int r = imported_line(im, f, &length);

	if (r <= 0)
		return r < 0 ? r : imported_fail(im, "empty: no export of iotbpf");
	snprintf(where, sizeof(where), "%s:1", im->file);
	r = imported_head_read(im->line_text, length, where, &i->head);
	i->head.counted = false;
	if (r == 0 && dataset_set_span(i->dataset, i->head.from_s, i->head.to_s) < 0)
		r = imported_fail(im, "from_s, to_s: out of range");
	i->dataset->private_ = i->head.private_;
	return r;
}

int imported_ndjson(struct importer *im, FILE *f)
{
	size_t length;
	int r = take_head(im, f);

	if (r < 0)
		return r;
	while ((r = imported_line(im, f, &length)) > 0) {
		if (im->import->head.counted)
			return imported_fail(im, "something follows the last line of the export");
		r = take_line(im, length);
		if (r < 0)
			return r;
	}
	if (r == 0 && !im->import->head.counted)
		r = imported_fail(im, "the last line is missing: the export is cut");
	return r;
}
