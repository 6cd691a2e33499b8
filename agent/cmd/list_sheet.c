// SPDX-License-Identifier: BSD-2-Clause

#include "agent/cmd/list_sheet.h"

#include <math.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/output/plain.h"

static void put_heading(struct sheet *s)
{
	const char *comma = "";

	for (size_t i = 0; i < s->count; i++) {
		if (!s->columns[i].name)
			continue;
		buffer_append_str(&s->text, comma);
		buffer_append_str(&s->text, s->columns[i].name);
		comma = ",";
	}
	buffer_append_str(&s->text, "\n");
}

int sheet_begin(struct sheet *s, const struct sheet_column *columns, size_t count, enum sheet_form form)
{
	size_t n = 0;

	*s = (struct sheet){ .columns = columns, .count = count, .form = form };
	for (size_t i = 0; i < count; i++) {
		if (columns[i].title)
			s->titles[n++] = (struct table_column){ columns[i].title, columns[i].align, columns[i].shrinks };
	}
	if (form == SHEET_CSV)
		put_heading(s);
	return form == SHEET_TABLE ? table_new(s->titles, n, &s->table) : 0;
}

void sheet_free(struct sheet *s)
{
	if (s->table)
		table_free(s->table);
	buffer_free(&s->text);
}

/* Whoever reads no more has seen enough. */
static int exit_code(int e)
{
	if (e == 0 || e == -EPIPE)
		return EX_OK;
	log_errno_r(e, "cannot write the list");
	return e == -ENOMEM ? EX_OSERR : EX_IOERR;
}

int sheet_end(struct sheet *s)
{
	return s->table ? exit_code(table_print(s->table, STDOUT_FILENO)) : sheet_flush(s);
}

int sheet_flush(struct sheet *s)
{
	int e = buffer_write(&s->text, STDOUT_FILENO);

	buffer_reset(&s->text);
	return exit_code(e);
}

/* Begin the field or member of the column; false: there is nothing to be written. */
static bool open_field(struct sheet *s, bool known)
{
	const struct sheet_column *column = &s->columns[s->at];

	if (s->form == SHEET_JSON && s->at == 0) {
		s->json = json_init(&s->text);
		json_begin_object(&s->json);
	}
	if (!column->name)
		return false;
	if (s->form == SHEET_JSON && known)
		json_key(&s->json, column->name);
	if (s->form == SHEET_CSV)
		buffer_append_str(&s->text, s->comma ? "," : "");
	s->comma = true;
	return known;
}

static void close_field(struct sheet *s)
{
	if (++s->at < s->count)
		return;
	if (s->form == SHEET_JSON)
		json_end_object(&s->json);
	if (s->form != SHEET_TABLE)
		buffer_append_str(&s->text, "\n");
	s->at = 0;
	s->comma = false;
}

/* Is the form a table? Then @cell is written, where the column is in it. */
static bool in_table(struct sheet *s, const char *cell)
{
	if (s->form != SHEET_TABLE)
		return false;
	if (s->columns[s->at].title)
		table_cell(s->table, cell);
	close_field(s);
	return true;
}

/* Quoted where it must be. */
static void put_csv(struct buffer *out, const char *text)
{
	_cleanup_(buffer_free) struct buffer plain = { 0 };

	plain_append(&plain, text);
	if (plain.failed || !strpbrk(plain.data, ",\"")) {
		buffer_append_str(out, plain.data ? plain.data : "");
		return;
	}
	buffer_append_str(out, "\"");
	for (const char *p = plain.data; *p; p++)
		buffer_append_char(out, *p, *p == '"' ? 2 : 1);
	buffer_append_str(out, "\"");
}

void sheet_text(struct sheet *s, const char *text)
{
	bool known = text && *text;

	if (in_table(s, text))
		return;
	if (open_field(s, known)) {
		if (s->form == SHEET_JSON)
			json_str(&s->json, text);
		else
			put_csv(&s->text, text);
	}
	close_field(s);
}

void sheet_count(struct sheet *s, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	if (in_table(s, text))
		return;
	if (open_field(s, true)) {
		if (s->form == SHEET_JSON)
			json_u64(&s->json, value);
		else
			buffer_append_str(&s->text, text);
	}
	close_field(s);
}

void sheet_bytes(struct sheet *s, uint64_t value)
{
	static const char *const units[] = { "", " kB", " MB", " GB", " TB", " PB", " EB" };
	double scaled = (double)value;
	char text[32];
	size_t unit = 0;

	for (; scaled >= 999.95 && unit + 1 < sizeof(units) / sizeof(units[0]); unit++)
		scaled /= 1000;
	snprintf(text, sizeof(text), "%.*f%s", unit ? 1 : 0, scaled, units[unit]);
	if (!in_table(s, text))
		sheet_count(s, value);
}

/* A number, which is @cell in a table. */
static void put_number(struct sheet *s, double value, int decimals, const char *cell)
{
	struct json number = json_init(&s->text);

	if (in_table(s, isfinite(value) ? cell : ""))
		return;
	if (open_field(s, isfinite(value))) {
		if (s->form == SHEET_JSON)
			json_double(&s->json, value, decimals);
		else
			json_double(&number, value, decimals);
	}
	close_field(s);
}

void sheet_number(struct sheet *s, double value, int decimals)
{
	char text[64];

	snprintf(text, sizeof(text), "%.*f", decimals, value);
	put_number(s, value, decimals, text);
}

void sheet_seconds(struct sheet *s, double seconds)
{
	char text[DURATION_TEXT_SIZE];

	if (isfinite(seconds) && seconds >= 100)
		duration_format(seconds, text);
	else
		snprintf(text, sizeof(text), "%.*f s", fmod(seconds, 1) != 0 ? 1 : 0, seconds);
	put_number(s, seconds, 3, text);
}

void sheet_share(struct sheet *s, double share)
{
	char text[32];

	snprintf(text, sizeof(text), "%.0f %%", 100 * share);
	put_number(s, share, 4, text);
}

void sheet_time(struct sheet *s, int64_t us)
{
	char text[TIME_TEXT_SIZE] = "";

	if (s->form == SHEET_TABLE)
		in_table(s, us ? time_format_local(us, text) : "");
	else
		sheet_text(s, us ? time_format_rfc3339(us, text) : NULL);
}

void sheet_bool(struct sheet *s, bool value)
{
	if (in_table(s, value ? "yes" : ""))
		return;
	if (open_field(s, true)) {
		if (s->form == SHEET_JSON)
			json_bool(&s->json, value);
		else
			buffer_append_str(&s->text, value ? "true" : "false");
	}
	close_field(s);
}
