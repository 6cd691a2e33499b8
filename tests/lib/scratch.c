/* SPDX-License-Identifier: BSD-2-Clause */

#include "tests/lib/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void scratch_make(char path[SCRATCH_SIZE])
{
	strcpy(path, "/tmp/iotbpf-XXXXXX");
	assert_non_null(mkdtemp(path));
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

void scratch_remove(const char *path)
{
	assert_int_equal(nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

int scratch_set_up(void **state)
{
	char *path = malloc(SCRATCH_SIZE);

	assert_non_null(path);
	scratch_make(path);
	*state = path;
	return 0;
}

int scratch_tear_down(void **state)
{
	scratch_remove(*state);
	free(*state);
	return 0;
}
