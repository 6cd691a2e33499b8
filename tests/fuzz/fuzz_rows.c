/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Any bytes as an export: refused, or read into what can be exported again. Bytes that begin with "C" are CSV files one after the other,
 * a form feed between them, for the tables of a fixed head; others are an NDJSON stream.
 */

#include <stdlib.h>
#include <string.h>

#include "agent/history/imported_internal.h"
#include "agent/output/export_memory.h"
#include "tests/fuzz/fuzz.h"

#define SPAN_FROM_S 1000
#define SPAN_TO_S 5000

/* All that came in goes out. */
static void export_again(const struct imported *imported)
{
	const struct export_source source = export_from_import(imported);
	struct export_writer *w = calloc(1, sizeof(*w));

	if (!w)
		return;
	w->format = EXPORT_NDJSON;
	w->privacy.on = imported->dataset->count % 2;
	w->head.tables = imported->head.tables;
	if (export_place_open(&w->place, PLACE_NOWHERE, NULL) < 0 || export_run(w, &source, imported->dataset->count % 3 == 0) < 0)
		abort();
	for (int i = 0; i < IMPORTED_SERIES; i++)
		if (w->head.rows[i] != imported->head.rows[i])
			abort();
	export_writer_close(w);
	free(w);
}

static int read_tables(struct importer *im, const char *text, size_t size)
{
	int r = 0;

	for (int table = 0; r == 0 && table < IMPORTED_WINDOWS; table++) {
		const char *end = memchr(text, '\f', size);
		size_t n = end ? (size_t)(end - text) : size;
		FILE *f = n ? fmemopen((void *)text, n, "r") : NULL;

		im->table = (enum imported_table_id)table;
		r = f ? imported_csv(im, f) : -1;
		if (f)
			fclose(f);
		size -= end ? n + 1 : n;
		text += end ? n + 1 : n;
	}
	return r;
}

static void try_csv(const char *text, size_t size)
{
	struct importer *im = importer_new("fuzz");
	struct imported *imported = im ? im->import : NULL;

	if (!im)
		return;
	imported->head = (struct imported_head){ .from_s = SPAN_FROM_S, .to_s = SPAN_TO_S, .tables = (1u << IMPORTED_WINDOWS) - 1 };
	if (dataset_set_span(imported->dataset, SPAN_FROM_S, SPAN_TO_S) < 0)
		abort();
	if (read_tables(im, text, size) == 0) {
		memcpy(imported->head.rows, im->rows, sizeof(im->rows));
		dataset_finish(imported->dataset);
		export_again(imported);
	}
	importer_free(im);
}

int fuzz_rows(const uint8_t *data, size_t size)
{
	struct imported *imported = NULL;

	if (size && *data == 'C') {
		try_csv((const char *)data + 1, size - 1);
		return 0;
	}
	if (imported_read_text("fuzz", data, size, &imported) == 0) {
		export_again(imported);
		imported_free(imported);
	}
	return 0;
}
