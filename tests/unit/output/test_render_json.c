/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/cleanup.h"
#include "agent/output/render.h"
#include "tests/unit/output/samples.h"

#define VALIDATOR "tests/tools/validate-events"

/* Feed @text to the validator; returns its exit status. */
static int validate(const struct buffer *text, const char *redirect)
{
	_cleanup_(buffer_free) struct buffer command = { 0 };
	FILE *pipe;

	buffer_printf(&command, "%s >/dev/null %s", VALIDATOR, redirect);
	pipe = popen(command.data, "w");
	assert_non_null(pipe);
	assert_int_equal(fwrite(text->data, 1, text->len, pipe), text->len);
	return pclose(pipe);
}

static void need_validator(void)
{
	if (access(VALIDATOR, X_OK) != 0 || system("/usr/bin/python3 -c 'import jsonschema' 2>/dev/null") != 0) {
		print_message("needs " VALIDATOR ", run from the root, and python3-jsonschema\n");
		skip();
	}
}

static void render_all(const char *s, const struct event_context *context, struct buffer *out)
{
	struct event events[SAMPLE_COUNT];
	size_t n = sample_events(s, events);

	for (size_t i = 0; i < n; i++)
		event_render_json(&events[i], context, out);
	assert_false(out->failed);
}

static void test_schema(void **state)
{
	const struct event_context live = { 0 };
	const struct event_context capture = { HOSTILE, HOSTILE, 1, 2, UINT64_MAX };
	_cleanup_(buffer_free) struct buffer b = { 0 };

	(void)state;
	need_validator();
	render_all("plain", &live, &b);
	render_all(HOSTILE, &capture, &b);
	assert_int_equal(validate(&b, ""), 0);
}

static void test_schema_refuses(void **state)
{
	static const char *const bad[] = {
		"{}\n",
		"[]\n",
		"{\"event_type\":\"start\"}\n",
		"\n",
		"{\"event_type\":\"device\"",
		"\xff\n",
		("{\"timestamp\":\"2026-11-21T19:04:00.123456Z\",\"schema\":\"iotbpf/"
		 "1\",\"event_type\":\"flow\",\"flow_id\":1,"
		 "\"device\":{\"id\":\"02005e100001\",\"mac\":\"02:00:5e:10:00:01\"},\"flow\":{\"protocol\":\"arp\","
		 "\"packets\":1,\"bytes\":1,\"active_seconds\":1,\"more\":1}}\n"),
		("{\"timestamp\":\"2026-11-21T19:04:00Z\",\"schema\":\"iotbpf/1\",\"event_type\":\"device\","
		 "\"device\":{\"id\":\"02005e100001\",\"mac\":\"02:00:5e:10:00:01\",\"action\":\"new\"}}\n"),
	};

	(void)state;
	need_validator();
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		_cleanup_(buffer_free) struct buffer b = { 0 };

		buffer_append_str(&b, bad[i]);
		assert_int_not_equal(validate(&b, "2>&1"), 0);
	}
}

static void assert_renders(const struct event *event, const struct event_context *context, const char *expected)
{
	_cleanup_(buffer_free) struct buffer b = { 0 };

	event_render_json(event, context, &b);
	assert_string_equal(b.data, expected);
}

static void test_exact_lines(void **state)
{
	const struct event_context capture = { .host = "router", .pcap_filename = "a.pcap" };
	const struct event_context live = { 0 };
	struct event events[SAMPLE_COUNT];

	(void)state;
	sample_events("x", events);
	assert_renders(
		&events[7], &capture,
		"{\"timestamp\":\"2026-11-21T19:04:00.123456Z\",\"schema\":\"iotbpf/1\",\"event_type\":\"device\","
		"\"host\":\"router\",\"in_iface\":\"x\",\"pcap_filename\":\"a.pcap\",\"device\":{\"id\":"
		"\"02005e100001\","
		"\"mac\":\"02:00:5e:10:00:01\",\"name\":\"x\",\"action\":\"identified\",\"label\":\"x\",\"label_p\":0."
		"9712,\"level\":\"family\","
		"\"runner_up\":\"x\",\"runner_up_p\":0.02,\"source\":\"model\",\"function\":\"x\",\"p_function\":0.5,"
		"\"p\":0.485,\"decided_by\":\"burst\",\"evidence\":{\"packets\":120,\"windows\":4,\"bursts\":2},\"first\":\"2026-11-21T19:03:30.123456Z\","
		"\"last\":\"2026-11-21T19:04:00.123456Z\",\"reason\":\"x\"}}\n");
	events[12].head.name = NULL;
	events[12].head.in_iface = "lan1";
	assert_renders(
		&events[12], &live,
		"{\"timestamp\":\"2026-11-21T19:04:00.123456Z\",\"schema\":\"iotbpf/1\",\"event_type\":\"period\","
		"\"in_iface\":\"lan1\",\"flow_id\":1671705145090059,\"proto\":\"UDP\",\"dest_port\":6666,"
		"\"device\":{\"id\":\"02005e100001\",\"mac\":\"02:00:5e:10:00:01\"},\"period\":{\"action\":\"found\","
		"\"protocol\":\"udp/6666\",\"seconds\":5,\"log_p\":12.3457,\"support\":0.87,\"resolution_s\":1,"
		"\"weak\":false}}\n");
	events[16].head.name = events[16].head.in_iface = NULL;
	assert_renders(
		&events[16], &live,
		"{\"timestamp\":\"2026-11-21T19:04:00.123456Z\",\"schema\":\"iotbpf/1\",\"event_type\":\"shadow\","
		"\"device\":{\"id\":\"02005e100001\",\"mac\":\"02:00:5e:10:00:01\"},\"shadow\":{\"model\":\"x\","
		"\"model_version\":\"x\",\"label\":\"x\",\"label_p\":0.9,\"function\":\"x\",\"p_function\":0.8,"
		"\"active\":{\"label\":\"x\",\"label_p\":0.7}}}\n");
}

static void test_whole_integers(void **state)
{
	const struct event_context live = { 0 };
	_cleanup_(buffer_free) struct buffer b = { 0 };

	(void)state;
	render_all("x", &live, &b);
	assert_non_null(strstr(b.data, "\"frames\":9007199254740993,"));
	assert_non_null(strstr(b.data, "\"packets\":18446744073709551615,"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_schema),
		cmocka_unit_test(test_schema_refuses),
		cmocka_unit_test(test_exact_lines),
		cmocka_unit_test(test_whole_integers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
