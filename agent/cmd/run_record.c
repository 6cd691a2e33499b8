/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/cmd/run_record.h"

#include <errno.h>
#include <malloc.h>
#include <sysexits.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/cmd/run_internal.h"
#include "agent/cmd/run_requests.h"
#include "agent/cmd/watch_record.h"

#define RETRY_NS (60 * NS_PER_SECOND) /* after a writing that failed */
#define ASKED_NS NS_PER_SECOND	      /* who asks for a writing gets one a second at most */
#define STEP_US 750000		      /* a clock that differs by more was set; less is jitter */
#define CLOCK_IS_SET_US (INT64_C(1577836800) * US_PER_SECOND) /* 2020: routers without a battery begin in 1970 */

static struct run_record *of(const struct runner *r)
{
	return (struct run_record *)&r->state.record;
}

void run_record_take_up(struct runner *r)
{
	const struct kept *kept = kernel_kept(r->kernel);
	bool recorded = r->state.record.record != NULL;

	if (!kept->head)
		return;
	if (recorded && !kept->head->recorded && kernel_standing(r->kernel).taken)
		kept_skip(kept, kernel_table(r->kernel));
	kept->head->recorded = recorded;
}

void run_record_start(struct runner *r)
{
	const struct record_options options = { .table = kernel_table(r->kernel), .history = watch_history(r->watch), .live = true };
	const struct archive_limits limits = { .keep_s = r->values.keep / NS_PER_SECOND, .bytes = (int64_t)r->values.history_max << 20 };
	struct run_record *h = of(r);
	int e;

	if (!r->state.store.db)
		return;
	e = store_set_limit(&r->state.store, STORE_BYTES_MAX + limits.bytes + limits.bytes / 4);
	if (e == 0)
		e = archive_open(&h->archive, &r->state.store, &limits, time_now_us());
	if (e < 0)
		strcpy(h->why, r->state.store.why);
	else
		e = record_new(&h->record, &options);
	if (e < 0)
		log_warn("%s: no history is kept", *h->why ? h->why : strerror(-e));
	h->due_ns = time_monotonic_ns() + r->values.write_every;
}

static void tell_capped(struct runner *r, uint64_t before)
{
	if (!before && of(r)->archive.capped)
		log_info("%s: history has reached %u MB: from now on the oldest goes (--history-max)", r->state.store.path, r->values.history_max);
}

/* What a writing takes is not needed for the next few minutes. musl has no such call. */
static void give_memory_back(void)
{
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}

static void write_now(struct runner *r)
{
	struct run_record *h = of(r);
	uint64_t capped = h->archive.capped;
	int64_t now_us = time_now_us();
	int e;

	watch_record_refine(h->record, r->watch);
	e = archive_write(&h->archive, h->record, h->offset_s, now_us);
	give_memory_back();
	h->due_ns = time_monotonic_ns() + (e < 0 && RETRY_NS < r->values.write_every ? RETRY_NS : r->values.write_every);
	if (e == 0) {
		record_keep(h->record);
		h->writes++;
		h->written_us = now_us;
		h->written_ns = time_monotonic_ns();
		if (h->failing)
			log_info("%s: history is written again", r->state.store.path);
		h->failing = false;
		tell_capped(r, capped);
		return;
	}
	h->failures++;
	strcpy(h->why, r->state.store.why);
	if (!h->failing)
		log_warn("%s: history waits in memory, %zu MB at most%s", h->why, RECORD_BYTES >> 20,
			 e == -ENOSPC ? ": make room, or run with a smaller --history-max" : "");
	h->failing = true;
}

/*
 * The table's clock goes on steadily; the system's may be set, or the machine may have slept. What was recorded before is dated as the clock
 * was then, but for a clock that was not set at all.
 */
static void follow_clock(struct runner *r)
{
	struct run_record *h = of(r);
	int64_t second_us = kernel_wall_of_second(r->kernel, r->now.second), off_us;

	if (second_us < CLOCK_IS_SET_US)
		return;
	off_us = second_us - (h->offset_s + r->now.second) * US_PER_SECOND;
	if ((h->dated && off_us < STEP_US && off_us > -STEP_US) || (h->failing && time_monotonic_ns() < h->due_ns))
		return;
	if (h->dated)
		write_now(r);
	if (h->failing)
		return;
	h->offset_s = (second_us + US_PER_SECOND / 2) / US_PER_SECOND - r->now.second;
	h->dated = true;
}

void run_record_pass(struct runner *r)
{
	struct run_record *h = of(r);

	if (!h->record)
		return;
	record_pass(h->record, r->now);
	follow_clock(r);
	if (h->dated && (time_monotonic_ns() >= h->due_ns || (!h->failing && record_is_full(h->record))))
		write_now(r);
}

int run_record_flush(struct runner *r)
{
	struct run_record *h = of(r);

	if (!h->record)
		return 0;
	if (!h->dated) {
		strcpy(r->state.store.why, "the system's clock is not set yet");
		return -EAGAIN;
	}
	write_now(r);
	return h->failing ? -EIO : 0;
}

void run_record_close(struct runner *r)
{
	struct run_record *h = of(r);

	if (!h->record)
		return;
	record_pass(h->record, r->now);
	record_end(h->record, time_now_us());
	if (h->dated)
		write_now(r);
	record_free(h->record);
	h->record = NULL;
}

static void put_dropped(const struct run_record *h, struct json *j)
{
	const struct record_counts counts = record_counts(h->record);

	json_key(j, "dropped");
	json_begin_object(j);
	json_pair_u64(j, "size_cap", h->archive.capped);
	json_pair_u64(j, "age", h->archive.expired);
	json_pair_u64(j, "no_room", counts.lost_entries);
	json_pair_u64(j, "functions_no_room", counts.lost_spans);
	json_pair_u64(j, "strangers", counts.strangers);
	json_pair_u64(j, "devices", h->archive.devices_dropped);
	json_end_object(j);
}

void run_record_put(const struct runner *r, struct json *j)
{
	const struct run_record *h = of(r);
	struct record_counts counts;

	json_key(j, "history");
	json_begin_object(j);
	json_pair_bool(j, "kept", h->record != NULL);
	if (h->record) {
		counts = record_counts(h->record);
		json_pair_u64(j, "bytes", (uint64_t)store_bytes(&r->state.store));
		json_pair_u64(j, "activity_bytes", (uint64_t)h->archive.bytes);
		json_pair_u64(j, "max_bytes", (uint64_t)h->archive.limits.bytes);
		if (h->archive.oldest_s)
			json_pair_time(j, "oldest", h->archive.oldest_s * US_PER_SECOND);
		if (h->written_us)
			json_pair_time(j, "written", h->written_us);
		json_pair_i64(j, "unwritten_seconds", (time_monotonic_ns() - (h->written_ns ? h->written_ns : r->started_ns)) / NS_PER_SECOND);
		json_pair_u64(j, "waiting", counts.entries);
		json_pair_u64(j, "waiting_bytes", counts.bytes);
		json_pair_u64(j, "writes", h->writes);
		json_pair_u64(j, "failures", h->failures);
		put_dropped(h, j);
	}
	if (h->failing || (!h->record && *h->why))
		json_pair_str(j, "error", h->why);
	json_end_object(j);
}

int run_request_write(struct runner *r, const cJSON *request, struct reply *reply)
{
	struct run_record *h = of(r);

	(void)request;
	if (!h->record)
		return reply_refuse(reply, EX_CONFIG, "the agent keeps no history%s%s", *h->why ? ": " : "", h->why);
	if (!h->dated)
		return reply_refuse(reply, EX_TEMPFAIL, "the system's clock is not set yet");
	if (!h->written_ns || time_monotonic_ns() - h->written_ns >= ASKED_NS)
		write_now(r);
	if (h->failing)
		return reply_refuse(reply, EX_CANTCREAT, "%s", h->why);
	json_pair_time(&reply->json, "written", h->written_us);
	return 0;
}

void run_record_flow_active(void *user, uint32_t flow)
{
	const struct run_record *h = of(user);

	if (h->record)
		record_flow_active(h->record, flow);
}

void run_record_flow_released(void *user, uint32_t flow)
{
	const struct run_record *h = of(user);

	if (h->record)
		record_flow_released(h->record, flow);
}

void run_record_device_active(void *user, uint32_t device)
{
	const struct run_record *h = of(user);

	if (h->record)
		record_device_active(h->record, device);
}

void run_record_device_released(struct runner *r, uint32_t device)
{
	const struct run_record *h = of(r);

	if (h->record)
		record_device_released(h->record, device, time_now_us());
}

void run_record_type(void *user, uint32_t device, const struct verdict *v)
{
	const struct run_record *h = of(user);

	if (h->record)
		watch_record_type(h->record, device, v);
}

void run_record_function(void *user, uint32_t device, const struct watch_function *f)
{
	const struct run_record *h = of(user);

	if (h->record)
		watch_record_function(h->record, device, f);
}

void run_record_period(void *user, uint32_t flow, const struct tracked_period *p, bool found, int64_t at_us)
{
	const struct run_record *h = of(user);

	if (h->record)
		watch_record_period(h->record, flow, p, found, at_us);
}
