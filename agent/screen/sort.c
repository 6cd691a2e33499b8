// SPDX-License-Identifier: BSD-2-Clause

#include "agent/screen/sort.h"

#include <string.h>

static int by_number(double a, double b)
{
	return (a < b) - (a > b);
}

static int by_text(const char *a, const char *b)
{
	if (!*a || !*b)
		return !*a - !*b;
	return strcasecmp(a, b);
}

static int by_mac(const struct scene_device *a, const struct scene_device *b)
{
	return (a->mac > b->mac) - (a->mac < b->mac);
}

/* 0: a function runs, 1: idle or unknown, 2: nothing is said */
static int rank(const struct scene_function *f)
{
	if (!*f->label)
		return 2;
	return !strcmp(f->label, "idle") || !strcmp(f->label, "unknown");
}

static int by_function(const struct scene_function *a, const struct scene_function *b)
{
	if (rank(a) != rank(b) || rank(a))
		return rank(a) - rank(b);
	return by_number((double)a->start_us, (double)b->start_us);
}

/* The shortest period first, none last. */
static int by_period(double a, double b)
{
	if (a == 0 || b == 0)
		return (a == 0) - (b == 0);
	return by_number(b, a);
}

static int compare(enum column column, const struct scene_device *a, const struct scene_device *b)
{
	switch (column) {
	case COLUMN_VENDOR:
		return by_text(a->vendor, b->vendor);
	case COLUMN_ADDRESS:
		return by_text(a->address_count ? a->addresses[0] : "", b->address_count ? b->addresses[0] : "");
	case COLUMN_MAC:
		return by_mac(a, b);
	case COLUMN_PORT:
		return by_text(a->in_iface, b->in_iface);
	case COLUMN_TYPE:
		return by_text(a->type.label, b->type.label);
	case COLUMN_FUNCTION:
		return by_function(&a->function, &b->function);
	case COLUMN_SINCE:
		return by_number((double)a->function.start_us, (double)b->function.start_us);
	case COLUMN_TX_PACKETS:
		return by_number(a->rate.tx_packets, b->rate.tx_packets);
	case COLUMN_RX_PACKETS:
		return by_number(a->rate.rx_packets, b->rate.rx_packets);
	case COLUMN_TX_BYTES:
		return by_number(a->rate.tx_bytes, b->rate.tx_bytes);
	case COLUMN_RX_BYTES:
		return by_number(a->rate.rx_bytes, b->rate.rx_bytes);
	case COLUMN_ACTIVITY:
		return by_number(__builtin_popcountll(a->strip), __builtin_popcountll(b->strip));
	case COLUMN_PERIOD:
		return by_period(a->period.seconds, b->period.seconds);
	case COLUMN_FLOWS:
		return by_number(a->flow_total, b->flow_total);
	case COLUMN_SEEN:
		return by_number((double)a->last_us, (double)b->last_us);
	case COLUMN_NAME:
	case COLUMN_COUNT:
		break;
	}
	return by_text(a->name, b->name);
}

int sort_compare(enum column column, bool inverted, const struct scene_device *a, const struct scene_device *b)
{
	int order = compare(column, a, b);

	if (order)
		return inverted ? -order : order;
	return by_text(a->name, b->name) ?: by_mac(a, b);
}
