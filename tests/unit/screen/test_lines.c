// SPDX-License-Identifier: BSD-2-Clause

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/screen/lines.h"

static struct scene *must(const char *text)
{
	struct scene *scene = NULL;
	char why[SCENE_TEXT * 4];

	assert_int_equal(scene_decode(text, strlen(text), &scene, why), 0);
	return scene;
}

static const char SNAPSHOT[] =
	"{\"time\":\"2026-11-22T19:04:00Z\",\"devices\":["
	"{\"mac\":\"10:00:00:00:00:01\",\"name\":\"l\u00e1mpara\\u001b[2J\",\"type\":{\"label\":\"Bulb\",\"p\":0.97},"
	"\"function\":{\"label\":\"dim\",\"p\":0.5,\"since\":\"2026-11-22T19:03:48Z\"},\"rates\":{\"tx_bytes\":1234},"
	"\"strip\":\"c00000000000001\",\"period\":{\"seconds\":3}},"
	"{\"mac\":\"10:00:00:00:00:02\",\"name\":\"camera\"}]}";

static void test_lines(void **state)
{
	_cleanup_(scene_free_p) struct scene *scene = must(SNAPSHOT);
	_cleanup_(buffer_free) struct buffer out = { 0 };
	struct ui ui = UI_DEFAULTS;

	(void)state;
	ui.columns = 1u << COLUMN_NAME | 1u << COLUMN_TYPE | 1u << COLUMN_FUNCTION | 1u << COLUMN_SINCE | 1u << COLUMN_TX_BYTES |
		     1u << COLUMN_ACTIVITY | 1u << COLUMN_PERIOD;
	lines_render(scene, &ui, false, 0, &out);
	assert_string_equal(out.data, "2026-11-22 19:04:00  2 of 2 devices\n"
				      "NAME         TYPE      NOW      FOR  OUT B  LAST 60 s                       EVERY\n"
				      "l?mpara?[2J  Bulb 97%  dim 50%  12s   1.2k  |............................:     3s\n"
				      "camera       unknown                     0  ..............................\n");
	assert_null(memchr(out.data, '\x1b', out.len));
}

static void test_choice(void **state)
{
	_cleanup_(scene_free_p) struct scene *scene = must(SNAPSHOT);
	_cleanup_(buffer_free) struct buffer out = { 0 };
	struct ui ui = UI_DEFAULTS;

	(void)state;
	ui.columns = 1u << COLUMN_NAME;
	ui.filter = (struct edit){ .text = "camera", .length = 6 };
	lines_render(scene, &ui, true, 40, &out);
	assert_string_equal(out.data, "2026-11-22 19:04:00  1 of 2 devices\nNAME\ncamera\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_choice),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
