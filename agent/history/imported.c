/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/history/imported.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/base/log.h"
#include "agent/history/imported_internal.h"

int imported_fail(const struct importer *im, const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return im->line ? log_error_r(-EBADMSG, "%s:%zu: %s", im->file, im->line, text) : log_error_r(-EBADMSG, "%s: %s", im->file, text);
}

int imported_grow(void *list, size_t count, size_t *room, size_t size)
{
	size_t wanted = *room ? *room + *room / 2 : 64;
	void *grown;

	if (count < *room)
		return 0;
	grown = reallocarray(*(void **)list, wanted, size);
	if (!grown)
		return log_errno_r(-ENOMEM, "cannot hold the import");
	*(void **)list = grown;
	*room = wanted;
	return 0;
}

int imported_line(struct importer *im, FILE *f, size_t *length)
{
	size_t n = 0;
	int c;

	im->line++;
	flockfile(f);
	while ((c = getc_unlocked(f)) != EOF && c != '\n' && c && n < IMPORTED_LINE_MAX)
		im->line_text[n++] = (char)c;
	funlockfile(f);
	im->line_text[n] = '\0';
	*length = n;
	if (c == '\n')
		return 1;
	if (c == EOF && ferror(f))
		return log_errno_r(-EIO, "%s", im->file);
	if (c == EOF)
		return n ? imported_fail(im, "the file ends within a row: it is cut") : 0;
	return imported_fail(im, c ? "a row longer than %d bytes" : "a byte that belongs to no text (%d)", c ? IMPORTED_LINE_MAX : 0);
}

size_t imported_columns(const struct importer *im)
{
	return imported_tables[im->table].count + (im->table == IMPORTED_WINDOWS ? im->import->head.features.count : 0);
}

const struct imported_column *imported_column_at(const struct importer *im, size_t number, const char **name)
{
	static const struct imported_column feature = { .type = IMPORTED_FLOAT };
	const struct imported_table *t = &imported_tables[im->table];

	*name = number < t->count ? t->columns[number].name : im->import->head.features.names[number - t->count];
	return number < t->count ? &t->columns[number] : &feature;
}

static bool same_totals(const struct dataset_totals *a, const struct dataset_totals *b)
{
	return a->packets == b->packets && a->bytes == b->bytes;
}

static int expect_flow(struct importer *im, const struct imported_expected *e)
{
	struct dataset_device *d = dataset_find(im->import->dataset, e->mac);
	const struct dataset_flow *f = dataset_flow(d, e->layer, e->proto);
	struct dataset_totals t = dataset_flow_totals(f);

	if (same_totals(&t, &e->totals) && t.active_seconds == e->totals.active_seconds)
		return 0;
	return imported_fail(im, "%s, %s: table series has %" PRIu64 " packets, %" PRIu64 " bytes in %" PRIu64 " seconds, table flows says %" PRIu64
			       ", %" PRIu64 ", %" PRIu64, d->id, f->protocol, t.packets, t.bytes, t.active_seconds, e->totals.packets,
			   e->totals.bytes, e->totals.active_seconds);
}

static int expect_device(struct importer *im, const struct imported_expected_device *e)
{
	const struct dataset_device *d = dataset_find(im->import->dataset, e->mac);
	struct dataset_totals sent, received;

	dataset_device_totals(d, &sent, &received);
	if (same_totals(&sent, &e->sent) && same_totals(&received, &e->received))
		return 0;
	return imported_fail(im, "%s: table traffic does not have the packets and bytes that table devices says", d->id);
}

int imported_expectations(struct importer *im)
{
	const struct imported_head *h = &im->import->head;
	int r = 0;

	im->line = 0;
	for (int i = 0; i < IMPORTED_TABLES; i++)
		if (h->tables >> i & 1 && h->rows[i] != im->rows[i])
			return imported_fail(im, "table %s has %" PRIu64 " rows, it should have %" PRIu64 ": it is cut", imported_tables[i].name,
					   im->rows[i], h->rows[i]);
	for (size_t i = 0; r == 0 && h->tables & 1u << IMPORTED_SERIES && i < im->flow_count; i++)
		r = expect_flow(im, &im->flows[i]);
	for (size_t i = 0; r == 0 && h->tables & 1u << IMPORTED_TRAFFIC && i < im->device_count; i++)
		r = expect_device(im, &im->devices[i]);
	return r;
}

void imported_free(struct imported *i)
{
	if (i->dataset)
		dataset_free(i->dataset);
	imported_features_free(&i->head.features);
	free(i->labels);
	free(i->windows);
	free(i->features);
	free(i);
}

void importer_free(struct importer *im)
{
	if (im->import)
		imported_free(im->import);
	free(im->flows);
	free(im->devices);
	free(im->line_text);
	free(im);
}

struct importer *importer_new(const char *file)
{
	_cleanup_(importer_free_p) struct importer *im = calloc(1, sizeof(*im));

	if (im)
		im->import = calloc(1, sizeof(*im->import));
	if (im && im->import) {
		im->file = file;
		im->line_text = malloc(IMPORTED_LINE_MAX + 1);
		im->import->dataset = dataset_new();
	}
	return im && im->import && im->line_text && im->import->dataset ? TAKE_PTR(im) : NULL;
}

static int finish(struct importer *im, int r, struct imported **import)
{
	if (r == 0)
		r = imported_expectations(im);
	if (r == 0) {
		dataset_finish(im->import->dataset);
		*import = TAKE_PTR(im->import);
	}
	importer_free(im);
	return r;
}

int imported_read(const char *path, struct imported **import)
{
	_cleanup_fclose_ FILE *f = NULL;
	struct importer *im = importer_new(path);
	struct stat st;
	bool from_stdin = !strcmp(path, "-");
	int r;

	if (!im)
		return log_errno_r(-ENOMEM, "%s", path);
	if (from_stdin)
		im->file = "standard input";
	if (!from_stdin && stat(path, &st) < 0)
		r = log_errno_r(-errno, "%s", path);
	else if (!from_stdin && S_ISDIR(st.st_mode))
		r = imported_directory(im, path);
	else if (!(f = from_stdin ? fdopen(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3), "r") : fopen(path, "re")))
		r = log_errno_r(-errno, "%s", path);
	else
		r = imported_ndjson(im, f);
	return finish(im, r, import);
}

int imported_read_text(const char *name, const void *text, size_t n, struct imported **import)
{
	_cleanup_fclose_ FILE *f = fmemopen((void *)text, n ? n : 1, "r");
	struct importer *im = importer_new(name);
	int r;

	if (!im)
		return log_errno_r(-ENOMEM, "%s", name);
	r = f ? n ? imported_ndjson(im, f) : imported_fail(im, "this is no export of iotbpf") : log_errno_r(-errno, "%s", name);
	return finish(im, r, import);
}
