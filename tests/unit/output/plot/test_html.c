// SPDX-License-Identifier: BSD-2-Clause

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "agent/output/plot/plot.h"
#include "tests/lib/home.h"

static void page_of(struct dataset *ds, struct buffer *out)
{
	struct plot_options options = { .title = "a <b>title</b>", .source = "</script>" };

	assert_int_equal(plot_html(ds, &options, out), 0);
	dataset_free(ds);
}

/* Nothing from the outside is markup, and every element that executes or styles is named by its hash. */
static void test_hostile(void **state)
{
	_cleanup_(buffer_free) struct buffer out = { 0 };
	size_t scripts = 0;

	(void)state;
	if (!plot_has_page())
		skip();
	page_of(home_bulb(true), &out);
	for (const char *p = out.data; (p = strstr(p, "</script>")); p++)
		scripts++;
	assert_int_equal(scripts, 2);
	assert_null(strstr(out.data, "<img"));
	assert_null(strstr(out.data, "<b>"));
	assert_null(strchr(out.data, '\x1b'));
	assert_non_null(strstr(out.data, "\\u003c/script>\\u003cscript>alert(1)\\u003c/script>"));
	assert_non_null(strstr(out.data, "default-src 'none'"));
	assert_null(strstr(out.data, "unsafe-inline"));
	assert_null(strstr(out.data, "@import"));
}

/* Other tests look at the pages: PLOT_PAGES names the directory for them. */
static void test_pages(void **state)
{
	static const struct {
		const char *name;
		unsigned devices, flows; /* 0: the bulb */
	} pages[] = { { "bulb", 0, 0 }, { "hostile", 0, 1 }, { "home", 25, 8 }, { "one", 1, 200 } };
	const char *directory = getenv("PLOT_PAGES");

	(void)state;
	if (!directory || !plot_has_page())
		skip();
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		_cleanup_(buffer_free) struct buffer out = { 0 };
		_cleanup_fclose_ FILE *f = NULL;
		char path[512];

		page_of(pages[i].devices ? home_day(pages[i].devices, pages[i].flows) : home_bulb(pages[i].flows), &out);
		snprintf(path, sizeof(path), "%s/%s.html", directory, pages[i].name);
		f = fopen(path, "w");
		assert_non_null(f);
		assert_int_equal(fwrite(out.data, 1, out.len, f), out.len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_hostile), cmocka_unit_test(test_pages) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
