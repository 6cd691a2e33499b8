// SPDX-License-Identifier: BSD-2-Clause

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "agent/output/plain.h"
#include "agent/output/plot/plot.h"
#include "tests/lib/home.h"

static void draw(bool hostile, const struct plot_options *options, struct buffer *out)
{
	struct dataset *ds = home_bulb(hostile);

	assert_int_equal(plot_terminal(ds, options, out), 0);
	dataset_free(ds);
}

/* One column of text is five seconds here: of udp/6666 one or two of five are active, of arp one every twelve columns. */
static void test_ascii(void **state)
{
	static const char want[] =
		"2026-01-01 00:00:00 - 2026-01-01 00:05:00 (5 min)                                   \n"
		"\n"
		"tuya-bulb  10:d5:61:24:6e:01  TuyaBulb 97 %                                         \n"
		"       packets/s     20                                                             \n"
		"                                                                #+                  \n"
		"                      0 ::..................++..................##..................\n"
		"function                                    ###                 ##\n"
		"udp/6666            3 s .::.::.::.::.::.::.::.::.::.::.::.::.::.::.::.::.::.::.::.::\n"
		"tcp/1883          1 min        .           .##:        .        ## .           .    \n"
		"arp               1 min     .           .           .           .           .       \n"
		"tcp/80                  .:                                                          \n"
		"udp/53                  :                                                           \n"
		"udp/67                  :                                                           \n"
		"                        |01 Jan     |00:01      |00:02      |00:03      |00:04\n";
	_cleanup_(buffer_free) struct buffer out = { 0 };
	struct plot_options options = { .ascii = true, .width = 84 };

	(void)state;
	draw(false, &options, &out);
	assert_string_equal(out.data, want);
}

/* No line is wider than the terminal, whatever the width; nothing but what was meant steers it. */
static void test_width(void **state)
{
	(void)state;
	for (size_t width = 20; width <= 200; width += 9) {
		_cleanup_(buffer_free) struct buffer out = { 0 };
		struct plot_options options = { .width = width };

		draw(true, &options, &out);
		assert_null(strchr(out.data, '\x1b'));
		for (char *line = out.data, *end; *line; line = end + 1) {
			end = strchr(line, '\n');
			assert_non_null(end);
			assert_true(plain_width(line, (size_t)(end - line)) <= width);
		}
	}
}

static void test_color(void **state)
{
	_cleanup_(buffer_free) struct buffer out = { 0 };
	struct plot_options options = { .width = 80, .color = true };

	(void)state;
	draw(false, &options, &out);
	assert_non_null(strstr(out.data, "\x1b[38;5;"));
	assert_null(strstr(out.data, "\x1b[38;2;"));
	buffer_reset(&out);
	options.truecolor = true;
	draw(false, &options, &out);
	assert_non_null(strstr(out.data, "\x1b[38;2;"));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_ascii), cmocka_unit_test(test_width), cmocka_unit_test(test_color) };

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
