/* SPDX-License-Identifier: BSD-2-Clause */

/* Cells of an export, checked. */

#include "agent/history/imported_take.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/mac.h"

#define TOKEN_PREFIX "device-"
#define TOKEN_DIGITS 16

/* A token's number: the first 12 of its digits, which order it as its text does. */
static int parse_token(const char *text, uint64_t *mac)
{
	char digits[13];

	if (strncmp(text, TOKEN_PREFIX, strlen(TOKEN_PREFIX)) != 0)
		return -EINVAL;
	text += strlen(TOKEN_PREFIX);
	if (strlen(text) != TOKEN_DIGITS || text[strspn(text, "0123456789abcdef")])
		return -EINVAL;
	memcpy(digits, text, 12);
	digits[12] = '\0';
	*mac = strtoull(digits, NULL, 16);
	return 0;
}

static int parse_address(const char *text, uint64_t *mac)
{
	char again[MAC_TEXT_SIZE];

	return mac_parse(text, mac) == 0 && !strcmp(mac_format(*mac, again), text) ? 0 : -EINVAL;
}

int imported_take_device(struct importer *im, const struct imported_cell *cell)
{
	int r;

	if (im->id[0] && !strcmp(im->id, cell->s))
		return 0;
	r = im->import->head.private_ ? parse_token(cell->s, &im->mac) : parse_address(cell->s, &im->mac);
	if (r < 0)
		return imported_fail(im, "device: '%.40s' is no %s", cell->s,
				   im->import->head.private_ ? "token: \"device-\" and 16 hexadecimal digits" : "address as 02:00:5e:10:00:01");
	snprintf(im->id, sizeof(im->id), "%s", cell->s);
	return 0;
}

struct dataset_device *imported_find_device(struct importer *im, const struct imported_cell *cell)
{
	struct dataset_device *d;

	if (imported_take_device(im, cell) < 0)
		return NULL;
	d = dataset_find(im->import->dataset, im->mac);
	if (!d || strcmp(d->id, im->id) != 0) {
		imported_fail(im, "device: %s is not in table devices", im->id);
		return NULL;
	}
	return d;
}

struct dataset_flow *imported_find_flow(struct importer *im, const struct imported_cell *cells)
{
	struct dataset_device *d = imported_find_device(im, &cells[SERIES_DEVICE]);

	if (!d)
		return NULL;
	if (im->flow_table != im->table || im->flow_device < d) {
		im->flow_table = im->table;
		im->flow_device = d;
		im->flow_at = 0;
	}
	if (im->flow_device > d) {
		imported_fail(im, "device: %s comes after later ones", im->id);
		return NULL;
	}
	for (; im->flow_at < d->flow_count; im->flow_at++)
		if (!strcmp(d->flows[im->flow_at].protocol, cells[SERIES_PROTOCOL].s))
			return &d->flows[im->flow_at];
	imported_fail(im, "protocol: '%.40s' is no flow of this device in table flows, or comes after later ones", cells[SERIES_PROTOCOL].s);
	return NULL;
}

int imported_take_text(struct importer *im, const char *name, const struct imported_cell *cell, char *out, size_t size)
{
	if (!cell->set)
		return 0;
	if (strlen(cell->s) >= size)
		return imported_fail(im, "%s: longer than %zu bytes", name, size - 1);
	strcpy(out, cell->s);
	return 0;
}

int imported_take_source(struct importer *im, const struct imported_cell *cell, bool *owner)
{
	*owner = cell->set && !strcmp(cell->s, "owner");
	return !cell->set || *owner || !strcmp(cell->s, "model") ? 0 : imported_fail(im, "source: neither \"owner\" nor \"model\"");
}

int imported_take_interval(struct importer *im, int64_t from_us, int64_t to_us)
{
	if (from_us < -IMPORTED_LAST_US || to_us >= IMPORTED_LAST_US || from_us > to_us)
		return imported_fail(im, "from, to: it ends before it begins, or later than the year 9999");
	return 0;
}

int imported_take_counts(struct importer *im, const struct imported_cell *cells, int first, int n)
{
	for (int i = first; i < first + n; i++)
		if (cells[i].i < 0)
			return imported_fail(im, "%s: below 0", imported_tables[im->table].columns[i].name);
	return 0;
}

float imported_take_p(const struct imported_cell *cell)
{
	return cell->set ? (float)cell->d : NAN;
}

int imported_take_second(struct importer *im, const struct imported_cell *cell, uint32_t *at)
{
	const struct imported_head *h = &im->import->head;

	if (cell->i % US_PER_SECOND || cell->i < h->from_s * US_PER_SECOND || cell->i >= h->to_s * US_PER_SECOND)
		return imported_fail(im, "time: not a whole second, or not in the time of the export");
	*at = (uint32_t)(cell->i / US_PER_SECOND - h->from_s);
	return 0;
}
