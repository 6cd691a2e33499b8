/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/output/table.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "agent/output/plain.h"

enum { GAP = 2, NARROWEST = 4 };

#define ELLIPSIS "\xe2\x80\xa6"

struct cell {
	size_t start, len; /* in the text buffer */
	size_t width;      /* terminal columns */
};

struct table {
	const struct table_column *columns;
	size_t n_columns;
	struct buffer text;
	struct cell *cells; /* the titles first */
	size_t n_cells, cap_cells;
	bool failed;
};

int table_new(const struct table_column *columns, size_t n, struct table **table)
{
	_cleanup_(table_free_p) struct table *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	t->columns = columns;
	t->n_columns = n;
	for (size_t i = 0; i < n; i++)
		table_cell(t, columns[i].title);
	if (t->failed)
		return -ENOMEM;
	*table = TAKE_PTR(t);
	return 0;
}

void table_free(struct table *table)
{
	buffer_free(&table->text);
	free(table->cells);
	free(table);
}

static struct cell *new_cell(struct table *t)
{
	size_t cap = t->cap_cells ? 2 * t->cap_cells : 64;
	struct cell *cells;

	if (t->n_cells < t->cap_cells)
		return &t->cells[t->n_cells++];
	cells = reallocarray(t->cells, cap, sizeof(*cells));
	if (!cells)
		return NULL;
	t->cells = cells;
	t->cap_cells = cap;
	return &t->cells[t->n_cells++];
}

void table_cell(struct table *table, const char *text)
{
	size_t start = table->text.len;
	struct cell *cell;

	plain_append(&table->text, text);
	cell = table->text.failed ? NULL : new_cell(table);
	if (!cell) {
		table->failed = true;
		return;
	}
	*cell = (struct cell){ .start = start, .len = table->text.len - start };
	if (cell->len)
		cell->width = plain_width(table->text.data + start, cell->len);
}

void table_cellf(struct table *table, const char *format, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	table_cell(table, text);
}

static size_t total_width(const struct table *t, const size_t *widths)
{
	size_t total = t->n_columns ? GAP * (t->n_columns - 1) : 0;

	for (size_t i = 0; i < t->n_columns; i++)
		total += widths[i];
	return total;
}

/* The widest column that may still shrink, or n_columns. */
static size_t widest(const struct table *t, const size_t *widths)
{
	size_t best = t->n_columns;

	for (size_t i = 0; i < t->n_columns; i++)
		if (t->columns[i].shrinks && widths[i] > NARROWEST &&
		    (best == t->n_columns || widths[i] > widths[best]))
			best = i;
	return best;
}

static void choose_widths(const struct table *t, size_t limit, size_t *widths)
{
	for (size_t i = 0; i < t->n_cells; i++)
		if (t->cells[i].width > widths[i % t->n_columns])
			widths[i % t->n_columns] = t->cells[i].width;
	while (limit && total_width(t, widths) > limit) {
		size_t i = widest(t, widths);

		if (i == t->n_columns)
			break;
		widths[i]--;
	}
}

/* A cell in exactly @width columns; the last one of a line is not filled up on its right. */
static void put_cell(const struct table *t, const struct cell *cell, size_t column, size_t width, struct buffer *out)
{
	bool cut = cell->width > width;
	bool last = column + 1 == t->n_columns;
	size_t used = cell->width;
	size_t bytes = cell->len;

	if (cut)
		bytes = plain_fit(t->text.data + cell->start, cell->len, width - 1, &used);
	used += cut;
	if (t->columns[column].align == TABLE_RIGHT)
		buffer_append_char(out, ' ', width - used);
	if (bytes)
		buffer_append(out, t->text.data + cell->start, bytes);
	if (cut)
		buffer_append_str(out, ELLIPSIS);
	if (t->columns[column].align == TABLE_LEFT && !last)
		buffer_append_char(out, ' ', width - used);
}

static void put_row(const struct table *t, size_t first, const size_t *widths, struct buffer *out)
{
	static const struct cell empty = { 0 };

	for (size_t i = 0; i < t->n_columns; i++) {
		const struct cell *cell = first + i < t->n_cells ? &t->cells[first + i] : &empty;

		if (i)
			buffer_append_char(out, ' ', GAP);
		put_cell(t, cell, i, widths[i], out);
	}
}

/* End the line that began at @start of @out: no spaces at its end, not wider than @limit. */
static void end_line(struct buffer *out, size_t start, size_t limit)
{
	size_t width;

	if (out->failed)
		return;
	while (out->len > start && out->data[out->len - 1] == ' ')
		out->len--;
	if (limit)
		out->len = start + plain_fit(out->data + start, out->len - start, limit, &width);
	buffer_append(out, "\n", 1);
}

int table_render(const struct table *table, size_t width, struct buffer *out)
{
	_cleanup_free_ size_t *widths = calloc(table->n_columns + 1, sizeof(*widths));

	if (!widths || table->failed)
		return -ENOMEM;
	if (!table->n_columns)
		return 0;
	choose_widths(table, width, widths);
	for (size_t i = 0; i < table->n_cells; i += table->n_columns) {
		size_t start = out->len;

		put_row(table, i, widths, out);
		end_line(out, start, width);
	}
	return out->failed ? -ENOMEM : 0;
}

int table_print(const struct table *table, int fd)
{
	_cleanup_(buffer_free) struct buffer out = { 0 };
	int r = table_render(table, terminal_width(fd), &out);

	return r < 0 ? r : buffer_write(&out, fd);
}

size_t terminal_width(int fd)
{
	struct winsize size;

	return isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

bool terminal_no_color(void)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	return (no_color && *no_color) || (term && !strcmp(term, "dumb"));
}
