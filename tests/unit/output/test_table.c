/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "agent/output/plain.h"
#include "agent/output/table.h"

static const struct table_column columns[] = {
	{ "NAME", TABLE_LEFT, true },
	{ "N", TABLE_RIGHT, false },
	{ "PERIODS", TABLE_LEFT, true },
};

static struct table *sample(void)
{
	struct table *t;

	assert_int_equal(table_new(columns, 3, &t), 0);
	table_cell(t, "Lampe K\xc3\xbc"
		      "che");
	table_cellf(t, "%d", 5);
	table_cell(t, "5 s");
	table_cell(t, "evil\x1b[2J\n");
	table_cellf(t, "%d", 12345);
	table_cell(t, "60 s, 299 s, 5 h 45 min");
	table_cell(t, NULL);
	return t;
}

static void test_plain(void **state)
{
	_cleanup_(table_free_p) struct table *t = sample();
	_cleanup_(buffer_free) struct buffer b = { 0 };

	(void)state;
	assert_int_equal(table_render(t, 0, &b), 0);
	assert_string_equal(b.data, "NAME             N  PERIODS\n"
				    "Lampe K\xc3\xbc"
				    "che      5  5 s\n"
				    "evil?[2J?    12345  60 s, 299 s, 5 h 45 min\n"
				    "\n");
}

static void test_narrow(void **state)
{
	_cleanup_(table_free_p) struct table *t = sample();
	_cleanup_(buffer_free) struct buffer b = { 0 };

	(void)state;
	assert_int_equal(table_render(t, 30, &b), 0);
	assert_string_equal(b.data, "NAME            N  PERIODS\n"
				    "Lampe K\xc3\xbc"
				    "c\xe2\x80\xa6      5  5 s\n"
				    "evil?[2J?   12345  60 s, 299 \xe2\x80\xa6\n"
				    "\n");
}

static void test_any_width_holds(void **state)
{
	_cleanup_(table_free_p) struct table *t = sample();

	(void)state;
	for (size_t width = 1; width < 60; width++) {
		_cleanup_(buffer_free) struct buffer b = { 0 };
		size_t lines = 0;

		assert_int_equal(table_render(t, width, &b), 0);
		for (char *save, *line = strtok_r(b.data, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
			assert_true(plain_width(line, strlen(line)) <= width);
			lines++;
		}
		assert_int_equal(lines, 3);
	}
}

static void test_empty_and_many(void **state)
{
	_cleanup_(table_free_p) struct table *t = NULL, *none = NULL;
	_cleanup_(buffer_free) struct buffer b = { 0 };

	(void)state;
	assert_int_equal(table_new(columns, 0, &none), 0);
	assert_int_equal(table_render(none, 0, &b), 0);
	assert_int_equal(b.len, 0);
	assert_int_equal(table_new(columns, 3, &t), 0);
	for (int i = 0; i < 3000; i++)
		table_cellf(t, "%d", i);
	assert_int_equal(table_render(t, 80, &b), 0);
	assert_non_null(strstr(b.data, "\n2997  2998  2999\n"));
}

static void test_print(void **state)
{
	_cleanup_(table_free_p) struct table *t = sample();
	char text[256];
	int fds[2];
	ssize_t n;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(terminal_width(fds[1]), 0);
	assert_int_equal(table_print(t, fds[1]), 0);
	n = read(fds[0], text, sizeof(text));
	assert_true(n > 10);
	assert_memory_equal(text, "NAME ", 5);
	close(fds[0]);
	close(fds[1]);
}

static void test_terminal_width(void **state)
{
	const struct winsize size = { .ws_row = 24, .ws_col = 30 };
	_cleanup_(table_free_p) struct table *t = sample();
	_cleanup_close_ int screen = posix_openpt(O_RDWR | O_NOCTTY);
	_cleanup_close_ int terminal = -1;
	char text[512];
	ssize_t n;

	(void)state;
	if (screen < 0 || grantpt(screen) < 0 || unlockpt(screen) < 0)
		skip();
	terminal = open(ptsname(screen), O_RDWR | O_NOCTTY);
	assert_true(terminal >= 0);
	assert_int_equal(ioctl(terminal, TIOCSWINSZ, &size), 0);
	assert_int_equal(terminal_width(terminal), 30);
	assert_int_equal(table_print(t, terminal), 0);
	n = read(screen, text, sizeof(text) - 1);
	assert_true(n > 0);
	text[n] = '\0';
	assert_non_null(strstr(text, "60 s, 299 \xe2\x80\xa6\r\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),           cmocka_unit_test(test_narrow),
		cmocka_unit_test(test_any_width_holds), cmocka_unit_test(test_empty_and_many),
		cmocka_unit_test(test_print),           cmocka_unit_test(test_terminal_width),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
