/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/log.h"
#include "agent/output/events.h"
#include "tests/unit/output/samples.h"

/* A sink that counts lines and answers with a chosen error. */
struct count_sink {
	struct sink sink;
	int lines;
	int result;
	int *freed;
};

static int count_write(struct sink *sink, const char *line, size_t len)
{
	struct count_sink *s = (struct count_sink *)sink;

	assert_int_equal(line[len - 1], '\n');
	s->lines++;
	return s->result;
}

static void count_free(struct sink *sink)
{
	(*((struct count_sink *)sink)->freed)++;
	free(sink);
}

static struct count_sink *new_count(int result, int *freed)
{
	static const struct sink_ops ops = { count_write, count_free };
	struct count_sink *s = malloc(sizeof(*s));

	*s = (struct count_sink){ .sink = { &ops }, .result = result, .freed = freed };
	return s;
}

static void emit_all(struct events *events, int expected)
{
	struct event samples[SAMPLE_COUNT];
	size_t n = sample_events("x", samples);

	for (size_t i = 0; i < n; i++)
		assert_int_equal(events_emit(events, &samples[i]), expected);
}

static void test_masks(void **state)
{
	int freed = 0;
	struct count_sink *all = new_count(0, &freed), *usual = new_count(0, &freed);
	struct events *events;

	(void)state;
	assert_int_equal(events_new("host", &events), 0);
	assert_int_equal(events_add_sink(events, &all->sink, EVENTS_JSON, EVENTS_ALL), 0);
	assert_true(events_wants(events, EVENT_FLOW));
	assert_int_equal(events_add_sink(events, &usual->sink, EVENTS_TEXT, EVENTS_DEFAULT), 0);
	emit_all(events, 0);
	assert_int_equal(all->lines, SAMPLE_COUNT);
	assert_int_equal(usual->lines, SAMPLE_COUNT - 2);
	assert_int_equal(events_counters(events).written, 2 * SAMPLE_COUNT - 2);
	events_free(events);
	assert_int_equal(freed, 2);
}

static void test_errors_are_counted(void **state)
{
	int freed = 0;
	_cleanup_(events_free_p) struct events *events = NULL;
	struct count_sink *full = new_count(-EAGAIN, &freed), *broken = new_count(-EIO, &freed);

	(void)state;
	assert_int_equal(events_new(NULL, &events), 0);
	assert_false(events_wants(events, EVENT_DEVICE));
	assert_int_equal(events_add_sink(events, &full->sink, EVENTS_JSON, EVENT_BIT(EVENT_FLOW)), 0);
	assert_int_equal(events_add_sink(events, &broken->sink, EVENTS_JSON, EVENT_BIT(EVENT_STOP)), 0);
	assert_false(events_wants(events, EVENT_DEVICE));
	emit_all(events, 0);
	assert_int_equal(events_counters(events).written, 0);
	assert_int_equal(events_counters(events).dropped, 2);
	assert_int_equal(events_counters(events).failed, 2);
}

static void test_closed_reader(void **state)
{
	_cleanup_(events_free_p) struct events *events = NULL;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(events_new(NULL, &events), 0);
	assert_int_equal(events_add_fd(events, fds[1], EVENTS_AUTO, EVENTS_ALL, true), 0);
	close(fds[0]);
	emit_all(events, -EPIPE);
	close(fds[1]);
}

static void test_terminal_gets_text(void **state)
{
	_cleanup_(events_free_p) struct events *events = NULL;
	const struct event event = { .type = EVENT_STOP, .stop = { .reason = "signal" } };
	_cleanup_close_ int screen = posix_openpt(O_RDWR | O_NOCTTY);
	_cleanup_close_ int terminal = -1;
	char text[256];
	ssize_t n;

	(void)state;
	if (screen < 0 || grantpt(screen) < 0 || unlockpt(screen) < 0)
		skip();
	terminal = open(ptsname(screen), O_RDWR | O_NOCTTY);
	assert_true(terminal >= 0);
	assert_int_equal(events_new(NULL, &events), 0);
	assert_int_equal(events_add_fd(events, terminal, EVENTS_AUTO, EVENTS_ALL, false), 0);
	assert_int_equal(events_emit(events, &event), 0);
	n = read(screen, text, sizeof(text) - 1);
	assert_true(n > 0);
	text[n] = '\0';
	assert_non_null(strstr(text, "  stop                  signal: 0 frames"));
}

static void test_capture_name(void **state)
{
	_cleanup_(events_free_p) struct events *events = NULL;
	const struct event event = { .type = EVENT_STATS };
	char text[4096];
	ssize_t n;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(events_new("router", &events), 0);
	assert_int_equal(events_add_fd(events, fds[1], EVENTS_AUTO, EVENTS_ALL, false), 0);
	assert_int_equal(events_set_capture(events, "a.pcap"), 0);
	assert_int_equal(events_emit(events, &event), 0);
	n = read(fds[0], text, sizeof(text) - 1);
	assert_true(n > 0);
	text[n] = '\0';
	assert_non_null(strstr(text, "\"host\":\"router\",\"pcap_filename\":\"a.pcap\""));
	assert_int_equal(events_set_capture(events, NULL), 0);
	assert_int_equal(events_emit(events, &event), 0);
	n = read(fds[0], text, sizeof(text) - 1);
	assert_true(n > 0);
	text[n] = '\0';
	assert_null(strstr(text, "pcap_filename"));
	assert_non_null(strstr(text, "\"events\":{\"written\":1,"));
	close(fds[0]);
	close(fds[1]);
}

static void test_too_many_outputs(void **state)
{
	int freed = 0;
	struct events *events;

	(void)state;
	assert_int_equal(events_new(NULL, &events), 0);
	for (int i = 0; i < 8; i++)
		assert_int_equal(events_add_sink(events, &new_count(0, &freed)->sink, EVENTS_JSON, 0), 0);
	assert_int_equal(events_add_sink(events, &new_count(0, &freed)->sink, EVENTS_JSON, 0), -ENOSPC);
	events_free(events);
	assert_int_equal(freed, 9);
}

static void test_huge_event(void **state)
{
	int freed = 0;
	_cleanup_(events_free_p) struct events *events = NULL;
	_cleanup_free_ char *name = malloc(2 << 20);
	const struct event huge = { .type = EVENT_STOP, .stop = { .reason = name } };
	struct count_sink *s = new_count(0, &freed);

	(void)state;
	memset(name, 'x', (2 << 20) - 1);
	name[(2 << 20) - 1] = '\0';
	assert_int_equal(events_new(NULL, &events), 0);
	assert_int_equal(events_add_sink(events, &s->sink, EVENTS_JSON, EVENTS_ALL), 0);
	assert_int_equal(events_emit(events, &huge), -ENOMEM);
	assert_int_equal(s->lines, 0);
	emit_all(events, 0);
	assert_int_equal(s->lines, SAMPLE_COUNT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_masks),
		cmocka_unit_test(test_errors_are_counted),
		cmocka_unit_test(test_terminal_gets_text),
		cmocka_unit_test(test_closed_reader),
		cmocka_unit_test(test_capture_name),
		cmocka_unit_test(test_too_many_outputs),
		cmocka_unit_test(test_huge_event),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
