/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <unistd.h>

#include "agent/base/cleanup.h"

struct thing {
	int *freed;
};

static void thing_free(struct thing *t)
{
	(*t->freed)++;
	errno = EIO;
}

DEFINE_CLEANUP(struct thing, thing_free)

static void test_defined(void **state)
{
	int freed = 0;
	struct thing thing = { &freed };

	(void)state;
	errno = EPERM;
	{
		_cleanup_(thing_free_p) struct thing *t = &thing;
		_cleanup_(thing_free_p) struct thing *none = NULL;

		assert_ptr_equal(t, &thing);
		assert_null(none);
	}
	assert_int_equal(freed, 1);
	assert_int_equal(errno, EPERM);
}

static void test_take(void **state)
{
	_cleanup_free_ char *kept = NULL;
	int fd;

	(void)state;
	{
		_cleanup_free_ char *p = malloc(1);
		_cleanup_close_ int inner = open("/dev/null", O_RDONLY | O_CLOEXEC);

		kept = TAKE_PTR(p);
		fd = TAKE_FD(inner);
		assert_null(p);
		assert_int_equal(inner, -1);
	}
	assert_non_null(kept);
	assert_int_equal(close(fd), 0);
}

static void test_close(void **state)
{
	int seen;

	(void)state;
	{
		_cleanup_close_ int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
		_cleanup_fclose_ FILE *f = fopen("/dev/null", "re");

		assert_non_null(f);
		seen = fd;
	}
	assert_int_equal(fcntl(seen, F_GETFD), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defined),
		cmocka_unit_test(test_take),
		cmocka_unit_test(test_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
