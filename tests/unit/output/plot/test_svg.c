// SPDX-License-Identifier: BSD-2-Clause

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "agent/output/plot/plot.h"
#include "agent/output/plot/svg_draw.h"
#include "tests/lib/home.h"

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *p = text; (p = strstr(p, what)); p++)
		n++;
	return n;
}

static void draw(struct dataset *ds, const struct plot_options *options, struct buffer *out)
{
	assert_int_equal(plot_svg(ds, options, out), 0);
	dataset_free(ds);
}

/* A mark an active second, where there is room: dots are moves followed by a line of no length. */
static void test_marks(void **state)
{
	_cleanup_(buffer_free) struct buffer out = { 0 };
	struct plot_options options = { .title = "bulb", .width = 1600 };

	(void)state;
	draw(home_bulb(false), &options, &out);
	assert_int_equal(count(out.data, "h0"), 139);
	assert_int_equal(count(out.data, ">udp/6666<"), 1);
	assert_non_null(strstr(out.data, ">tuya-bulb<"));
	assert_non_null(strstr(out.data, ">toggle<"));
	assert_non_null(strstr(out.data, ">3 s<"));
	assert_int_equal(count(out.data, "<svg"), 1);
}

static void test_hostile(void **state)
{
	_cleanup_(buffer_free) struct buffer out = { 0 };
	struct plot_options options = { .title = "a <b> & \"c\" \x01\xff", .source = "</svg>" };

	(void)state;
	draw(home_bulb(true), &options, &out);
	assert_null(strstr(out.data, "<script"));
	assert_null(strstr(out.data, "<img"));
	assert_null(strstr(out.data, "<b>"));
	assert_null(strchr(out.data, '\x01'));
	assert_null(strchr(out.data, '\x1b'));
	assert_int_equal(count(out.data, "</svg>"), 1);
	assert_non_null(strstr(out.data, "a &lt;b&gt; &amp; &quot;c&quot; \xef\xbf\xbd\xef\xbf\xbd"));
}

/* Text that is too long ends in an ellipsis, also in the middle of characters of several bytes. */
static void test_width(void **state)
{
	_cleanup_(buffer_free) struct buffer out = { 0 };
	struct svg_text text = { .size = 10, .color = "#000", .width = 24 };

	(void)state;
	svg_put_text(&out, &text, "ääääääää");
	assert_non_null(strstr(out.data, ">ääää…<"));
	buffer_reset(&out);
	svg_put_text(&out, &text, "äääää");
	assert_non_null(strstr(out.data, ">äääää<"));
}

/* A day of 200 flows stays a file that viewers take. */
static void test_day(void **state)
{
	_cleanup_(buffer_free) struct buffer out = { 0 };
	struct plot_options options = { .dark = true, .width = 1600 };

	(void)state;
	draw(home_day(25, 8), &options, &out);
	assert_in_range(out.len, 100000, 8 << 20);
	assert_null(strstr(out.data, "nan"));
	assert_null(strstr(out.data, "inf"));
}

static void test_empty(void **state)
{
	_cleanup_(buffer_free) struct buffer out = { 0 };
	struct plot_options options = { 0 };

	(void)state;
	draw(dataset_new(), &options, &out);
	assert_non_null(strstr(out.data, "</svg>"));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_marks), cmocka_unit_test(test_hostile), cmocka_unit_test(test_width), cmocka_unit_test(test_day),
					    cmocka_unit_test(test_empty) };

	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
