/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_LIB_SCRATCH_H
#define TESTS_LIB_SCRATCH_H

/* A directory for one test. */

enum { SCRATCH_SIZE = 64 };

/** scratch_make - a new one below /tmp whose name begins with "iotbpf-"; fails the test where that is not possible */
void scratch_make(char path[SCRATCH_SIZE]);

/** scratch_remove - with all that is in it */
void scratch_remove(const char *path);

/* For cmocka: the state is the path. */
int scratch_set_up(void **state);
int scratch_tear_down(void **state);

#endif
