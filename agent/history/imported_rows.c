/* SPDX-License-Identifier: BSD-2-Clause */

/* Rows of an export as a dataset, labels and windows: each is checked against what came before it. */

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/history/imported_take.h"

static int add_device(struct importer *im, const struct imported_cell *c)
{
	struct dataset *ds = im->import->dataset;
	struct imported_expected_device *expected;
	struct dataset_device *d;
	int r = imported_take_device(im, &c[DEVICES_DEVICE]) ?: imported_take_counts(im, c, DEVICES_TX_PACKETS, 4);

	if (r < 0)
		return r;
	if (ds->count && ds->devices[ds->count - 1].mac >= im->mac)
		return imported_fail(im, "device: %s does not come after the row before", im->id);
	r = imported_grow(&im->devices, im->device_count, &im->device_room, sizeof(*im->devices));
	d = r < 0 ? NULL : dataset_device(ds, im->mac);
	if (!d)
		return r < 0 ? r : imported_fail(im, "more than %u devices", DATASET_DEVICES);
	strcpy(d->id, im->id);
	d->label_p = imported_take_p(&c[DEVICES_TYPE_P]);
	d->first_us = c[DEVICES_FIRST].set ? c[DEVICES_FIRST].i : 0;
	d->last_us = c[DEVICES_LAST].set ? c[DEVICES_LAST].i : 0;
	expected = &im->devices[im->device_count++];
	*expected = (struct imported_expected_device){ .mac = im->mac };
	expected->sent.packets = (uint64_t)c[DEVICES_TX_PACKETS].i;
	expected->sent.bytes = (uint64_t)c[DEVICES_TX_BYTES].i;
	expected->received.packets = (uint64_t)c[DEVICES_RX_PACKETS].i;
	expected->received.bytes = (uint64_t)c[DEVICES_RX_BYTES].i;
	return imported_take_text(im, "name", &c[DEVICES_NAME], d->name, sizeof(d->name)) ?:
	       imported_take_text(im, "vendor", &c[DEVICES_VENDOR], d->vendor, sizeof(d->vendor)) ?:
	       imported_take_text(im, "type", &c[DEVICES_TYPE], d->label, sizeof(d->label)) ?: imported_take_source(im, &c[DEVICES_SOURCE], &d->owner);
}

static int add_flow(struct importer *im, const struct imported_cell *c)
{
	struct dataset_device *d = imported_find_device(im, &c[FLOWS_DEVICE]);
	struct imported_expected *expected;
	const struct dataset_flow *f, *last;
	int r = d ? imported_take_counts(im, c, FLOWS_LAYER, 5) : -EBADMSG;

	if (r < 0)
		return r;
	if (c[FLOWS_LAYER].i > UINT8_MAX || c[FLOWS_NUMBER].i > UINT16_MAX)
		return imported_fail(im, "layer, number: too large");
	last = d->flow_count ? &d->flows[d->flow_count - 1] : NULL;
	if (last && (last->layer > c[FLOWS_LAYER].i || (last->layer == c[FLOWS_LAYER].i && last->proto >= c[FLOWS_NUMBER].i)))
		return imported_fail(im, "layer, number: not after the row before");
	r = imported_grow(&im->flows, im->flow_count, &im->flow_room, sizeof(*im->flows));
	f = r < 0 ? NULL : dataset_flow(d, (uint32_t)c[FLOWS_LAYER].i, (uint32_t)c[FLOWS_NUMBER].i);
	if (!f)
		return r < 0 ? r : imported_fail(im, "more than %u flows of one device", DATASET_FLOWS);
	if (strcmp(f->protocol, c[FLOWS_PROTOCOL].s) != 0)
		return imported_fail(im, "protocol: '%.40s' is %s by its layer and number", c[FLOWS_PROTOCOL].s, f->protocol);
	expected = &im->flows[im->flow_count++];
	*expected = (struct imported_expected){ .mac = im->mac, .layer = f->layer, .proto = f->proto };
	expected->totals.packets = (uint64_t)c[FLOWS_PACKETS].i;
	expected->totals.bytes = (uint64_t)c[FLOWS_BYTES].i;
	expected->totals.active_seconds = (uint64_t)c[FLOWS_SECONDS].i;
	return 0;
}

static int add_second(struct importer *im, const struct imported_cell *c)
{
	struct dataset_flow *f = imported_find_flow(im, c);
	uint32_t at;
	int r = f ? imported_take_second(im, &c[SERIES_TIME], &at) ?: imported_take_counts(im, c, SERIES_PACKETS, 2) : -EBADMSG;

	if (r < 0)
		return r;
	if (f->count && f->seconds[f->count - 1].at >= at)
		return imported_fail(im, "time: not after the flow's row before");
	if (c[SERIES_PACKETS].i > UINT32_MAX)
		return imported_fail(im, "packets: too many for a second");
	r = dataset_add_second(im->import->dataset, f, at, (uint64_t)c[SERIES_PACKETS].i, (uint64_t)c[SERIES_BYTES].i);
	return r < 0 ? imported_fail(im, "%s", r == -E2BIG ? "too many seconds" : strerror(-r)) : 0;
}

static int add_traffic(struct importer *im, const struct imported_cell *c)
{
	struct dataset_device *d = imported_find_device(im, &c[TRAFFIC_DEVICE]);
	struct dataset_traffic t;
	int r = d ? imported_take_second(im, &c[TRAFFIC_TIME], &t.at) ?: imported_take_counts(im, c, TRAFFIC_TX_PACKETS, 4) : -EBADMSG;

	if (r < 0)
		return r;
	if (d->traffic_count && d->traffic[d->traffic_count - 1].at >= t.at)
		return imported_fail(im, "time: not after the device's row before");
	if (c[TRAFFIC_TX_PACKETS].i > UINT32_MAX || c[TRAFFIC_RX_PACKETS].i > UINT32_MAX)
		return imported_fail(im, "tx_packets, rx_packets: too many for a second");
	t.tx_packets = (uint32_t)c[TRAFFIC_TX_PACKETS].i;
	t.rx_packets = (uint32_t)c[TRAFFIC_RX_PACKETS].i;
	t.tx_bytes = (uint64_t)c[TRAFFIC_TX_BYTES].i;
	t.rx_bytes = (uint64_t)c[TRAFFIC_RX_BYTES].i;
	r = dataset_add_traffic(im->import->dataset, d, &t);
	return r < 0 ? imported_fail(im, "%s", r == -E2BIG ? "too many seconds" : strerror(-r)) : 0;
}

static int add_period(struct importer *im, const struct imported_cell *c)
{
	struct dataset_flow *f = imported_find_flow(im, c);
	const struct dataset_period p = {
		.seconds = c[PERIODS_SECONDS].d,
		.log_p = c[PERIODS_LOG_P].d,
		.support = c[PERIODS_SUPPORT].d,
		.from_us = c[PERIODS_FROM].i,
		.to_us = c[PERIODS_TO].i,
		.open = c[PERIODS_OPEN].i,
	};
	int r = f ? imported_take_interval(im, p.from_us, p.to_us) : -EBADMSG;

	if (r == 0 && dataset_add_period(f, &p) < 0)
		r = imported_fail(im, "seconds: no length of a period, or too many of them");
	return r;
}

static int add_function(struct importer *im, const struct imported_cell *c)
{
	struct dataset_device *d = imported_find_device(im, &c[FUNCTIONS_DEVICE]);
	struct dataset_function f = {
		.from_us = c[FUNCTIONS_FROM].i,
		.to_us = c[FUNCTIONS_TO].i,
		.p = imported_take_p(&c[FUNCTIONS_P]),
		.open = c[FUNCTIONS_OPEN].i,
	};
	int r = d ? imported_take_interval(im, f.from_us, f.to_us) ?: imported_take_source(im, &c[FUNCTIONS_SOURCE], &f.owner) ?:
			    imported_take_text(im, "function", &c[FUNCTIONS_FUNCTION], f.label, sizeof(f.label)) : -EBADMSG;

	if (r == 0 && dataset_add_function(d, &f) < 0)
		r = imported_fail(im, "too many functions of one device");
	return r;
}

static int add_label(struct importer *im, const struct imported_cell *c)
{
	struct imported *i = im->import;
	struct label l = { .id = c[LABELS_LABEL].i };
	int r = (imported_find_device(im, &c[LABELS_DEVICE]) ? 0 : -EBADMSG) ?: imported_take_counts(im, c, LABELS_PACKETS, 2) ?:
		imported_take_text(im, "type", &c[LABELS_TYPE], l.type, sizeof(l.type)) ?:
		imported_take_text(im, "function", &c[LABELS_FUNCTION], l.function, sizeof(l.function));

	if (r < 0)
		return r;
	if (l.id < 1 || (i->label_count && i->labels[i->label_count - 1].id >= l.id))
		return imported_fail(im, "label: not after the row before");
	if (c[LABELS_SAMPLES].i > UINT32_MAX)
		return imported_fail(im, "samples: too many");
	l.mac = im->mac;
	l.from_us = c[LABELS_FROM].set ? c[LABELS_FROM].i : 0;
	l.to_us = c[LABELS_TO].set ? c[LABELS_TO].i : 0;
	l.made_us = c[LABELS_MADE].set ? c[LABELS_MADE].i : 0;
	l.packets = (uint64_t)c[LABELS_PACKETS].i;
	l.samples = (uint32_t)c[LABELS_SAMPLES].i;
	r = imported_grow(&i->labels, i->label_count, &i->label_room, sizeof(l));
	if (r == 0)
		i->labels[i->label_count++] = l;
	return r;
}

static int grow_windows(struct imported *i)
{
	size_t room = i->window_room;
	float *grown;
	int r = imported_grow(&i->windows, i->window_count, &i->window_room, sizeof(*i->windows));

	if (r < 0 || i->window_room == room)
		return r;
	grown = reallocarray(i->features, i->window_room, i->head.features.count * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	i->features = grown;
	return 0;
}

static int add_window(struct importer *im, const struct imported_cell *c)
{
	struct imported *i = im->import;
	struct imported_window w = { .time_us = c[WINDOWS_TIME].i, .end_us = c[WINDOWS_END].i, .label = c[WINDOWS_LABEL].set ? c[WINDOWS_LABEL].i : 0 };
	size_t count = i->head.features.count;
	int r = (imported_find_device(im, &c[WINDOWS_DEVICE]) ? 0 : -EBADMSG) ?:
		imported_take_text(im, "type", &c[WINDOWS_TYPE], w.type, sizeof(w.type)) ?:
		imported_take_text(im, "function", &c[WINDOWS_FUNCTION], w.function, sizeof(w.function)) ?: grow_windows(i);

	if (r < 0)
		return r;
	if (w.label < 0)
		return imported_fail(im, "label: below 0");
	w.mac = im->mac;
	for (size_t k = 0; k < count; k++)
		i->features[i->window_count * count + k] = c[WINDOWS_COLUMNS + k].set ? (float)c[WINDOWS_COLUMNS + k].d : NAN;
	i->windows[i->window_count++] = w;
	return 0;
}

static int check_cells(const struct importer *im)
{
	const struct imported_table *t = &imported_tables[im->table];

	for (size_t i = 0; i < t->count; i++) {
		if (t->columns[i].needed && !im->cells[i].set)
			return imported_fail(im, "%s: missing", t->columns[i].name);
		if (t->columns[i].type == IMPORTED_TIME && im->cells[i].set && (im->cells[i].i <= -IMPORTED_LAST_US || im->cells[i].i >= IMPORTED_LAST_US))
			return imported_fail(im, "%s: out of range", t->columns[i].name);
	}
	return 0;
}

int imported_row(struct importer *im)
{
	static int (*const add[IMPORTED_TABLES])(struct importer *im, const struct imported_cell *cells) = {
		[IMPORTED_DEVICES] = add_device,	 [IMPORTED_FLOWS] = add_flow,	    [IMPORTED_SERIES] = add_second, [IMPORTED_TRAFFIC] = add_traffic,
		[IMPORTED_PERIODS] = add_period, [IMPORTED_FUNCTIONS] = add_function, [IMPORTED_LABELS] = add_label,  [IMPORTED_WINDOWS] = add_window,
	};
	int r = check_cells(im) ?: add[im->table](im, im->cells);

	im->rows[im->table]++;
	return r;
}
