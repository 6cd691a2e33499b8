/* SPDX-License-Identifier: BSD-2-Clause */
/* The JSON account of a run. */
#include "tools/lab/truth.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/cleanup.h"
#include "agent/base/json.h"
#include "agent/base/log.h"

enum { ALLOWED_FUNCTION_PERIOD_US = 2000000 };

static void put_period(struct json *j, const struct lab_device *d, const struct lab_activity *a, unsigned int step)
{
	char protocol[LAB_NAME_SIZE];
	const char *role = step ? "follow-up" : "action";

	json_begin_object(j);
	json_pair_str(j, "protocol", lab_step_protocol(&a->steps[step], protocol));
	json_pair_double(j, "seconds", (double)a->every_us / 1e6, 6);
	json_pair_double(j, "jitter", (double)a->jitter_us / 1e6, 6);
	json_pair_str(j, "activity", a->name);
	json_pair_str(j, "role", a->function >= 0 ? "function" : role);
	if (a->function >= 0)
		json_pair_str(j, "function", d->functions[a->function].name);
	json_end_object(j);
}

static bool said_before(const struct lab_activity *a, unsigned int step)
{
	char protocol[LAB_NAME_SIZE], other[LAB_NAME_SIZE];

	lab_step_protocol(&a->steps[step], protocol);
	for (unsigned int i = 0; i < step; i++)
		if (!strcmp(lab_step_protocol(&a->steps[i], other), protocol))
			return true;
	return false;
}

static void put_periods(struct json *j, const struct lab_device *d, bool functions)
{
	json_key(j, "periods");
	json_begin_array(j);
	for (unsigned int i = 0; i < d->n_activities; i++) {
		const struct lab_activity *a = &d->activities[i];

		if (!a->every_us || (a->function >= 0 && (!functions || a->every_us < ALLOWED_FUNCTION_PERIOD_US)))
			continue;
		for (unsigned int step = 0; step < a->n_steps; step++)
			if (!said_before(a, step))
				put_period(j, d, a, step);
	}
	json_end_array(j);
}

static void put_functions(struct json *j, const struct lab_run *run, unsigned int device)
{
	const struct lab_engine *e = run->engine;

	json_key(j, "functions");
	json_begin_array(j);
	for (size_t i = 0; i < e->n_intervals; i++) {
		const struct lab_interval *in = &e->intervals[i];

		if (in->device != device || in->start > run->end_us)
			continue;
		json_begin_object(j);
		json_pair_str(j, "label", e->house->devices[device].functions[in->function].name);
		json_pair_time(j, "start", run->epoch_us + in->start);
		json_pair_time(j, "end", run->epoch_us + (in->end < run->end_us ? in->end : run->end_us));
		json_end_object(j);
	}
	json_end_array(j);
}

static void put_counts(struct json *j, const struct lab_device_count *c)
{
	json_pair_u64(j, "tx_packets", c->tx_packets);
	json_pair_u64(j, "tx_bytes", c->tx_bytes);
	json_pair_u64(j, "rx_packets", c->rx_packets);
	json_pair_u64(j, "rx_bytes", c->rx_bytes);
	json_key(j, "sent");
	json_begin_array(j);
	for (unsigned int i = 0; i < c->n; i++) {
		json_begin_object(j);
		json_pair_str(j, "protocol", c->flows[i].protocol);
		json_pair_u64(j, "packets", c->flows[i].packets);
		json_pair_u64(j, "bytes", c->flows[i].bytes);
		json_end_object(j);
	}
	json_end_array(j);
}

static void put_device(struct json *j, const struct lab_run *run, unsigned int i)
{
	const struct lab_device *d = &run->engine->house->devices[i];
	char address[16];

	snprintf(address, sizeof(address), "%u.%u.%u.%u", d->address >> 24, d->address >> 16 & 255,
		 d->address >> 8 & 255, d->address & 255);
	json_begin_object(j);
	json_pair_str(j, "name", d->name);
	json_pair_str(j, "label", d->label);
	json_pair_mac(j, "mac", d->mac);
	json_pair_str(j, "address", address);
	json_pair_str(j, "port", d->name);
	put_periods(j, d, run->engine->options.duty > 0);
	put_functions(j, run, i);
	put_counts(j, &run->tally->device[i]);
	json_end_object(j);
}

static void put_run(struct json *j, const struct lab_run *run)
{
	json_begin_object(j);
	json_pair_str(j, "mode", run->mode);
	json_pair_u64(j, "seed", run->engine->options.seed);
	json_pair_time(j, "start", run->epoch_us);
	json_pair_time(j, "end", run->epoch_us + run->end_us);
	json_pair_double(j, "seconds", (double)run->end_us / 1e6, 6);
	json_pair_mac(j, "gateway", LAB_GATEWAY_MAC);
	json_pair_u64(j, "late", run->engine->late);
	json_key(j, "devices");
	json_begin_array(j);
	for (unsigned int i = 0; i < run->engine->house->n; i++)
		put_device(j, run, i);
	json_end_array(j);
	json_end_object(j);
}

int lab_truth_write(const char *path, const struct lab_run *run)
{
	_cleanup_(buffer_free) struct buffer b = { 0 };
	_cleanup_fclose_ FILE *f = fopen(path, "we");
	struct json j = json_init(&b);

	put_run(&j, run);
	buffer_append_char(&b, '\n', 1);
	if (!f || b.failed || fwrite(b.data, b.len, 1, f) != 1 || fflush(f) != 0)
		return log_errno_r(f ? -EIO : -errno, "cannot write %s", path);
	return 0;
}
