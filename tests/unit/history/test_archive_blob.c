/* SPDX-License-Identifier: BSD-2-Clause */
/* A piece of activity that somebody tampered with: refused or read, but never a crash, and never more than it can hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/history/archive_blob.h"

#define BASE INT64_C(1700000000)

static struct archive_blob make(uint32_t devices, uint32_t seconds)
{
	struct archive_blob blob = { 0 };

	archive_blob_begin(&blob, BASE);
	for (uint32_t d = 0; d < devices; d++) {
		const struct record_key flow = { .mac = d + 1, .proto = 6666, .layer = 6, .kind = RECORD_FLOW };
		const struct record_key received = { .mac = d + 1, .kind = RECORD_RECEIVED };

		archive_blob_series(&blob, &flow, seconds);
		for (uint32_t i = 0; i < seconds; i++)
			archive_blob_second(&blob, BASE + 3 * i, 1 + i % 3, 100 * i);
		archive_blob_series(&blob, &received, 1);
		archive_blob_second(&blob, BASE - 5, 7, UINT64_C(1) << 40);
	}
	return blob;
}

static int read_back(const void *data, size_t size, struct dataset *ds)
{
	struct dataset_take take = { .ds = ds, .from_s = BASE - 1000, .to_s = BASE + 100000 };
	int r, end;

	assert_int_equal(dataset_set_span(ds, BASE - 1000, BASE - 1000), 0);
	assert_int_equal(dataset_take_begin(&take, BASE - 1000, BASE + 5000), 0);
	r = archive_blob_read(data, size, &take);
	end = dataset_take_end(&take);
	dataset_finish(ds);
	return r < 0 ? r : end;
}

static void comes_back(void **state)
{
	_cleanup_(dataset_free_p) struct dataset *ds = dataset_new();
	struct archive_blob blob = make(3, 50);
	struct buffer out = { 0 };

	(void)state;
	assert_int_equal(archive_blob_pack(&blob, &out), 0);
	assert_true(out.len < blob.raw.len);
	assert_int_equal(blob.from_s, BASE - 5);
	assert_int_equal(blob.to_s, BASE + 148);
	assert_int_equal(read_back(out.data, out.len, ds), 0);
	assert_int_equal(ds->count, 3);
	assert_int_equal(ds->devices[1].flows[0].count, 50);
	assert_int_equal(ds->devices[1].flows[0].seconds[49].bytes, 4900);
	assert_int_equal(ds->devices[1].traffic_count, 51);
	assert_int_equal(ds->devices[1].traffic[0].rx_bytes, UINT64_C(1) << 40);
	archive_blob_free(&blob);
	buffer_free(&out);
}

static void what_is_cut_is_refused(void **state)
{
	struct archive_blob blob = make(2, 20);
	struct buffer out = { 0 };

	(void)state;
	assert_int_equal(archive_blob_pack(&blob, &out), 0);
	for (size_t n = 0; n < out.len; n++) {
		struct dataset *ds = dataset_new();

		assert_int_equal(read_back(out.data, n, ds), -EBADMSG);
		dataset_free(ds);
	}
	archive_blob_free(&blob);
	buffer_free(&out);
}

static void others_versions_are_told_apart(void **state)
{
	static const uint8_t later[] = { ARCHIVE_BLOB_VERSION + 1, 0, 0 }, codec[] = { ARCHIVE_BLOB_VERSION, 9, 0 };
	static const uint8_t huge[] = { ARCHIVE_BLOB_VERSION, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01 };
	struct dataset *ds = dataset_new();

	(void)state;
	assert_int_equal(read_back(later, sizeof(later), ds), -EPROTONOSUPPORT);
	assert_int_equal(read_back(codec, sizeof(codec), ds), -EBADMSG);
	assert_int_equal(read_back(huge, sizeof(huge), ds), -EBADMSG);
	dataset_free(ds);
}

/* Without compression, so that changes reach the series. */
static void garbage_is_survived(void **state)
{
	struct archive_blob blob = make(3, 40);
	uint64_t chance = 7;
	uint8_t *copy;
	size_t size = blob.raw.len + 4;

	(void)state;
	copy = malloc(size);
	for (int round = 0; round < 3000; round++) {
		struct dataset *ds = dataset_new();

		copy[0] = ARCHIVE_BLOB_VERSION;
		copy[1] = 0;
		copy[2] = (uint8_t)(blob.raw.len | 0x80);
		copy[3] = (uint8_t)(blob.raw.len >> 7);
		memcpy(copy + 4, blob.raw.data, blob.raw.len);
		for (int k = 0; k < 1 + round % 7; k++) {
			chance = chance * 6364136223846793005u + 1442695040888963407u;
			copy[4 + (chance >> 33) % blob.raw.len] = (uint8_t)(chance >> 20);
		}
		read_back(copy, size, ds);
		assert_true(ds->seconds < 1000);
		dataset_free(ds);
	}
	free(copy);
	archive_blob_free(&blob);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_back),
		cmocka_unit_test(what_is_cut_is_refused),
		cmocka_unit_test(others_versions_are_told_apart),
		cmocka_unit_test(garbage_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
