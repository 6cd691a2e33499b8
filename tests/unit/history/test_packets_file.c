/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "agent/history/packets_file.h"

static char path[64];

static int set_up(void **state)
{
	(void)state;
	snprintf(path, sizeof(path), "/tmp/test_packets_file-%d.iotp", getpid());
	unlink(path);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(path);
	return 0;
}

static void write_three(void)
{
	const struct iot_packet packets[3] = { { .ms = 1, .length = 60 }, { .ms = 2, .length = 61 }, { .ms = 3, .length = 62 } };

	assert_int_equal(packets_file_write(path, packets, 3), 0);
}

static void change(off_t at, char byte)
{
	int fd = open(path, O_WRONLY);

	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	close(fd);
}

static int read_back(size_t *count)
{
	struct iot_packet *packets = NULL;
	int r = packets_file_read(path, &packets, count);

	if (r == 0 && *count)
		assert_int_equal(packets[*count - 1].length, 59 + *count);
	free(packets);
	return r;
}

static void comes_back_as_it_was(void **state)
{
	size_t count = 0;

	(void)state;
	write_three();
	assert_int_equal(read_back(&count), 0);
	assert_int_equal(count, 3);
	assert_int_equal(packets_file_write(path, NULL, 0), -EEXIST);
	unlink(path);
	assert_int_equal(packets_file_write(path, NULL, 0), 0);
	assert_int_equal(read_back(&count), 0);
	assert_int_equal(count, 0);
}

static void refuses_what_is_not_whole(void **state)
{
	size_t count;

	(void)state;
	assert_int_equal(read_back(&count), -ENOENT);
	for (int cut = 0; cut < 16 + 48; cut++) {
		unlink(path);
		write_three();
		assert_int_equal(truncate(path, cut), 0);
		assert_int_equal(read_back(&count), -EBADMSG);
	}
	unlink(path);
	write_three();
	change(0, 'X');
	assert_int_equal(read_back(&count), -EBADMSG);
	unlink(path);
	write_three();
	change(8, 100);
	assert_int_equal(read_back(&count), -EBADMSG);
	unlink(path);
	write_three();
	change(11, 0x7f);
	assert_int_equal(read_back(&count), -EBADMSG);
	unlink(path);
	write_three();
	change(15, 1);
	assert_int_equal(read_back(&count), -EPROTONOSUPPORT);
}

/* A disk without room for more than @bytes. */
static int write_limited(rlim_t bytes, size_t count)
{
	static const struct iot_packet packets[1000];
	struct rlimit before, limit;
	int r;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = (struct rlimit){ bytes, before.rlim_max };
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	r = packets_file_write(path, packets, count);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	unlink(path);
	return r;
}

static void says_that_the_disk_is_full(void **state)
{
	(void)state;
	assert_int_equal(write_limited(8, 3), -EFBIG);
	assert_int_equal(write_limited(8, 1000), -EFBIG);
	assert_int_equal(write_limited(100000, 1000), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(says_that_the_disk_is_full, set_up, tear_down),
		cmocka_unit_test_setup_teardown(comes_back_as_it_was, set_up, tear_down),
		cmocka_unit_test_setup_teardown(refuses_what_is_not_whole, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
