/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_OUTPUT_SAMPLES_H
#define TESTS_UNIT_OUTPUT_SAMPLES_H

/* Events of every type for the tests of this directory, with plain or with hostile strings. */
#include <math.h>

#include "agent/output/event.h"

#define SAMPLE_TIME INT64_C(1795287840123456) /* 2026-11-21T19:04:00.123456Z */
#define SAMPLE_MAC UINT64_C(0x02005e100001)
#define SAMPLE_COUNT 19

#define HOSTILE "\"quote\\ \n\r\t\x01\x1b[2J\x7f \xff\xc3(\xed\xa0\x80 \xe2\x80\xae gr\xc3\xbc\xc3\x9f"

/* Fill @out with SAMPLE_COUNT events in which every free string is @s; returns how many. */
static inline size_t sample_events(const char *s, struct event out[SAMPLE_COUNT])
{
	static struct event_port port;
	static struct event_count counts[2];
	const struct event_head head = { .time_us = SAMPLE_TIME, .in_iface = s, .mac = SAMPLE_MAC, .name = s };
	const struct event_head nobody = { .time_us = SAMPLE_TIME };
	size_t n = 0;

	port = (struct event_port){ s, s, "xdp", "tcx", s, 1, 2, 3, UINT64_MAX, true };
	counts[0] = (struct event_count){ s, UINT64_MAX };
	counts[1] = (struct event_count){ "gateway", 0 };
	out[n++] = (struct event){ .type = EVENT_START,
				   .head = nobody,
				   .start = { s, MODE_LIVE, { &port, 1 }, s, s, 1024, 16384, 6000000 } };
	out[n++] =
		(struct event){ .type = EVENT_START, .head = nobody, .start = { .version = s, .mode = MODE_CAPTURE } };
	out[n++] = (struct event){ .type = EVENT_STOP, .head = nobody, .stop = { s, 10, 9, 2, 3, 60.25 } };
	out[n++] = (struct event){ .type = EVENT_STOP, .head = nobody, .stop = { .reason = "signal", .seconds = NAN } };
	out[n++] = (struct event){
		.type = EVENT_STATS,
		.head = nobody,
		.stats = { 9007199254740993, 9, { counts, 2 }, { counts, 1 }, 1, 2, 3, 4, 5, 6, 7, 8, { &port, 1 } }
	};
	out[n++] = (struct event){ .type = EVENT_STATS, .head = nobody };
	out[n++] = (struct event){ .type = EVENT_DEVICE,
				   .head = head,
				   .device = { .action = DEVICE_NEW, .first_us = SAMPLE_TIME } };
	out[n++] = (struct event){ .type = EVENT_DEVICE,
				   .head = head,
				   .device = { .action = DEVICE_IDENTIFIED,
					       .label = s,
					       .level = "family",
					       .label_p = 0.97123456,
					       .runner_up = s,
					       .runner_up_p = 0.02,
					       .source = "model",
					       .function = s,
					       .p_function = 0.5,
					       .p = 0.485,
					       .evidence = { "burst", 120, 4, 2 },
					       .first_us = SAMPLE_TIME - 30000000,
					       .last_us = SAMPLE_TIME,
					       .reason = s } };
	out[n++] = (struct event){ .type = EVENT_DEVICE,
				   .head = head,
				   .device = { .action = DEVICE_CHANGED,
					       .label = "unknown",
					       .level = "unknown",
					       .label_p = 0.5,
					       .previous = s,
					       .source = "owner",
					       .evidence = { .decided_by = "owner" },
					       .first_us = 1,
					       .last_us = 2 } };
	out[n++] = (struct event){ .type = EVENT_DEVICE,
				   .head = { .time_us = -1, .mac = 1 },
				   .device = { .action = DEVICE_GONE, .reason = "idle" } };
	out[n++] = (struct event){ .type = EVENT_FUNCTION,
				   .head = head,
				   .function = { FUNCTION_START, s, 0.8, 0.97, 0.776, s, 0.1, s, "model", SAMPLE_TIME, 0,
						 { "window", UINT64_MAX, 1, 0 } } };
	out[n++] = (struct event){ .type = EVENT_FUNCTION,
				   .head = head,
				   .function = { FUNCTION_STOP, "volume", 0.8, 0.97, 0.776, NULL, 0, NULL, "owner",
						 SAMPLE_TIME, 12.5, { 0 } } };
	out[n++] = (struct event){ .type = EVENT_PERIOD,
				   .head = head,
				   .period = { PERIOD_FOUND, "udp/6666", 5, 12.34567, 0.87, 1, 0 } };
	out[n++] = (struct event){ .type = EVENT_PERIOD,
				   .head = head,
				   .period = { PERIOD_LOST, s, 20700, -INFINITY, 3, 60, 1 } };
	out[n++] = (struct event){ .type = EVENT_FLOW,
				   .head = head,
				   .flow = { "tcp/8883", UINT64_MAX, 1234567, 60, SAMPLE_TIME } };
	out[n++] = (struct event){ .type = EVENT_FLOW, .head = head, .flow = { .protocol = "arp" } };
	out[n++] = (struct event){ .type = EVENT_SHADOW, .head = head, .shadow = { s, s, { s, s, 0.9, 0.8 }, { s, NULL, 0.7, NAN } } };
	out[n++] = (struct event){ .type = EVENT_SHADOW, .head = head, .shadow = { .model = s } };
	out[n++] = (struct event){ .type = EVENT_LOST, .head = nobody, .lost = { UINT64_MAX } };
	return n;
}

#endif
