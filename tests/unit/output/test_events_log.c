/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "agent/output/events_log.h"

#define ALL EVENTS_ALL

static void add(struct events_log *log, enum event_type type, const char *text)
{
	events_log_append(log, type, text, strlen(text));
}

/* The lines that are left for a cursor, one behind the other. */
static const char *rest(const struct events_log *log, struct events_cursor *cursor, uint32_t mask)
{
	static char text[4096];
	struct events_line line;
	size_t n = 0;

	text[0] = '\0';
	while (events_log_next(log, cursor, mask, &line))
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%.*s", line.text ? (int)line.len : 1, line.text ? line.text : "!");
	return text;
}

static void test_in_order(void **state)
{
	_cleanup_(events_log_free_p) struct events_log *log = events_log_new(1000, 10);
	struct events_cursor first = events_log_first(log), later;

	(void)state;
	add(log, EVENT_START, "a\n");
	later = events_log_last(log);
	add(log, EVENT_FLOW, "b\n");
	add(log, EVENT_DEVICE, "c\n");
	assert_int_equal(events_log_overtaken(log, &first, ALL), 0);
	assert_string_equal(rest(log, &first, ALL), "a\nb\nc\n");
	assert_string_equal(rest(log, &first, ALL), "");
	assert_string_equal(rest(log, &later, EVENT_BIT(EVENT_DEVICE)), "c\n");
	assert_int_equal(events_log_end(log), 3);
}

static void test_overtaken_by_number(void **state)
{
	_cleanup_(events_log_free_p) struct events_log *log = events_log_new(1000, 4);
	struct events_cursor slow = events_log_first(log), choosy = slow;

	(void)state;
	for (int i = 0; i < 10; i++)
		add(log, i % 2 ? EVENT_FLOW : EVENT_DEVICE, i % 2 ? "f\n" : "d\n");
	assert_int_equal(events_log_overtaken(log, &slow, ALL), 6);
	assert_int_equal(events_log_overtaken(log, &slow, ALL), 0);
	assert_string_equal(rest(log, &slow, ALL), "d\nf\nd\nf\n");
	assert_int_equal(events_log_overtaken(log, &choosy, EVENT_BIT(EVENT_FLOW)), 3);
	assert_string_equal(rest(log, &choosy, EVENT_BIT(EVENT_FLOW)), "f\nf\n");
}

/* Lines of every length at every place: what is not overtaken is whole, and what is got and lost are all there were. */
static void test_bytes(void **state)
{
	enum { BYTES = 257, LINES = 40 };
	_cleanup_(events_log_free_p) struct events_log *log = events_log_new(BYTES, LINES);
	struct events_cursor cursor = events_log_first(log);
	uint64_t got = 0, lost = 0;
	struct events_line line;
	char text[128];

	(void)state;
	for (unsigned int i = 0; i < 20000; i++) {
		size_t len = 1 + i * 7919u % 64;

		memset(text, 'a' + (int)(i % 26), len);
		text[len - 1] = '\n';
		events_log_append(log, EVENT_FLOW, text, len);
		if (i % 11 != 0)
			continue;
		lost += events_log_overtaken(log, &cursor, ALL);
		while (events_log_next(log, &cursor, ALL, &line)) {
			got++;
			assert_int_equal(line.text[line.len - 1], '\n');
			for (size_t k = 0; k + 2 < line.len; k++)
				assert_int_equal(line.text[k], line.text[0]);
			assert_int_equal(cursor.next, got + lost);
		}
	}
	assert_true(got > 1000);
	assert_true(lost > 1000);
}

static void test_too_long(void **state)
{
	_cleanup_(events_log_free_p) struct events_log *log = events_log_new(100, 10);
	struct events_cursor cursor = events_log_first(log);
	char text[64];

	(void)state;
	memset(text, 'x', sizeof(text));
	add(log, EVENT_DEVICE, "a\n");
	events_log_append(log, EVENT_STATS, text, sizeof(text));
	add(log, EVENT_DEVICE, "b\n");
	assert_string_equal(rest(log, &cursor, ALL), "a\n!b\n");
}

/* Nothing that was there can be read, by those who had not read it either; numbers go on. */
static void test_clear(void **state)
{
	_cleanup_(events_log_free_p) struct events_log *log = events_log_new(100, 10);
	struct events_cursor before = events_log_first(log), after;

	(void)state;
	add(log, EVENT_DEVICE, "a\n");
	add(log, EVENT_FUNCTION, "b\n");
	events_log_clear(log);
	after = events_log_first(log);
	assert_string_equal(rest(log, &after, ALL), "");
	add(log, EVENT_DEVICE, "c\n");
	assert_int_equal(events_log_overtaken(log, &before, ALL), 2);
	assert_string_equal(rest(log, &before, ALL), "c\n");
	assert_string_equal(rest(log, &after, ALL), "c\n");
	assert_int_equal(events_log_end(log), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_order),
		cmocka_unit_test(test_overtaken_by_number),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
