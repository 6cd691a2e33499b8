/* SPDX-License-Identifier: BSD-2-Clause */

/* The seeds of every target, and what fuzzing once found, whole and changed: what `make fuzz` does for hours in a few
 * seconds. */

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/fuzz/fuzz.h"

#define SEED_MAX 65536
#define CHANGES 12 /* of one seed, evenly over its bytes */

struct target {
	const char *name;
	int (*fn)(const uint8_t *data, size_t size);
};

/* In memory of just that size, where a sanitizer sees what is read beyond. */
static void try(const struct target *t, const uint8_t *bytes, size_t size)
{
	uint8_t *exact = malloc(size ? size : 1);

	assert_non_null(exact);
	memcpy(exact, bytes, size);
	t->fn(exact, size);
	free(exact);
}

static void try_changed(const struct target *t, uint8_t *bytes, size_t size)
{
	static const uint8_t patterns[] = { 0x01, 0xff, 0x80, 0x10, 0x7f };
	size_t step = size / CHANGES + 1;

	try(t, bytes, size);
	for (size_t i = 0; i < size; i += step) {
		try(t, bytes, i);
		bytes[i] ^= patterns[i % sizeof(patterns)];
		try(t, bytes, size);
		bytes[i] ^= patterns[i % sizeof(patterns)];
	}
}

static void replay(void **state)
{
	static uint8_t bytes[SEED_MAX];
	const struct target *t = *state;
	char path[512];
	int seeds = 0;
	DIR *folder;

	snprintf(path, sizeof(path), "tests/fuzz/corpus/%s", t->name);
	folder = opendir(path);
	if (!folder) { /* images: tests/unit/model/test_corpus.c makes them */
		try(t, bytes, 0);
		return;
	}
	for (struct dirent *entry; (entry = readdir(folder)); seeds++) {
		FILE *file;

		snprintf(path, sizeof(path), "tests/fuzz/corpus/%s/%s", t->name, entry->d_name);
		file = entry->d_name[0] == '.' ? NULL : fopen(path, "rb");
		if (!file)
			continue;
		try_changed(t, bytes, fread(bytes, 1, SEED_MAX, file));
		fclose(file);
	}
	closedir(folder);
	assert_true(seeds > 0);
	try(t, bytes, 0);
}

int main(void)
{
#define TARGET(name, bytes) { #name, fuzz_##name },
	static struct target targets[] = { FUZZ_TARGETS(TARGET) };
#undef TARGET
	struct CMUnitTest tests[sizeof(targets) / sizeof(targets[0])];

	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
		tests[i] = (struct CMUnitTest){ targets[i].name, replay, NULL, NULL, &targets[i] };
	/* Refusals by the thousand are expected. */
	if (!freopen("/dev/null", "w", stderr))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
