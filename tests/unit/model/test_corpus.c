/* SPDX-License-Identifier: BSD-2-Clause */

/* The targets of tests/fuzz as a plain program: their seeds, cut at every byte and with every byte changed. */

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/fuzz/fuzz_image.c"
#include "tests/fuzz/fuzz_import.c"

#define FOLDER "tests/fuzz/corpus/import"
#define SEED_MAX 65536

struct seed {
	uint8_t bytes[SEED_MAX];
	size_t size;
};

static void for_each_seed(void (*visit)(const struct seed *))
{
	static struct seed seed;
	DIR *folder = opendir(FOLDER);
	int seeds = 0;

	assert_non_null(folder);
	for (struct dirent *entry; (entry = readdir(folder));) {
		char path[512];
		FILE *file;

		snprintf(path, sizeof(path), FOLDER "/%s", entry->d_name);
		file = entry->d_name[0] == '.' || !strncmp(entry->d_name, "rows-", 5) || !strncmp(entry->d_name, "wrong-", 6) ? NULL : fopen(path, "rb");
		if (!file)
			continue;
		seed.size = fread(seed.bytes, 1, SEED_MAX, file);
		fclose(file);
		visit(&seed);
		seeds++;
	}
	closedir(folder);
	assert_true(seeds >= 6);
}

/* In memory of just that size, where a sanitizer sees what is read beyond. */
static void try(int (*target)(const uint8_t *, size_t), const uint8_t *bytes, size_t size)
{
	uint8_t *exact = malloc(size ? size : 1);

	memcpy(exact, bytes, size);
	target(exact, size);
	free(exact);
}

static void cut_and_change(int (*target)(const uint8_t *, size_t), const struct seed *seed, size_t dense)
{
	static const uint8_t patterns[] = { 0x01, 0xff, 0x80, 0x10, 0x7f };
	static struct seed changed;

	for (size_t i = 0; i <= seed->size; i += i < dense ? 1 : 61)
		try(target, seed->bytes, i);
	changed = *seed;
	for (size_t i = 0; i < seed->size; i += i < dense ? 1 : 61) {
		changed.bytes[i] ^= patterns[i % sizeof(patterns)];
		try(target, changed.bytes, seed->size);
		changed.bytes[i] = seed->bytes[i];
	}
}

static void import_seed(const struct seed *seed)
{
	struct import m;

	assert_int_equal(import_read("seed", seed->bytes, seed->size, FEATURES_WINDOW, &m), 0);
	import_free(&m);
	cut_and_change(fuzz_import, seed, SEED_MAX);
}

static void image_seed(const struct seed *seed)
{
	static struct seed made;
	struct buffer image = { 0 };
	struct import m;

	assert_int_equal(import_read("seed", seed->bytes, seed->size, FEATURES_WINDOW, &m), 0);
	assert_int_equal(label(&m), 0);
	assert_int_equal(import_image(&m, &(struct import_names){ .name = "seed" }, &image), 0);
	assert_true(image.len <= SEED_MAX);
	memcpy(made.bytes, image.data, image.len);
	made.size = image.len;
	cut_and_change(fuzz_image, &made, 2048);
	buffer_free(&image);
	import_free(&m);
}

static void importers_survive(void **state)
{
	(void)state;
	for_each_seed(import_seed);
}

static void images_survive(void **state)
{
	(void)state;
	for_each_seed(image_seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(importers_survive), cmocka_unit_test(images_survive) };

	/* Refusals by the ten thousand are expected. */
	if (!freopen("/dev/null", "w", stderr))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
