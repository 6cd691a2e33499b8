// SPDX-License-Identifier: BSD-2-Clause

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dlfcn.h>
#include <errno.h>
#include <string.h>

#include "agent/base/library.h"

static void test_find(void **state)
{
	void *self = dlopen(NULL, RTLD_NOW | RTLD_LOCAL);
	size_t (*length)(const char *text) = NULL;

	(void)state;
	assert_non_null(self);
	assert_int_equal(library_find(self, "strlen", &length), 0);
	assert_int_equal(length("four"), 4);
	assert_int_equal(library_find(self, "no such function", &length), -ENOPKG);
	dlclose(self);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
