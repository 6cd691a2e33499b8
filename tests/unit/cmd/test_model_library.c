/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/cmd/model_library.h"
#include "tests/lib/scratch.h"

struct fixture {
	char state[SCRATCH_SIZE];
	struct library library;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	scratch_make(f->state);
	assert_int_equal(library_init(&f->library, f->state), 0);
	assert_int_equal(library_make(&f->library, f->state), 0);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	scratch_remove(f->state);
	free(f);
	return 0;
}

static void names(void **state)
{
	char name[LIBRARY_NAME], longest[400];

	(void)state;
	library_file_name("home", "1.0", name);
	assert_string_equal(name, "home-1.0.iotm");
	library_file_name("../../etc/passwd", "1/0", name);
	assert_string_equal(name, "_._.._etc_passwd-1_0.iotm");
	assert_true(library_is_name(name));
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	library_file_name(longest, longest, name);
	assert_true(library_is_name(name));
	assert_false(library_is_name("current"));
	assert_false(library_is_name(".x.iotm"));
	assert_false(library_is_name("../x.iotm"));
	assert_false(library_is_name(".iotm"));
	assert_false(library_is_name("x.iotm.sig"));
}

static void links(void **state)
{
	struct fixture *f = *state;
	char target[LIBRARY_NAME], path[PATH_MAX];

	assert_int_equal(library_link(&f->library, LIBRARY_CURRENT, target), -ENOENT);
	assert_int_equal(library_set_link(&f->library, LIBRARY_CURRENT, "a-1.iotm"), 0);
	assert_int_equal(library_set_link(&f->library, LIBRARY_CURRENT, "b-1.iotm"), 0);
	assert_int_equal(library_link(&f->library, LIBRARY_CURRENT, target), 0);
	assert_string_equal(target, "b-1.iotm");
	assert_int_equal(library_set_link(&f->library, LIBRARY_CURRENT, NULL), 0);
	assert_int_equal(library_set_link(&f->library, LIBRARY_CURRENT, NULL), 0);
	assert_int_equal(library_link(&f->library, LIBRARY_CURRENT, target), -ENOENT);
	/* A link that somebody made by hand leads nowhere else. */
	library_path(&f->library, LIBRARY_CURRENT, path);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	assert_int_equal(library_link(&f->library, LIBRARY_CURRENT, target), -EUCLEAN);
}

static void make(const struct fixture *f, const char *name)
{
	char path[PATH_MAX];
	FILE *file;

	library_path(&f->library, name, path);
	file = fopen(path, "w");
	assert_non_null(file);
	fclose(file);
}

static void lists(void **state)
{
	struct fixture *f = *state;
	char **list;

	make(f, "b-1.iotm");
	make(f, "a-1.iotm");
	make(f, "a-1.iotm.sig");
	make(f, ".install");
	assert_int_equal(library_list(&f->library, &list), 2);
	assert_string_equal(list[0], "a-1.iotm");
	assert_string_equal(list[1], "b-1.iotm");
	library_list_free(list, 2);
}

static void resolves(void **state)
{
	struct fixture *f = *state;
	char path[PATH_MAX];
	bool inside;

	make(f, "a-1.iotm");
	library_resolve(&f->library, "a-1", path, &inside);
	assert_true(inside);
	library_resolve(&f->library, "a-1.iotm", path, &inside);
	assert_true(inside);
	library_resolve(&f->library, "./a-1.iotm", path, &inside);
	assert_false(inside);
	assert_string_equal(path, "./a-1.iotm");
	library_resolve(&f->library, "b-1.iotm", path, &inside);
	assert_false(inside);
	assert_string_equal(path, "b-1.iotm");
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)
	const struct CMUnitTest tests[] = { TEST(names), TEST(links), TEST(lists), TEST(resolves) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
