/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_OUTPUT_EXPORT_HOME_H
#define TESTS_UNIT_OUTPUT_EXPORT_HOME_H

/* A home with a bit of everything that an export has columns for, and what must not leave it. */

#include <linux/types.h>
#include <iotbpf/protocols.h>

#include "agent/base/mac.h"
#include "agent/output/export_memory.h"
#include "agent/output/export_text.h"
#include "agent/output/export_windows.h"

#define HOME_DEVICES 3
#define HOME_FROM_S INT64_C(1795294800) /* 2026-11-21 */
#define HOME_SECONDS 3000

static const uint64_t home_macs[HOME_DEVICES] = { 0x02005e10a1b2, 0x02005e10ffee, 0xac233f5d7e11 };

static const char *const home_secrets[] = { "Anna", "Acme", "lamp", "switch on", "Shelly", "192.0.2.7", "mut\xc3\xa9", NULL };

struct home {
	struct imported import;
};

static inline void home_flow(struct dataset *ds, struct dataset_device *d, uint32_t layer, uint32_t proto, uint32_t every)
{
	struct dataset_flow *f = dataset_flow(d, layer, proto);

	for (uint32_t at = every / 2; at < HOME_SECONDS; at += every)
		assert_int_equal(dataset_add_second(ds, f, at, 1 + at % 3, 60 + at % 1400), 0);
	if (every < 100)
		assert_int_equal(dataset_add_period(f, &(struct dataset_period){ .seconds = every + 1.0 / 3, .log_p = 12.25, .support = 0.875,
										 .from_us = (HOME_FROM_S + 60) * 1000000,
										 .to_us = (HOME_FROM_S + HOME_SECONDS) * 1000000, .open = true }),
				 0);
}

static inline void home_device(struct dataset *ds, size_t i)
{
	static const char *const names[HOME_DEVICES] = { "Anna's lamp, 192.0.2.7", "", "mut\xc3\xa9 \"x\"" };
	static const char *const labels[HOME_DEVICES] = { "Acme plug", "unknown", "" };
	struct dataset_device *d = dataset_device(ds, home_macs[i]);

	strcpy(d->name, names[i]);
	strcpy(d->label, labels[i]);
	strcpy(d->vendor, i == 2 ? "Shelly" : "");
	d->label_p = i ? 0.3f : NAN;
	d->owner = i == 0;
	d->first_us = i ? (HOME_FROM_S - 5) * 1000000 + 7 : 0;
	d->last_us = (HOME_FROM_S + 100) * 1000000;
	home_flow(ds, d, IOT_LAYER_ETH, IOT_ETH_ARP, 60);
	home_flow(ds, d, IOT_LAYER_UDP, 6666, 3);
	home_flow(ds, d, IOT_LAYER_TCP, 8805, 120);
	for (uint32_t at = 0; i < 2 && at < HOME_SECONDS; at += 2)
		assert_int_equal(dataset_add_traffic(ds, d, &(struct dataset_traffic){ at, 1, at % 5, 60, 1500 * (at % 5) }), 0);
	for (int64_t k = 0; k < 4; k++) {
		struct dataset_function f = { .from_us = (HOME_FROM_S + k * 100) * 1000000 + 123456,
					      .to_us = (HOME_FROM_S + k * 100 + 20) * 1000000, .p = k ? 0.1f * (float)k : NAN,
					      .owner = k == 2, .open = k == 3 };

		strcpy(f.label, k == 2 ? "switch on" : k ? "motion" : "idle");
		assert_int_equal(dataset_add_function(d, &f), 0);
	}
}

static inline void home_labels(struct imported *i)
{
	i->labels = calloc(2, sizeof(*i->labels));
	i->label_count = 2;
	i->labels[0] = (struct label){ .id = 3, .mac = home_macs[0], .type = "Acme plug", .made_us = (HOME_FROM_S - 86400) * 1000000,
				       .packets = 5000, .samples = 3 };
	i->labels[1] = (struct label){ .id = 4, .mac = home_macs[0], .type = "Acme plug", .function = "switch on",
				       .from_us = (HOME_FROM_S + 200) * 1000000, .to_us = (HOME_FROM_S + 220) * 1000000,
				       .made_us = (HOME_FROM_S + 230) * 1000000, .packets = 90, .samples = 1 };
}

static inline void home_windows(struct imported *i)
{
	size_t count;

	assert_int_equal(export_windows_features(30, &i->head.features), 0);
	count = i->head.features.count;
	i->window_count = 3;
	i->windows = calloc(3, sizeof(*i->windows));
	i->features = calloc(3 * count, sizeof(*i->features));
	for (size_t k = 0; k < 3; k++) {
		i->windows[k] = (struct imported_window){ .mac = home_macs[k ? 0 : 1], .label = k ? 4 : 0, .time_us = (HOME_FROM_S + 201) * 1000000, .end_us = (HOME_FROM_S + 202 + (int64_t)k) * 1000000 };
		strcpy(i->windows[k].type, k ? "Acme plug" : "");
		strcpy(i->windows[k].function, k ? "switch on" : "");
		for (size_t n = 0; n < count; n++)
			i->features[k * count + n] = n % 7 == 3 ? NAN : (float)n / 3 - (float)k;
	}
}

static inline void home_make(struct home *h)
{
	struct dataset *ds = dataset_new();

	*h = (struct home){ .import = { .dataset = ds, .head = { .tables = (1u << IMPORTED_TABLES) - 1 } } };
	assert_int_equal(dataset_set_span(ds, HOME_FROM_S, HOME_FROM_S + HOME_SECONDS), 0);
	for (size_t i = 0; i < HOME_DEVICES; i++)
		home_device(ds, i);
	dataset_finish(ds);
	home_labels(&h->import);
	home_windows(&h->import);
}

static inline void home_free(struct home *h)
{
	dataset_free(h->import.dataset);
	imported_features_free(&h->import.head.features);
	free(h->import.labels);
	free(h->import.windows);
	free(h->import.features);
}

#endif
