// SPDX-License-Identifier: BSD-2-Clause

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "agent/source/capture/order.h"
#include "tests/unit/source/capture/files.h"

static struct writer file_of(uint32_t second, uint32_t link)
{
	struct writer w = writer_open(0xa1b2c3d4u, link, false);
	uint8_t frame[60] = {0};

	if (second)
		writer_record(&w, second, 0, frame, 60, 60);
	writer_close(&w);
	return w;
}

static void test_order(void **state)
{
	struct writer w[] = {file_of(300, 1), file_of(100, 113), file_of(200, 1), file_of(0, 1)};
	char absent[] = "/nonexistent.pcap", stream[] = "-", folder[] = "/tmp";
	char *paths[] = {w[0].path, absent, w[1].path, w[2].path, stream, w[3].path, folder};
	char *const sorted[] = {absent, stream, w[3].path, folder, w[1].path, w[2].path, w[0].path};

	(void)state;
	assert_int_equal(capture_order(paths, 7), 0);
	for (int i = 0; i < 7; i++)
		assert_string_equal(paths[i], sorted[i]);
	for (int i = 0; i < 4; i++)
		unlink(w[i].path);
}

static void test_equal_times_keep_their_order(void **state)
{
	struct writer w[] = {file_of(7, 1), file_of(7, 1), file_of(7, 1)};
	char *paths[] = {w[2].path, w[0].path, w[1].path};

	(void)state;
	assert_int_equal(capture_order(paths, 3), 0);
	assert_string_equal(paths[0], w[2].path);
	assert_string_equal(paths[1], w[0].path);
	assert_string_equal(paths[2], w[1].path);
	for (int i = 0; i < 3; i++)
		unlink(w[i].path);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_equal_times_keep_their_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
