/* SPDX-License-Identifier: BSD-2-Clause */
/* How large history gets: 64 devices with 512 flows, rhythms as real devices have them, bursts and four streams. FULL=1: a whole week. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "agent/base/clock.h"
#include "agent/history/archive.h"
#include "tests/lib/scratch.h"
#include "tests/lib/traffic.h"

#define OFFSET INT64_C(1700000000)
#define BEGIN UINT32_C(36000)
#define EVERY UINT32_C(300)
#define WEEK_S UINT32_C(604800)
#define DEVICES 64
#define LIMIT_MB 30 /* "well under 50" */

static void a_week_is_small(void **state)
{
	static const struct archive_limits unlimited;
	const char *full = getenv("FULL");
	uint32_t span = full && *full ? WEEK_S : 7200;
	int64_t t0, load_ns, size;
	struct dataset *ds;
	struct traffic t;
	struct archive a;
	struct store s;

	traffic_init(&t, DEVICES, 0);
	assert_int_equal(store_open(&s, *state, false), 0);
	assert_int_equal(archive_open(&a, &s, &unlimited, OFFSET * US_PER_SECOND), 0);
	for (uint32_t second = BEGIN; second < BEGIN + span; second++) {
		traffic_second(&t, second);
		if ((second + 1 - BEGIN) % EVERY == 0)
			assert_int_equal(archive_write(&a, t.record, OFFSET, (OFFSET + second) * US_PER_SECOND), 0);
	}
	t0 = time_monotonic_ns();
	assert_int_equal(archive_load(&s, OFFSET + BEGIN + span - (span < 86400 ? span : 86400), INT64_MAX, 0, &ds), 0);
	load_ns = time_monotonic_ns() - t0;
	store_close(&s);
	assert_int_equal(store_open(&s, *state, true), 0);
	size = store_bytes(&s);
	print_message("%u s: %llu seconds of flows and devices, activity %lld bytes, file %lld bytes, a week %.1f MB; the last day: "
		      "%zu seconds loaded in %.0f ms\n",
		      span, (unsigned long long)a.written, (long long)a.bytes, (long long)size, (double)size / 1e6 * WEEK_S / span, ds->seconds,
		      (double)load_ns / 1e6);
	assert_true((double)size / 1e6 * WEEK_S / span < LIMIT_MB);
	dataset_free(ds);
	store_close(&s);
	traffic_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_week_is_small, scratch_set_up, scratch_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
