// SPDX-License-Identifier: BSD-2-Clause

/* What deserves attention: the last few, in words. */

#include <stdarg.h>

#include "agent/base/clock.h"
#include "agent/cmd/run_view_internal.h"

#define LOSS_EVERY_NS (60 * NS_PER_SECOND) /* a loss that goes on is told that often */

void view_alert(struct view *v, int64_t time_us, uint64_t mac, bool warning, const char *format, ...)
{
	struct view_alert *a = &v->alerts[v->alert_count++ % VIEW_ALERTS];
	va_list args;

	*a = (struct view_alert){ .time_us = time_us, .mac = mac, .warning = warning };
	va_start(args, format);
	vsnprintf(a->text, sizeof(a->text), format, args);
	va_end(args);
}

void view_forget(struct view *v, uint64_t mac)
{
	for (size_t i = 0; i < VIEW_ALERTS; i++) {
		struct view_alert *a = &v->alerts[i];

		if (a->mac == mac && mac)
			*a = (struct view_alert){ .time_us = a->time_us, .text = "of a device that was erased" };
	}
}

static void check(struct view *v, int which, uint64_t value, const char *what)
{
	struct view_loss *loss = &v->losses[which];
	int64_t now = time_monotonic_ns();

	if (value <= loss->told || (loss->told_ns && now - loss->told_ns < LOSS_EVERY_NS))
		return;
	view_alert(v, time_now_us(), 0, true, "%llu %s", (unsigned long long)(value - loss->told), what);
	*loss = (struct view_loss){ .told = value, .told_ns = now };
}

void view_losses(struct view *v)
{
	const struct history *h = watch_history(v->r->watch);
	const struct iot_counters *c = h->table->counters;

	check(v, 0, h->missed_packets, "packets were overwritten before they were read");
	check(v, 1, h->missed_seconds, "seconds were not looked at in time");
	check(v, 2, h->no_memory, "flows have no series: memory is short");
	check(v, 3, IOT_LOAD(c->reason[IOT_SKIP_RATE]), "frames of too many new devices at once did not count");
	check(v, 4, IOT_LOAD(c->reason[IOT_SKIP_FULL]), "frames of new devices did not count: the table is full (--devices)");
	check(v, 5, IOT_LOAD(c->reason[IOT_FLOW_FULL]), "packets belong to no flow: the table is full (--flows)");
}
