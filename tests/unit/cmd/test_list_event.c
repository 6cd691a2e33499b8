/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "agent/base/cleanup.h"
#include "agent/cmd/list_event.h"
#include "tests/unit/output/samples.h"

/* An event that was rendered and read again says the same words. */
static void test_round_trip(void **state)
{
	const struct event_context context = { .host = "h", .written = 3, .dropped = 2, .failed = 1 };
	struct event samples[SAMPLE_COUNT];
	size_t n = sample_events("text", samples);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		_cleanup_(buffer_free) struct buffer json = { 0 }, before = { 0 }, after = { 0 };
		struct event_read read;
		cJSON *object;

		/* Numbers are doubles when they are read: whole up to 2^53. */
		if (samples[i].type == EVENT_STATS && samples[i].stats.frames > UINT64_C(1) << 53)
			samples[i].stats.frames = 1;
		event_render_json(&samples[i], &context, &json);
		event_render_text(&samples[i], &context, &before);
		object = cJSON_ParseWithLength(json.data, json.len);
		assert_non_null(object);
		assert_int_equal(event_read(object, &read), 0);
		event_render_text(&read.event, &read.context, &after);
		assert_string_equal(after.data, before.data);
		cJSON_Delete(object);
	}
}

static void test_refuses(void **state)
{
	static const char *const texts[] = {
		"{}", "[]", "1", "null", "{\"event_type\":1}", "{\"event_type\":\"device\"}", "{\"event_type\":\"nonsense\",\"nonsense\":{}}",
		"{\"event_type\":\"device\",\"device\":[]}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		cJSON *object = cJSON_Parse(texts[i]);
		struct event_read read;

		assert_int_equal(event_read(object, &read), -EBADMSG);
		cJSON_Delete(object);
	}
}

/* Members of the wrong kind are not known. */
static void test_odd(void **state)
{
	cJSON *object = cJSON_Parse("{\"event_type\":\"function\",\"timestamp\":7,\"device\":{\"mac\":\"x\"},\"function\":{\"label\":[],\"p\":\"1\","
				    "\"since\":\"yesterday\",\"evidence\":3}}");
	_cleanup_(buffer_free) struct buffer text = { 0 };
	struct event_read read;

	(void)state;
	assert_int_equal(event_read(object, &read), 0);
	assert_null(read.event.function.label);
	assert_int_equal(read.event.head.mac, 0);
	event_render_text(&read.event, &read.context, &text);
	assert_false(text.failed);
	cJSON_Delete(object);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_refuses),
		cmocka_unit_test(test_odd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
