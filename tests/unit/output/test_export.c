/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/features/features.h"
#include "agent/output/export_memory.h"
#include "agent/output/export_windows.h"
#include "tests/unit/output/export_home.h"

#define FILE_MAX (4u << 20)

/* Freed by the caller. */
static char *read_file(const char *path, size_t *n)
{
	FILE *f = fopen(path, "r");
	char *text = malloc(FILE_MAX);

	assert_non_null(f);
	*n = fread(text, 1, FILE_MAX, f);
	assert_true(*n < FILE_MAX);
	text[*n] = '\0';
	fclose(f);
	return text;
}

struct fixture {
	char directory[64], path[96];
	struct home home;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	strcpy(f->directory, "/tmp/test_export-XXXXXX");
	assert_non_null(mkdtemp(f->directory));
	snprintf(f->path, sizeof(f->path), "%s/out", f->directory);
	home_make(&f->home);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	char command[128];

	snprintf(command, sizeof(command), "rm -rf '%s'", f->directory);
	assert_int_equal(system(command), 0);
	home_free(&f->home);
	free(f);
	return 0;
}

/* What a test asks of an export. */
struct wish {
	enum export_format format;
	bool identities, shift;
	uint32_t keep;
	uint8_t salt;
};

static int export(const char *path, const struct export_source *source, const struct wish *wish)
{
	struct export_writer *w = calloc(1, sizeof(*w));
	int r;

	w->format = wish->format;
	w->privacy = (struct export_privacy){ .on = !wish->identities, .keep = wish->keep };
	memset(w->privacy.salt.bytes, wish->salt, sizeof(w->privacy.salt.bytes));
	w->head.tables = (1u << IMPORTED_TABLES) - 1;
	r = export_place_open(&w->place, wish->format == EXPORT_NDJSON ? PLACE_FILE : PLACE_DIRECTORY, path);
	if (r == 0)
		r = export_run(w, source, wish->shift);
	export_writer_close(w);
	free(w);
	return r;
}

static char *export_text(struct fixture *f, const struct export_source *source, const struct wish *wish, size_t *n)
{
	assert_int_equal(wish->format, EXPORT_NDJSON);
	assert_int_equal(export(f->path, source, wish), 0);
	return read_file(f->path, n);
}

static struct imported *import(const char *path)
{
	struct imported *i = NULL;

	assert_int_equal(imported_read(path, &i), 0);
	return i;
}

/* Export, import, export: the same bytes. */
static void round_trip(struct fixture *f, const struct wish *wish, const struct wish *again)
{
	const struct export_source source = export_from_import(&f->home.import);
	struct export_source back;
	size_t n, m;
	char *first = export_text(f, &source, wish, &n), *second;
	struct imported *i = import(f->path);

	back = export_from_import(i);
	second = export_text(f, &back, again, &m);
	assert_int_equal(n, m);
	assert_memory_equal(first, second, n);
	imported_free(i);
	free(first);
	free(second);
}

static void test_round_trip(void **state)
{
	const struct wish open = { EXPORT_NDJSON, true, false, 0, 0 }, private_ = { EXPORT_NDJSON, false, false, 0, 7 },
			  moved = { EXPORT_NDJSON, false, true, 3, 7 };

	round_trip(*state, &open, &open);
	round_trip(*state, &private_, &private_);
	round_trip(*state, &moved, &moved);
}

/* Tokens stay what they are, whatever salt is used the second time and even where identities were allowed. */
static void test_tokens_stay(void **state)
{
	const struct wish private_ = { EXPORT_NDJSON, false, false, 0, 7 }, other = { EXPORT_NDJSON, false, false, 7, 8 },
			  open = { EXPORT_NDJSON, true, false, 0, 0 };

	round_trip(*state, &private_, &other);
	round_trip(*state, &private_, &open);
}

static void test_directory_round_trip(void **state)
{
	static const char *const files[] = { "devices", "flows", "series", "traffic", "periods", "functions", "labels", "windows" };
	struct fixture *f = *state;
	const struct wish wishes[] = { { EXPORT_CSV, true, false, 0, 0 }, { EXPORT_PARQUET, false, true, 0, 3 } };

	for (size_t k = 0; k < 2; k++) {
		const struct export_source source = export_from_import(&f->home.import);
		char one[80], two[80], command[256];
		struct export_source back;
		struct imported *i;

		snprintf(one, sizeof(one), "%s/one%zu", f->directory, k);
		snprintf(two, sizeof(two), "%s/two%zu", f->directory, k);
		assert_int_equal(export(one, &source, &wishes[k]), 0);
		i = import(one);
		back = export_from_import(i);
		assert_int_equal(export(two, &back, &wishes[k]), 0);
		imported_free(i);
		snprintf(command, sizeof(command), "diff -r '%s' '%s' > /dev/null", one, two);
		assert_int_equal(system(command), 0);
		for (size_t t = 0; t < 8; t++) {
			char path[128];

			snprintf(path, sizeof(path), "%s/%s.csv", one, files[t]);
			assert_int_equal(access(path, R_OK), 0);
		}
	}
}

/* All forms say the same: what is imported from each, exported as NDJSON, is the same. */
static void test_forms_agree(void **state)
{
	struct fixture *f = *state;
	const struct export_source source = export_from_import(&f->home.import);
	const struct wish json = { EXPORT_NDJSON, true, false, 0, 0 };
	size_t n, m;
	char *first = export_text(f, &source, &json, &n);

	for (int format = EXPORT_CSV; format < EXPORT_FORMATS; format++) {
		const struct wish wish = { (enum export_format)format, true, false, 0, 0 };
		struct export_source back;
		struct imported *i;
		char path[80], *second;

		snprintf(path, sizeof(path), "%s/form%d", f->directory, format);
		assert_int_equal(export(path, &source, &wish), 0);
		i = import(path);
		back = export_from_import(i);
		second = export_text(f, &back, &json, &m);
		assert_int_equal(n, m);
		assert_memory_equal(first, second, n);
		free(second);
		imported_free(i);
	}
	free(first);
}

static void assert_without(const char *text, size_t n, const void *secret, size_t size)
{
	if (memmem(text, n, secret, size))
		fail_msg("'%.*s' leaves", (int)size, (const char *)secret);
}

/* Not one byte of what tells whose devices these are, in whatever form it might be written. */
static void test_nothing_leaks(void **state)
{
	struct fixture *f = *state;
	const struct export_source source = export_from_import(&f->home.import);
	size_t n;
	char *text = export_text(f, &source, &(struct wish){ EXPORT_NDJSON, false, false, 0, 9 }, &n);

	for (size_t i = 0; i < HOME_DEVICES; i++) {
		uint8_t bytes[6];
		char form[32];
		uint64_t mac = home_macs[i];

		mac_to_bytes(mac, bytes);
		assert_without(text, n, bytes, 6);
		assert_without(text, n, form, (size_t)snprintf(form, sizeof(form), "%012llx", (unsigned long long)mac));
		assert_without(text, n, form, (size_t)snprintf(form, sizeof(form), "%012llX", (unsigned long long)mac));
		assert_without(text, n, form, (size_t)snprintf(form, sizeof(form), "%llu", (unsigned long long)mac));
		assert_without(text, n, form, (size_t)snprintf(form, sizeof(form), "%02x:%02x:%02x", bytes[3], bytes[4], bytes[5]));
		assert_without(text, n, form, (size_t)snprintf(form, sizeof(form), "%02x-%02x-%02x", bytes[3], bytes[4], bytes[5]));
	}
	for (size_t i = 0; home_secrets[i]; i++)
		assert_without(text, n, home_secrets[i], strlen(home_secrets[i]));
	assert_non_null(strstr(text, "\"device-"));
	assert_non_null(strstr(text, "\"function-"));
	assert_non_null(strstr(text, "\"type-"));
	free(text);
}

/* Every token of an export is new in the next one, unless the salt is the same. */
static void test_tokens_do_not_repeat(void **state)
{
	struct fixture *f = *state;
	const struct export_source source = export_from_import(&f->home.import);
	size_t n, m, tokens = 0;
	char *first = export_text(f, &source, &(struct wish){ EXPORT_NDJSON, false, false, 0, 1 }, &n), *second;

	second = export_text(f, &source, &(struct wish){ EXPORT_NDJSON, false, false, 0, 2 }, &m);
	for (const char *kinds[] = { "\"device-", "\"type-", "\"function-" }, **kind = kinds; kind < kinds + 3; kind++) {
		for (char *p = first; (p = strstr(p, *kind)); p++) {
			char token[40] = "";

			memcpy(token, p, strlen(*kind) + 16);
			assert_null(strstr(second, token));
			tokens++;
		}
	}
	assert_true(tokens > 10);
	free(first);
	free(second);
}

static void test_kept_words(void **state)
{
	struct fixture *f = *state;
	const struct export_source source = export_from_import(&f->home.import);
	size_t n;
	char *text = export_text(f, &source, &(struct wish){ EXPORT_NDJSON, false, false, IMPORTED_KEPT_FUNCTIONS, 9 }, &n);

	assert_non_null(strstr(text, "\"kept\":[\"functions\"]"));
	assert_non_null(strstr(text, "\"function\":\"switch on\""));
	assert_null(strstr(text, "Acme"));
	assert_non_null(strstr(text, "\"function\":\"idle\""));
	free(text);
}

static void test_shifted_times(void **state)
{
	struct fixture *f = *state;
	const struct export_source source = export_from_import(&f->home.import);
	size_t n;
	char *text = export_text(f, &source, &(struct wish){ EXPORT_NDJSON, false, true, 0, 9 }, &n);

	assert_non_null(strstr(text, "\"from\":\"2000-01-01T00:00:00.000000Z\""));
	assert_null(strstr(text, "2026-"));
	assert_null(strstr(text, "\"1795"));
	free(text);
}

static int stop(void *user, const char *table, uint64_t rows)
{
	(void)user;
	(void)table;
	(void)rows;
	return -EINTR;
}

static size_t entries(const char *directory)
{
	char command[128];
	FILE *p;
	size_t n = 0;

	snprintf(command, sizeof(command), "ls -A '%s' | wc -l", directory);
	p = popen(command, "r");
	assert_int_equal(fscanf(p, "%zu", &n), 1);
	pclose(p);
	return n;
}

/* What is interrupted leaves nothing behind, and what was there before stays. */
static void test_interrupted(void **state)
{
	struct fixture *f = *state;
	const struct export_source source = export_from_import(&f->home.import);
	FILE *old = fopen(f->path, "w");
	size_t n;
	char *text;

	fputs("old", old);
	fclose(old);
	for (int format = EXPORT_CSV; format < EXPORT_FORMATS; format++) {
		struct export_writer *w = calloc(1, sizeof(*w));
		char path[112];

		snprintf(path, sizeof(path), "%s%s", f->path, format == EXPORT_NDJSON ? "" : "-directory");
		w->format = (enum export_format)format;
		w->tick.tick = stop;
		w->head.tables = (1u << IMPORTED_TABLES) - 1;
		assert_int_equal(export_place_open(&w->place, format == EXPORT_NDJSON ? PLACE_FILE : PLACE_DIRECTORY, path), 0);
		assert_int_equal(export_run(w, &source, false), -EINTR);
		export_writer_close(w);
		free(w);
	}
	assert_int_equal(entries(f->directory), 1);
	text = read_file(f->path, &n);
	assert_string_equal(text, "old");
	free(text);
	assert_int_equal(export(f->directory, &source, &(struct wish){ EXPORT_CSV, true, false, 0, 0 }), -EEXIST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_round_trip, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_tokens_stay, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_directory_round_trip, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_forms_agree, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_nothing_leaks, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_tokens_do_not_repeat, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_kept_words, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_shifted_times, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_interrupted, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
