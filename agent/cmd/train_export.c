// SPDX-License-Identifier: BSD-2-Clause

#include "agent/cmd/train_export.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/base/mac.h"
#include "agent/cmd/train_pieces.h"
#include "agent/history/packets_file.h"

#define PACKETS_MIN 5 /* a piece of evidence with fewer is no window */

struct exporter {
	struct pieces pieces;
	const char *path;
	FILE *manifest;
	struct train_export *done;
};

/* Quoted where it must be; RFC 4180. */
static void put_field(FILE *f, const char *text)
{
	bool quoted = strpbrk(text, ",\"") != NULL;

	if (quoted)
		fputc('"', f);
	for (; *text; text++) {
		fputc(*text, f);
		if (*text == '"')
			fputc('"', f);
	}
	if (quoted)
		fputc('"', f);
}

/* How long it is: a row with an end says that it was cut out of something longer, and does not show its device from the beginning on. */
static uint32_t seconds_of(const struct piece *p)
{
	return (p->packets[p->count - 1].ms - p->packets[0].ms) / 1000 + 1;
}

static int write_piece(struct exporter *x, const struct piece *p)
{
	char path[PATH_MAX], name[64], mac[MAC_TEXT_SIZE];
	int r;

	snprintf(name, sizeof(name), "%zu" PACKETS_FILE_SUFFIX, x->done->rows);
	snprintf(path, sizeof(path), "%s/%s", x->path, name);
	r = packets_file_write(path, p->packets, p->count);
	if (r < 0)
		return log_errno_r(r, "%s", path);
	fprintf(x->manifest, "%s,%s,", name, mac_format(p->label->mac, mac));
	put_field(x->manifest, p->type);
	fputc(',', x->manifest);
	put_field(x->manifest, p->function);
	fputs(",,", x->manifest);
	if (*p->function)
		fprintf(x->manifest, "%u", seconds_of(p));
	fprintf(x->manifest, ",%s\n", p->trial);
	x->done->rows++;
	x->done->packets += p->count;
	return 0;
}

static int write_pieces(struct exporter *x)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < x->pieces.count; i++) {
		if (!x->pieces.list[i].left_out && x->pieces.list[i].count >= PACKETS_MIN)
			r = write_piece(x, &x->pieces.list[i]);
	}
	return r;
}

static int write_all(struct exporter *x)
{
	char path[PATH_MAX];
	int r;

	snprintf(path, sizeof(path), "%s/" TRAIN_MANIFEST, x->path);
	x->manifest = fopen(path, "wxe");
	if (!x->manifest)
		return log_errno_r(-errno, "%s", path);
	fprintf(x->manifest, TRAIN_MANIFEST_HEADER "\n");
	r = write_pieces(x);
	if (fclose(x->manifest) == EOF && r == 0)
		r = log_errno_r(-errno, "%s", path);
	return r;
}

int train_export(struct store *store, const char *path, struct train_export *done)
{
	struct exporter x = { .path = path, .done = done };
	int r = pieces_read(store, PACKETS_MIN, &x.pieces);

	*done = (struct train_export){ 0 };
	if (r < 0)
		log_error("%s: %s", store->path, *store->why ? store->why : strerror(-r));
	if (r == 0)
		pieces_leave_out_lonely(&x.pieces);
	if (r == 0)
		r = write_all(&x);
	if (r == 0)
		pieces_count(&x.pieces, &done->devices, &done->functions);
	if (r == 0 && !done->rows)
		r = log_error_r(-ENODATA, "%s: no label to learn from: `iotbpf label` gives some", store->path);
	pieces_free(&x.pieces);
	return r;
}
