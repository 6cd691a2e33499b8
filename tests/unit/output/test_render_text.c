/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/base/cleanup.h"
#include "agent/base/utf8.h"
#include "agent/output/render.h"
#include "tests/unit/output/samples.h"

static void assert_line(const struct event *event, const struct event_context *context, const char *expected)
{
	_cleanup_(buffer_free) struct buffer b = { 0 };

	event_render_text(event, context, &b);
	assert_string_equal(b.data, expected);
}

static void test_lines(void **state)
{
	const struct event_context live = { 0 };
	const struct event_context capture = { .pcap_filename = "a.pcap" };
	struct event e[SAMPLE_COUNT];

	(void)state;
	sample_events("lan1", e);
	for (size_t i = 0; i < SAMPLE_COUNT; i++)
		e[i].head.name = NULL;
	assert_line(&e[0], &live,
		    "19:04:00  start                 iotbpf lan1 live, model lan1, 1024 devices, 16384 flows, "
		    "6.0 MB, lan1 of lan1 in:xdp out:tcx\n");
	assert_line(&e[2], &live,
		    "19:04:00  stop                  lan1: 10 frames, 9 counted, 2 devices, 3 flows in "
		    "1 min\n");
	assert_line(&e[6], &live, "19:04:00  device    new         02:00:5e:10:00:01  on lan1\n");
	assert_line(&e[7], &capture,
		    "2026-11-21 19:04:00  device    identified  02:00:5e:10:00:01  on lan1, family lan1 "
		    "(97 %), else lan1 (2 %); now lan1 (48 %); lan1; by burst (120 packets, 4 windows, 2 bursts)\n");
	assert_line(&e[11], &live,
		    "19:04:00  function  stop        02:00:5e:10:00:01  volume (78 %) = device 97 % x "
		    "function 80 %, lasted 12.5 s\n");
	assert_line(&e[16], &live,
		    "19:04:00  shadow                02:00:5e:10:00:01  lan1 lan1 says lan1 (90 %): lan1 (80 %), "
		    "the model in force lan1 (70 %)\n");
	assert_line(&e[17], &live,
		    "19:04:00  shadow                02:00:5e:10:00:01  lan1 says nothing, the model in force nothing\n");
	assert_line(&e[12], &live,
		    "19:04:00  period    found       02:00:5e:10:00:01  udp/6666 every 5 s (-ln p 12.3, "
		    "support 87 %)\n");
	e[15].head.name = "Lampe K\xc3\xbc"
			  "che";
	assert_line(&e[15], &live,
		    "19:04:00  flow                  Lampe K\xc3\xbc"
		    "che        arp 0 packets, 0 B, active in 0 s\n");
}

static void test_one_safe_line(void **state)
{
	const struct event_context capture = { HOSTILE, HOSTILE, 1, 2, 3 };
	struct event events[SAMPLE_COUNT];

	(void)state;
	sample_events(HOSTILE, events);
	for (size_t i = 0; i < SAMPLE_COUNT; i++) {
		_cleanup_(buffer_free) struct buffer b = { 0 };

		event_render_text(&events[i], &capture, &b);
		assert_ptr_equal(strchr(b.data, '\n'), b.data + b.len - 1);
		for (size_t at = 0, n; at < b.len - 1; at += n) {
			uint32_t code = 0;

			n = utf8_decode(b.data + at, b.len - at, &code);
			assert_true(n > 0 && code >= 0x20 && code != 0x7f && code != 0x202e);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_one_safe_line),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
