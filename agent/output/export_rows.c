/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/output/export_rows.h"

#include "agent/base/clock.h"

static int put_device(struct export_writer *w, const struct dataset_device *d)
{
	struct dataset_totals sent, received;

	dataset_device_totals(d, &sent, &received);
	export_set_text(w, DEVICES_DEVICE, d->id);
	export_set_text(w, DEVICES_NAME, d->name);
	export_set_text(w, DEVICES_VENDOR, d->vendor);
	export_set_text(w, DEVICES_TYPE, d->label);
	export_set_number(w, DEVICES_TYPE_P, (double)d->label_p);
	export_set_text(w, DEVICES_SOURCE, *d->label ? d->owner ? "owner" : "model" : NULL);
	export_set_time(w, DEVICES_FIRST, d->first_us);
	export_set_time(w, DEVICES_LAST, d->last_us);
	export_set_integer(w, DEVICES_TX_PACKETS, (int64_t)sent.packets);
	export_set_integer(w, DEVICES_TX_BYTES, (int64_t)sent.bytes);
	export_set_integer(w, DEVICES_RX_PACKETS, (int64_t)received.packets);
	export_set_integer(w, DEVICES_RX_BYTES, (int64_t)received.bytes);
	return export_writer_row(w);
}

static int put_flow(struct export_writer *w, const struct dataset_device *d, const struct dataset_flow *f)
{
	struct dataset_totals totals = dataset_flow_totals(f);

	export_set_text(w, FLOWS_DEVICE, d->id);
	export_set_text(w, FLOWS_PROTOCOL, f->protocol);
	export_set_integer(w, FLOWS_LAYER, f->layer);
	export_set_integer(w, FLOWS_NUMBER, f->proto);
	export_set_integer(w, FLOWS_PACKETS, (int64_t)totals.packets);
	export_set_integer(w, FLOWS_BYTES, (int64_t)totals.bytes);
	export_set_integer(w, FLOWS_SECONDS, (int64_t)totals.active_seconds);
	return export_writer_row(w);
}

static int put_seconds(struct export_writer *w, const struct dataset *ds, const struct dataset_device *d, const struct dataset_flow *f)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < f->count; i++) {
		export_set_text(w, SERIES_DEVICE, d->id);
		export_set_text(w, SERIES_PROTOCOL, f->protocol);
		export_set_integer(w, SERIES_TIME, (ds->from_s + f->seconds[i].at) * US_PER_SECOND);
		export_set_integer(w, SERIES_PACKETS, f->seconds[i].packets);
		export_set_integer(w, SERIES_BYTES, (int64_t)f->seconds[i].bytes);
		r = export_writer_row(w);
	}
	return r;
}

static int put_periods(struct export_writer *w, const struct dataset_device *d, const struct dataset_flow *f)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < f->period_count; i++) {
		const struct dataset_period *p = &f->periods[i];

		export_set_text(w, PERIODS_DEVICE, d->id);
		export_set_text(w, PERIODS_PROTOCOL, f->protocol);
		export_set_number(w, PERIODS_SECONDS, p->seconds);
		export_set_number(w, PERIODS_LOG_P, p->log_p);
		export_set_number(w, PERIODS_SUPPORT, p->support);
		export_set_integer(w, PERIODS_FROM, p->from_us);
		export_set_integer(w, PERIODS_TO, p->to_us);
		export_set_integer(w, PERIODS_OPEN, p->open);
		r = export_writer_row(w);
	}
	return r;
}

static int put_flows(struct export_writer *w, const struct dataset *ds, const struct dataset_device *d)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < d->flow_count; i++) {
		if (w->table == IMPORTED_FLOWS)
			r = put_flow(w, d, &d->flows[i]);
		else if (w->table == IMPORTED_SERIES)
			r = put_seconds(w, ds, d, &d->flows[i]);
		else
			r = put_periods(w, d, &d->flows[i]);
	}
	return r;
}

static int put_traffic(struct export_writer *w, const struct dataset *ds, const struct dataset_device *d)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < d->traffic_count; i++) {
		const struct dataset_traffic *t = &d->traffic[i];

		export_set_text(w, TRAFFIC_DEVICE, d->id);
		export_set_integer(w, TRAFFIC_TIME, (ds->from_s + t->at) * US_PER_SECOND);
		export_set_integer(w, TRAFFIC_TX_PACKETS, t->tx_packets);
		export_set_integer(w, TRAFFIC_TX_BYTES, (int64_t)t->tx_bytes);
		export_set_integer(w, TRAFFIC_RX_PACKETS, t->rx_packets);
		export_set_integer(w, TRAFFIC_RX_BYTES, (int64_t)t->rx_bytes);
		r = export_writer_row(w);
	}
	return r;
}

static int put_functions(struct export_writer *w, const struct dataset_device *d)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < d->function_count; i++) {
		const struct dataset_function *f = &d->functions[i];

		export_set_text(w, FUNCTIONS_DEVICE, d->id);
		export_set_text(w, FUNCTIONS_FUNCTION, f->label);
		export_set_number(w, FUNCTIONS_P, (double)f->p);
		export_set_text(w, FUNCTIONS_SOURCE, f->owner ? "owner" : "model");
		export_set_integer(w, FUNCTIONS_FROM, f->from_us);
		export_set_integer(w, FUNCTIONS_TO, f->to_us);
		export_set_integer(w, FUNCTIONS_OPEN, f->open);
		r = export_writer_row(w);
	}
	return r;
}

int export_rows(struct export_writer *w, const struct dataset *ds, const struct dataset_device *d)
{
	switch (w->table) {
	case IMPORTED_DEVICES:
		return put_device(w, d);
	case IMPORTED_TRAFFIC:
		return put_traffic(w, ds, d);
	case IMPORTED_FUNCTIONS:
		return put_functions(w, d);
	default:
		return put_flows(w, ds, d);
	}
}
