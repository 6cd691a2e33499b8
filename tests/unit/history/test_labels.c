/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "agent/history/labels.h"
#include "tests/lib/scratch.h"

struct fixture {
	char directory[SCRATCH_SIZE];
	struct store store;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	scratch_make(f->directory);
	assert_int_equal(store_open(&f->store, f->directory, false), 0);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	store_close(&f->store);
	scratch_remove(f->directory);
	free(f);
	return 0;
}

static struct label of_type(uint64_t mac, const char *type)
{
	struct label l = { .mac = mac, .made_us = 7 };

	snprintf(l.type, sizeof(l.type), "%s", type);
	return l;
}

static struct label of_function(uint64_t mac, const char *function, int64_t from_us, int64_t to_us)
{
	struct label l = { .mac = mac, .from_us = from_us, .to_us = to_us, .made_us = to_us };

	snprintf(l.function, sizeof(l.function), "%s", function);
	return l;
}

static struct label_evidence some(size_t n, int64_t start_us)
{
	static struct iot_packet packets[64];

	for (uint32_t i = 0; i < 64; i++)
		packets[i] = (struct iot_packet){ .ms = i, .length = (uint16_t)(100 + i) };
	return (struct label_evidence){ .start_us = start_us, .packets = packets, .count = n };
}

static void a_type_is_renamed_and_keeps_its_evidence(void **state)
{
	struct fixture *f = *state;
	struct label l = of_type(42, "plug");
	struct label_evidence e = some(10, 5);
	char previous[LABEL_NAME_MAX + 1];
	struct label got;

	assert_int_equal(labels_set_type(&f->store, &l, &e, previous), 0);
	assert_string_equal(previous, "");
	assert_int_equal(l.id, 1);
	l = of_type(42, "lamp");
	assert_int_equal(labels_set_type(&f->store, &l, &e, previous), 0);
	assert_string_equal(previous, "plug");
	assert_int_equal(l.id, 1);
	assert_int_equal(labels_get(&f->store, 1, &got), 0);
	assert_string_equal(got.type, "lamp");
	assert_string_equal(got.function, "");
	assert_int_equal(got.mac, 42);
	assert_int_equal(got.packets, 10);
	assert_int_equal(got.samples, 1);
	assert_int_equal(got.sample_s, LABEL_SAMPLE_S);
}

static void functions_of_a_device_do_not_overlap(void **state)
{
	struct fixture *f = *state;
	static const struct {
		uint64_t mac;
		int64_t from, to;
		int result;
	} cases[] = {
		{ 42, 100, 200, 0 },	    { 42, 150, 160, -EEXIST }, { 42, 50, 101, -EEXIST }, { 42, 199, 300, -EEXIST },
		{ 42, 50, 300, -EEXIST }, { 42, 200, 300, 0 },	       { 42, 50, 100, 0 },	 { 43, 150, 160, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct label l = of_function(cases[i].mac, "on", cases[i].from, cases[i].to);

		assert_int_equal(labels_add_function(&f->store, &l, NULL), cases[i].result);
		if (cases[i].result)
			assert_non_null(strstr(f->store.why, "unlabel 1"));
	}
}

static int collect(void *user, const struct label_evidence *e)
{
	struct label_evidence *got = user;

	assert_int_equal(e->abi, IOT_ABI);
	assert_int_equal(e->packets[e->count - 1].length, 100 + e->count - 1);
	got->start_us = e->start_us;
	got->missed = e->missed;
	got->count += e->count;
	return 0;
}

static void evidence_comes_back_as_it_was(void **state)
{
	struct fixture *f = *state;
	struct label l = of_function(42, "on", 100, 200);
	struct label_evidence e = some(20, 105), got = { 0 };

	l.open = true;
	e.missed = 3;
	assert_int_equal(labels_add_function(&f->store, &l, NULL), 0);
	assert_int_equal(labels_close(&f->store, &l, 180, &e), 0);
	assert_int_equal(labels_evidence(&f->store, l.id, collect, &got), 0);
	assert_int_equal(got.count, 20);
	assert_int_equal(got.start_us, 105);
	assert_int_equal(got.missed, 3);
	assert_int_equal(labels_get(&f->store, l.id, &l), 0);
	assert_false(l.open);
	assert_int_equal(l.to_us, 180);
}

static int64_t count(struct store *s, const char *sql)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;

	assert_int_equal(store_prepare(s, sql, &statement), 0);
	assert_int_equal(store_step(s, statement), 1);
	return sqlite3_column_int64(statement, 0);
}

static void removing_takes_the_evidence_along(void **state)
{
	struct fixture *f = *state;
	struct label l = of_function(42, "on", 100, 200), again = l;
	struct label_evidence e = some(20, 105);

	assert_int_equal(labels_add_function(&f->store, &l, &e), 0);
	assert_int_equal(count(&f->store, "SELECT count(*) FROM evidence"), 1);
	assert_int_equal(labels_remove(&f->store, l.id), 0);
	assert_int_equal(count(&f->store, "SELECT count(*) FROM evidence"), 0);
	assert_int_equal(labels_remove(&f->store, l.id), -ENOENT);
	/* A number is not used again: somebody may still have it on his screen. */
	assert_int_equal(labels_add_function(&f->store, &again, &e), 0);
	assert_int_equal(again.id, l.id + 1);
}

static void samples_are_thinned_out(void **state)
{
	struct fixture *f = *state;
	struct label l = of_type(42, "plug");
	char previous[LABEL_NAME_MAX + 1];

	assert_int_equal(labels_set_type(&f->store, &l, NULL, previous), 0);
	for (int i = 0; i < LABEL_SAMPLES; i++) {
		struct label_evidence e = some(10, i * 1000);

		assert_int_equal(labels_add_sample(&f->store, &l, &e), 0);
	}
	assert_int_equal(labels_get(&f->store, l.id, &l), 0);
	assert_int_equal(l.samples, LABEL_SAMPLES / 2);
	assert_int_equal(l.sample_s, 2 * LABEL_SAMPLE_S);
	/* Every other one went: the whole time is still covered. */
	assert_int_equal(count(&f->store, "SELECT min(start_us) FROM evidence"), 0);
	assert_int_equal(count(&f->store, "SELECT max(start_us) FROM evidence"), (LABEL_SAMPLES - 2) * 1000);
}

static void stale_labels_are_closed(void **state)
{
	struct fixture *f = *state;
	struct label l = of_function(42, "on", 100, 5000);

	l.open = true;
	assert_int_equal(labels_add_function(&f->store, &l, NULL), 0);
	assert_int_equal(labels_close_stale(&f->store, 300), 0);
	assert_int_equal(labels_get(&f->store, l.id, &l), 0);
	assert_false(l.open);
	assert_int_equal(l.to_us, 300);
}

static int take_id(void *user, const struct label *l)
{
	int64_t *ids = user;

	ids[++ids[0]] = l->id;
	return 0;
}

static void they_are_read_by_pages(void **state)
{
	struct fixture *f = *state;
	int64_t ids[16] = { 0 };

	for (int i = 0; i < 7; i++) {
		struct label l = of_function(42, "on", i * 100, i * 100 + 50);

		assert_int_equal(labels_add_function(&f->store, &l, NULL), 0);
	}
	assert_int_equal(labels_each(&f->store, 2, 3, take_id, ids), 0);
	assert_int_equal(ids[0], 3);
	assert_int_equal(ids[1], 3);
	assert_int_equal(ids[3], 5);
}

static void names_are_checked(void **state)
{
	char longest[LABEL_NAME_MAX + 2];

	(void)state;
	memset(longest, 'x', sizeof(longest));
	longest[LABEL_NAME_MAX + 1] = '\0';
	assert_non_null(label_name_check(""));
	assert_non_null(label_name_check("a\nb"));
	assert_non_null(label_name_check("\x7f"));
	assert_non_null(label_name_check("\xc2\x9b"));
	assert_non_null(label_name_check("\xff"));
	assert_non_null(label_name_check(" x"));
	assert_non_null(label_name_check(longest));
	longest[LABEL_NAME_MAX] = '\0';
	assert_null(label_name_check(longest));
	assert_null(label_name_check("K\xc3\xbc" "che, \"Licht\""));
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_type_is_renamed_and_keeps_its_evidence),
		TEST(functions_of_a_device_do_not_overlap),
		TEST(evidence_comes_back_as_it_was),
		TEST(removing_takes_the_evidence_along),
		TEST(samples_are_thinned_out),
		TEST(stale_labels_are_closed),
		TEST(they_are_read_by_pages),
		TEST(names_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
