// SPDX-License-Identifier: BSD-2-Clause

#include "agent/screen/columns.h"

#include <stdio.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/mac.h"
#include "agent/screen/format.h"

const char *const column_names[] = { "name",	   "vendor",	 "address",    "mac",	   "port",     "type",	 "function", "since", "tx-packets",
				     "rx-packets", "tx-bytes", "rx-bytes", "activity", "period", "flows", "seen",	NULL };

#define RANKS 9
#define RANK_EXTRA 6 /* from here on only beside columns that can be read well */

static const struct {
	struct column_info info;
	int least, good, most; /* width: to be of use, to be read well, to want no more */
	int rank;	       /* 1: on any line */
} COLUMNS[COLUMN_COUNT] = {
	[COLUMN_NAME] = { { "NAME", "what it is called, else its address", ALIGN_LEFT }, 13, 18, 28, 1 },
	[COLUMN_VENDOR] = { { "VENDOR", "who made its network interface", ALIGN_LEFT }, 12, 16, 24, 4 },
	[COLUMN_ADDRESS] = { { "ADDRESS", "IP address", ALIGN_LEFT }, 15, 15, 39, 5 },
	[COLUMN_MAC] = { { "MAC", "hardware address", ALIGN_LEFT }, 17, 17, 17, 6 },
	[COLUMN_PORT] = { { "PORT", "the interface it is behind", ALIGN_LEFT }, 6, 6, 10, 8 },
	[COLUMN_TYPE] = { { "TYPE", "what it is, and how sure", ALIGN_LEFT }, 15, 21, 26, 1 },
	[COLUMN_FUNCTION] = { { "NOW", "what it does now, and how sure", ALIGN_LEFT }, 15, 20, 24, 1 },
	[COLUMN_SINCE] = { { "FOR", "how long it has been doing that", ALIGN_RIGHT }, 4, 4, 4, 1 },
	[COLUMN_TX_PACKETS] = { { "OUT/s", "packets a second that it sends", ALIGN_RIGHT }, 5, 5, 5, 3 },
	[COLUMN_RX_PACKETS] = { { "IN/s", "packets a second that it receives", ALIGN_RIGHT }, 5, 5, 5, 3 },
	[COLUMN_TX_BYTES] = { { "OUT B", "bytes a second that it sends", ALIGN_RIGHT }, 5, 5, 5, 1 },
	[COLUMN_RX_BYTES] = { { "IN B", "bytes a second that it receives", ALIGN_RIGHT }, 5, 5, 5, 1 },
	[COLUMN_ACTIVITY] = { { "LAST 60 s", "seconds in which it sent", ALIGN_LEFT }, 10, 15, 30, 1 },
	[COLUMN_PERIOD] = { { "EVERY", "its shortest period", ALIGN_RIGHT }, 5, 5, 6, 1 },
	[COLUMN_FLOWS] = { { "FLOWS", "protocols that it speaks", ALIGN_RIGHT }, 5, 5, 5, 7 },
	[COLUMN_SEEN] = { { "SEEN", "how long ago it sent or received", ALIGN_RIGHT }, 4, 4, 4, 9 },
};

const struct column_info *column_info(enum column column)
{
	return &COLUMNS[column].info;
}

static int total(const struct columns_layout *l)
{
	int sum = -1;

	for (int i = 0; i < COLUMN_COUNT; i++)
		sum += l->width[i] ? l->width[i] + 1 : 0;
	return sum;
}

/* What a column can grow by: a strip has halves of whole seconds. */
static int step(enum column column, int width)
{
	return column != COLUMN_ACTIVITY ? 1 : width == 10 ? 5 : 15;
}

static bool may_grow(enum column column, int width, const struct columns_need *need, bool fully)
{
	int limit = fully ? COLUMNS[column].most : COLUMNS[column].good;

	if (column != COLUMN_ACTIVITY && need && width >= need->width[column])
		return false;
	return width && width + step(column, width) <= limit;
}

/* A first step for each that can take one, round and round, so that none waits for another to be as wide as can be. */
static void grow(int width, const struct columns_need *need, bool fully, struct columns_layout *l)
{
	bool grown = true;

	while (grown) {
		grown = false;
		for (int i = 0; i < COLUMN_COUNT; i++) {
			int by = step((enum column)i, l->width[i]);

			if (!may_grow((enum column)i, l->width[i], need, fully) || total(l) + by > width)
				continue;
			l->width[i] += by;
			grown = true;
		}
	}
}

void columns_fit(uint32_t mask, int width, const struct columns_need *need, struct columns_layout *layout)
{
	*layout = (struct columns_layout){ 0 };
	for (int rank = 1; rank <= RANKS; rank++) {
		if (rank == RANK_EXTRA)
			grow(width, need, false, layout);
		for (int i = 0; i < COLUMN_COUNT; i++) {
			if (COLUMNS[i].rank != rank || !(mask & 1u << i) || (need && !need->width[i]))
				continue;
			layout->width[i] = COLUMNS[i].least;
			if (total(layout) > width)
				layout->width[i] = 0;
		}
	}
	grow(width, need, true, layout);
}

static enum role role_of(double p)
{
	return p >= 0.8 ? ROLE_SURE : p >= 0.5 ? ROLE_LIKELY : ROLE_UNSURE;
}

static void put_count(double value, struct column_cell *cell)
{
	char text[FORMAT_SIZE];

	cell->role = value >= 0.5 ? ROLE_TRAFFIC : ROLE_FAINT;
	strcpy(cell->text, format_count(value, text));
}

static void put_type(const struct scene_type *t, struct column_cell *cell)
{
	char share[FORMAT_SIZE];
	bool known = *t->label && strcmp(t->label, "unknown") != 0;

	snprintf(cell->text, sizeof(cell->text), "%s%s", !strcmp(t->level, "family") ? "family " : "", *t->label ? t->label : "unknown");
	cell->role = t->owner ? ROLE_OWNER : known ? role_of(t->p) : ROLE_FAINT;
	if (known && !t->owner)
		strcpy(cell->share, format_share(t->p, share));
}

static void put_function(const struct scene_function *f, struct column_cell *cell)
{
	char share[FORMAT_SIZE];
	bool runs = *f->label && strcmp(f->label, "idle") != 0 && strcmp(f->label, "unknown") != 0;

	strcpy(cell->text, f->label);
	cell->role = runs ? ROLE_FUNCTION : ROLE_FAINT;
	if (*f->label && f->p > 0)
		strcpy(cell->share, format_share(f->p, share));
}

/* Without a name: the end of the address, which tells it from its likes, and who made it. */
static void put_name(const struct scene_device *d, struct column_cell *cell)
{
	const char *maker = *d->vendor ? d->vendor : d->randomized ? "random" : NULL;
	char mac[MAC_TEXT_SIZE];

	if (*d->name)
		strcpy(cell->text, d->name);
	else
		snprintf(cell->text, sizeof(cell->text), "%s%s%s", mac_format(d->mac, mac) + strlen("02:00:00:"), maker ? " " : "",
			 maker ? maker : "");
	if (!strcmp(d->name_source, "owner"))
		cell->role = ROLE_OWNER;
}

/* Time between then and now; nothing where then is not known. */
static void put_age(int64_t then_us, int64_t now_us, struct column_cell *cell)
{
	char text[FORMAT_SIZE];

	if (then_us)
		strcpy(cell->text, format_age((double)(now_us - then_us) / US_PER_SECOND, text));
}

void column_fill(enum column column, const struct scene_device *d, int64_t now_us, struct column_cell *cell)
{
	char text[FORMAT_SIZE];

	*cell = (struct column_cell){ .role = ROLE_TEXT };
	switch (column) {
	case COLUMN_NAME:
		return put_name(d, cell);
	case COLUMN_VENDOR:
		cell->role = d->randomized ? ROLE_FAINT : ROLE_TEXT;
		strcpy(cell->text, d->randomized && !*d->vendor ? "(random address)" : d->vendor);
		return;
	case COLUMN_ADDRESS:
		strcpy(cell->text, d->address_count ? d->addresses[0] : "");
		return;
	case COLUMN_MAC:
		mac_format(d->mac, cell->text);
		return;
	case COLUMN_PORT:
		strcpy(cell->text, d->in_iface);
		return;
	case COLUMN_TYPE:
		return put_type(&d->type, cell);
	case COLUMN_FUNCTION:
		return put_function(&d->function, cell);
	case COLUMN_SINCE:
		return put_age(d->function.start_us, now_us, cell);
	case COLUMN_TX_PACKETS:
		return put_count(d->rate.tx_packets, cell);
	case COLUMN_RX_PACKETS:
		return put_count(d->rate.rx_packets, cell);
	case COLUMN_TX_BYTES:
		return put_count(d->rate.tx_bytes, cell);
	case COLUMN_RX_BYTES:
		return put_count(d->rate.rx_bytes, cell);
	case COLUMN_PERIOD:
		cell->role = ROLE_PERIOD;
		strcpy(cell->text, format_period(d->period.seconds, text));
		return;
	case COLUMN_FLOWS:
		snprintf(cell->text, sizeof(cell->text), "%u", d->flow_total);
		return;
	case COLUMN_SEEN:
		return put_age(d->last_us, now_us, cell);
	case COLUMN_ACTIVITY:
	case COLUMN_COUNT:
		return;
	}
}

void columns_measure(const struct scene_device *d, struct columns_need *need)
{
	static const enum column texts[] = { COLUMN_NAME, COLUMN_VENDOR, COLUMN_ADDRESS, COLUMN_PORT, COLUMN_TYPE };

	/* Others keep their width, whatever comes and goes; a text that no device has takes no room. */
	for (int i = 0; i < COLUMN_COUNT; i++) {
		if (i != COLUMN_VENDOR && i != COLUMN_ADDRESS && i != COLUMN_PORT)
			need->width[i] = need->width[i] ? need->width[i] : COLUMNS[i].least;
	}
	need->width[COLUMN_FUNCTION] = COLUMNS[COLUMN_FUNCTION].most;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct column_cell cell;
		int width;

		column_fill(texts[i], d, 0, &cell);
		width = grid_width(cell.text) + (*cell.share ? 5 : 0);
		if (width > need->width[texts[i]])
			need->width[texts[i]] = width;
	}
}
