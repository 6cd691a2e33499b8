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

#include "agent/base/clock.h"
#include "agent/base/mac.h"
#include "agent/history/archive.h"
#include "agent/history/archive_blob.h"
#include "agent/history/forget.h"
#include "agent/history/labels.h"
#include "agent/history/names.h"
#include "tests/lib/scratch.h"
#include "tests/lib/traffic.h"

#define OFFSET INT64_C(1700000000)
#define BEGIN UINT32_C(36000)
#define END (BEGIN + 1200)
#define DEVICES 5
#define VICTIM 2
#define MERGED 3

static int64_t us_of(uint32_t second)
{
	return (OFFSET + second) * US_PER_SECOND;
}

static void add_words(struct store *s)
{
	static const struct iot_packet packets[50];
	struct label_evidence e = { .start_us = us_of(BEGIN), .abi = IOT_ABI, .packets = packets, .count = 50 };
	char previous[LABEL_NAME_MAX + 1];
	struct names *names;

	for (uint32_t i = 1; i <= VICTIM; i++) {
		struct label l = { .mac = traffic_mac(i), .made_us = us_of(BEGIN) };

		snprintf(l.type, sizeof(l.type), "type of %u", i);
		assert_int_equal(labels_set_type(s, &l, &e, previous), 0);
	}
	assert_int_equal(names_new(&names), 0);
	for (uint32_t i = 0; i < DEVICES; i++) {
		char name[32];

		snprintf(name, sizeof(name), "name of %u", i);
		names_device(names, traffic_mac(i));
		assert_int_equal(names_set_owner(names, traffic_mac(i), name), 0);
	}
	assert_int_equal(names_merge(names, traffic_mac(MERGED), traffic_mac(VICTIM)), 0);
	assert_int_equal(names_save(names, s), 0);
	names_free(names);
}

static void fill(struct store *s, const char *path)
{
	const struct archive_limits limits = { 0 };
	struct archive a;
	struct traffic t;

	traffic_init(&t, DEVICES, 0);
	assert_int_equal(store_open(s, path, false), 0);
	assert_int_equal(archive_open(&a, s, &limits, us_of(BEGIN)), 0);
	for (uint32_t second = BEGIN; second < END; second++) {
		traffic_second(&t, second);
		if (second % 300 == 299)
			assert_int_equal(archive_write(&a, t.record, OFFSET, us_of(second + 1)), 0);
	}
	add_words(s);
	traffic_free(&t);
}

static struct dataset *load(struct store *s, uint64_t mac)
{
	struct dataset *ds;

	assert_int_equal(archive_load(s, OFFSET + BEGIN, OFFSET + END, mac, &ds), 0);
	assert_int_equal(ds->damaged, 0);
	return ds;
}

static int count(void *user, const struct label *label)
{
	(void)label;
	++*(size_t *)user;
	return 0;
}

static size_t labels(struct store *s)
{
	size_t n = 0;

	assert_int_equal(labels_each(s, 0, LABELS_MAX, count, &n), 0);
	return n;
}

static void assert_same_but(const struct dataset *before, const struct dataset *after)
{
	size_t kept = 0;

	for (size_t i = 0; i < before->count; i++) {
		const struct dataset_device *a = &before->devices[i], *b = dataset_find(after, a->mac);

		if (a->mac == traffic_mac(VICTIM) || a->mac == traffic_mac(MERGED)) {
			assert_null(b);
			continue;
		}
		assert_non_null(b);
		assert_int_equal(a->traffic_count, b->traffic_count);
		assert_memory_equal(a->traffic, b->traffic, a->traffic_count * sizeof(*a->traffic));
		assert_int_equal(a->flow_count, b->flow_count);
		for (size_t f = 0; f < a->flow_count; f++) {
			assert_int_equal(a->flows[f].count, b->flows[f].count);
			for (size_t k = 0; k < a->flows[f].count; k++)
				assert_int_equal(a->flows[f].seconds[k].bytes, b->flows[f].seconds[k].bytes);
		}
		kept++;
	}
	assert_int_equal(kept, after->count);
}

/* Whether any file of the directory holds these bytes. */
static bool is_in_files(const char *path, const void *bytes, size_t size)
{
	static const char *const files[] = { STORE_FILE, STORE_FILE "-wal" };
	bool found = false;

	for (size_t i = 0; i < 2; i++) {
		char name[128], *text = malloc(8 << 20);
		FILE *f;
		size_t n;

		snprintf(name, sizeof(name), "%s/%s", path, files[i]);
		f = fopen(name, "r");
		n = f ? fread(text, 1, 8 << 20, f) : 0;
		found |= n && memmem(text, n, bytes, size);
		if (f)
			fclose(f);
		free(text);
	}
	return found;
}

static bool is_known(const char *path, uint32_t device)
{
	uint8_t mac[6];
	char name[32], type[32];

	snprintf(name, sizeof(name), "name of %u", device);
	snprintf(type, sizeof(type), "type of %u", device);
	mac_to_bytes(traffic_mac(device), mac);
	return is_in_files(path, mac, 6) || is_in_files(path, name, strlen(name)) || is_in_files(path, type, strlen(type));
}

static void test_a_device_is_gone(void **state)
{
	struct dataset *before, *after;
	struct forgotten gone;
	struct store s;

	fill(&s, *state);
	before = load(&s, 0);
	assert_int_equal(before->count, DEVICES);
	assert_true(is_known(*state, VICTIM));
	assert_int_equal(forget_begin(&s, traffic_mac(VICTIM), &gone), 0);
	assert_int_equal(forget_end(&s, false), 0);
	assert_int_equal(gone.addresses, 2);
	assert_int_equal(gone.labels, 1);
	assert_int_equal(gone.evidence, 1);
	assert_int_equal(gone.names, 2);
	assert_int_equal(gone.devices, 2);
	assert_int_equal(gone.damaged, 0);
	assert_true(gone.seconds > 100);
	after = load(&s, 0);
	assert_same_but(before, after);
	assert_int_equal(labels(&s), 1);
	assert_false(is_known(*state, VICTIM));
	assert_false(is_known(*state, MERGED));
	assert_true(is_known(*state, 1));
	dataset_free(before);
	dataset_free(after);
	store_close(&s);
}

static void test_second_thoughts(void **state)
{
	struct dataset *before, *after;
	struct forgotten gone;
	struct store s;

	fill(&s, *state);
	before = load(&s, 0);
	assert_int_equal(forget_begin(&s, traffic_mac(VICTIM), &gone), 0);
	assert_int_equal(forget_end(&s, true), 0);
	after = load(&s, 0);
	assert_int_equal(before->seconds, after->seconds);
	assert_int_equal(labels(&s), 2);
	dataset_free(before);
	dataset_free(after);
	store_close(&s);
}

static void test_the_last_device(void **state)
{
	struct forgotten gone;
	struct dataset *ds;
	struct store s;

	fill(&s, *state);
	for (uint32_t i = 0; i < DEVICES; i++) {
		assert_int_equal(forget_begin(&s, traffic_mac(i), &gone), 0);
		assert_int_equal(forget_end(&s, false), 0);
	}
	ds = load(&s, 0);
	assert_int_equal(ds->count, 0);
	dataset_free(ds);
	store_close(&s);
}

/* A piece that cannot be read may hold anything: it goes too. */
static void test_damaged_pieces(void **state)
{
	struct forgotten gone;
	struct store s;

	fill(&s, *state);
	assert_int_equal(store_run(&s, "UPDATE activity SET data = substr(data, 1, 40) WHERE id = (SELECT min(id) FROM activity)", NULL, 0), 0);
	assert_int_equal(forget_begin(&s, traffic_mac(VICTIM), &gone), 0);
	assert_int_equal(forget_end(&s, false), 0);
	assert_true(gone.damaged >= 1);
	dataset_free(load(&s, 0));
	store_close(&s);
}

static void test_any_bytes(void **state)
{
	struct buffer packed = { 0 }, out = { 0 };
	struct archive_blob blob = { 0 };
	const struct record_key key = { .mac = 7, .kind = RECORD_FLOW, .layer = 6, .proto = 53 };
	uint64_t seconds;

	(void)state;
	archive_blob_begin(&blob, 1000);
	archive_blob_series(&blob, &key, 2);
	archive_blob_second(&blob, 1001, 1, 60);
	archive_blob_second(&blob, 1002, 1, 60);
	assert_int_equal(archive_blob_pack(&blob, &packed), 0);
	assert_int_equal(forget_in_blob(packed.data, packed.len, 7, &out, &seconds), 0);
	assert_int_equal(seconds, 2);
	assert_int_equal(out.len, 0);
	for (size_t n = 0; n < packed.len; n++) {
		char *exact = malloc(n ? n : 1);

		memcpy(exact, packed.data, n);
		assert_int_equal(forget_in_blob(exact, n, 7, &out, &seconds), -EBADMSG);
		free(exact);
	}
	for (size_t i = 0; i < packed.len; i++) {
		for (int bit = 0; bit < 8; bit++) {
			packed.data[i] = (char)(packed.data[i] ^ 1 << bit);
			forget_in_blob(packed.data, packed.len, 7, &out, &seconds);
			packed.data[i] = (char)(packed.data[i] ^ 1 << bit);
		}
	}
	archive_blob_free(&blob);
	buffer_free(&packed);
	buffer_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_device_is_gone, scratch_set_up, scratch_tear_down),
		cmocka_unit_test_setup_teardown(test_second_thoughts, scratch_set_up, scratch_tear_down),
		cmocka_unit_test_setup_teardown(test_the_last_device, scratch_set_up, scratch_tear_down),
		cmocka_unit_test_setup_teardown(test_damaged_pieces, scratch_set_up, scratch_tear_down),
		cmocka_unit_test(test_any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
