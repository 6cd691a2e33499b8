/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "agent/analysis/bits.h"
#include "agent/analysis/periods.h"
#include "tests/lib/synthetic.h"

struct fixture {
	struct periods *scratch;
	struct synthetic series;
	struct period out[PERIODS_MAX];
};

static int setup(void **state)
{
	static struct fixture f;

	f.scratch = periods_new(SYNTHETIC_MAX);
	f.series.random = 1;
	*state = &f;
	return f.scratch ? 0 : -1;
}

static int teardown(void **state)
{
	periods_free(((struct fixture *)*state)->scratch);
	return 0;
}

static int find(struct fixture *f)
{
	return periods_find(f->scratch, f->series.words, f->series.n, NULL, f->out);
}

/* A beacon, on time within a tenth of a second, is found in `cycles` periods, and nothing else. */
static void test_within_six_cycles(void **state)
{
	static const double periods[] = { 3, 5, 10, 15, 30, 60, 120, 300 };
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(periods) / sizeof(*periods); i++) {
		synthetic_clear(&f->series, (size_t)(6 * periods[i]) + 1);
		for (size_t k = 0; k <= 6; k++)
			synthetic_add(&f->series, 0.5 + periods[i] * (double)k + 0.1 * (double)(k % 3));
		assert_int_equal(find(f), 1);
		assert_true(fabs(f->out[0].samples - periods[i]) <= 0.1);
	}
}

/* A request and what follows it some seconds later are one action; 20 s in 60 s is no period of 20 s. */
static void test_groups(void **state)
{
	static const double follow[] = { 2, 5, 7, 20 };
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(follow) / sizeof(*follow); i++) {
		for (size_t cycles = 3; cycles <= 12; cycles++) {
			int found;

			synthetic_clear(&f->series, 60 * cycles + 30);
			for (size_t k = 0; k <= cycles; k++) {
				synthetic_add(&f->series, 0.5 + 60 * (double)k);
				synthetic_add(&f->series, 0.6 + 60 * (double)k + follow[i]);
			}
			found = find(f);
			assert_in_range(found, cycles < 6 ? 0 : 1, 1);
			assert_true(!found || fabs(f->out[0].samples - 60) <= 0.2);
		}
	}
}

static void test_missing_events(void **state)
{
	static const unsigned missing[] = { 2, 5, 6 };
	struct fixture *f = *state;
	size_t next = 0;

	synthetic_clear(&f->series, 1800);
	for (unsigned k = 0; k < 9; k++) {
		if (next < 3 && k == missing[next])
			next++;
		else
			synthetic_add(&f->series, 40.3 + 200 * k);
	}
	assert_int_equal(find(f), 1);
	assert_true(fabs(f->out[0].samples - 200) <= 0.5);
}

/* Two trains that meet at a common multiple are two periods, not the multiple. */
static void test_common_multiple(void **state)
{
	struct fixture *f = *state;
	int found;

	synthetic_clear(&f->series, 1800);
	for (double t = 0.5; t < 1800; t += 24)
		synthetic_add(&f->series, t);
	for (double t = 5.5; t < 1800; t += 36)
		synthetic_add(&f->series, t);
	found = find(f);
	assert_int_equal(found, 2);
	assert_true(fabs(fmin(f->out[0].samples, f->out[1].samples) - 24) < 0.2);
	assert_true(fabs(fmax(f->out[0].samples, f->out[1].samples) - 36) < 0.2);
}

/* A beacon a long time after the start of the series, and after an irregular start of the flow itself. */
static void test_late_and_after_a_start(void **state)
{
	static const double start[] = { 1000, 1002, 1009 };
	struct fixture *f = *state;

	synthetic_clear(&f->series, 1220);
	for (size_t i = 0; i < 3; i++)
		synthetic_add(&f->series, start[i]);
	for (double t = 1019; t < 1220; t += 30)
		synthetic_add(&f->series, t);
	assert_int_equal(find(f), 1);
	assert_true(fabs(f->out[0].samples - 30) <= 0.5);
}

static void test_sub_second_remainder(void **state)
{
	struct fixture *f = *state;

	synthetic_clear(&f->series, 900);
	for (double t = 0.2; t < 900; t += 2.5)
		synthetic_add(&f->series, t);
	assert_int_equal(find(f), 1);
	assert_true(fabs(f->out[0].samples - 2.5) <= 0.01);
}

static void test_attributes(void **state)
{
	const struct synthetic_train train = { .period = 60 };
	struct fixture *f = *state;

	synthetic_clear(&f->series, 1800);
	synthetic_add_train(&f->series, &train);
	assert_int_equal(find(f), 1);
	assert_true(f->out[0].support > 0.9);
	assert_true(f->out[0].r > 0.9 && f->out[0].r <= 1);
	assert_true(f->out[0].rn >= f->out[0].r);
	assert_int_equal(f->out[0].confirmed, 3);
	assert_false(f->out[0].weak);
	assert_true(f->out[0].log_p > 20);
}

static void test_two_periods(void **state)
{
	const struct synthetic_train a = { .period = 17 }, b = { .period = 110, .jitter = 0.3 };
	struct fixture *f = *state;
	int n;

	synthetic_clear(&f->series, 3600);
	synthetic_add_train(&f->series, &a);
	synthetic_add_train(&f->series, &b);
	n = find(f);
	assert_int_equal(n, 2);
	assert_true(fabs(f->out[0].samples - 17) < 0.1);
	assert_true(fabs(f->out[1].samples - 110) < 0.5);
}

/* A start and then every 289 s, or 300 s, is no period of 144 or 100 s. */
static void test_start_and_few_events(void **state)
{
	static const double times[][4] = { { 0, 145, 434, 723 }, { 0, 100, 400, 700 }, { 0, 192, 480, 770 } };
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
		synthetic_clear(&f->series, 724 + 60);
		for (size_t k = 0; k < 4; k++)
			synthetic_add(&f->series, times[i][k] + 0.5);
		assert_int_equal(find(f), 0);
	}
}

/* A device that does something: active every half second for `length` to 6 s more, with pauses of 6 to 30 s. */
static void add_functions(struct synthetic *s, double length)
{
	for (double t = 5; t < (double)s->n; t += 6 + 24 * synthetic_uniform(s)) {
		const double end = t + length + 6 * synthetic_uniform(s);

		for (; t < end; t += 0.5)
			synthetic_add(s, t);
	}
}

/* The keepalive of a flow is found between what else the device does there, and nothing else. */
static void test_between_dense_runs(void **state)
{
	static const double periods[] = { 15, 30, 40, 54, 60, 91, 120 };
	struct fixture *f = *state;
	size_t found = 0, others = 0;

	for (size_t i = 0; i < 10 * sizeof(periods) / sizeof(*periods); i++) {
		const double period = periods[i % 7];
		int n;

		synthetic_clear(&f->series, 1800);
		synthetic_add_train(&f->series, &(struct synthetic_train){ .period = period, .jitter = 0.2 });
		add_functions(&f->series, 8);
		n = find(f);
		for (int k = 0; k < n; k++) {
			if (fabs(f->out[k].samples - period) <= 0.5)
				found++;
			else
				others++;
		}
	}
	print_message("found between dense runs: %zu of 70, others: %zu\n", found, others);
	assert_true(found >= 68);
	assert_true(others <= 1);
}

/* Neither dense runs at random times are a period, nor what else is there at random times. */
static void test_dense_runs_alone(void **state)
{
	struct fixture *f = *state;
	size_t found = 0;

	for (size_t i = 0; i < 400; i++) {
		synthetic_clear(&f->series, 1800);
		add_functions(&f->series, 8);
		if (i % 2)
			synthetic_add_poisson(&f->series, i % 4 == 1 ? 0.01 : 0.05);
		found += (size_t)find(f) > 0;
	}
	print_message("false periods in 400 series of dense runs: %zu\n", found);
	assert_true(found <= 4);
}

/* An upload of ten seconds every five minutes is a period. */
static void test_regular_dense_runs(void **state)
{
	struct fixture *f = *state;

	synthetic_clear(&f->series, 3600);
	for (double t = 20; t < 3600; t += 300) {
		for (double in = 0; in < 10; in += 0.5)
			synthetic_add(&f->series, t + in);
	}
	assert_int_equal(find(f), 1);
	assert_true(fabs(f->out[0].samples - 300) < 0.5);
	assert_int_equal(f->out[0].since, 3600 - 1 - 3320);
}

/* Everything that has no period, at every length: nothing is reported and nothing is read out of bounds. */
static void test_degenerate(void **state)
{
	struct fixture *f = *state;

	for (size_t n = 0; n < 700; n += n < 150 ? 1 : 37) {
		synthetic_clear(&f->series, n);
		assert_int_equal(find(f), 0);
		synthetic_add(&f->series, (double)n / 2);
		assert_int_equal(find(f), 0);
		memset(f->series.words, 0xff, sizeof(f->series.words));
		assert_int_equal(find(f), 0);
	}
}

static void test_single_burst(void **state)
{
	static const double times[] = { 500, 502, 505, 506, 509, 511, 516 };
	struct fixture *f = *state;

	synthetic_clear(&f->series, 3600);
	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++)
		synthetic_add(&f->series, times[i]);
	assert_int_equal(find(f), 0);
}

/* A train that has ended: a very short one is no news, of a longer one it is said how long ago that was. */
static void test_stopped(void **state)
{
	struct fixture *f = *state;

	synthetic_clear(&f->series, 600);
	for (double t = 20; t < 90; t += 20)
		synthetic_add(&f->series, t);
	assert_int_equal(find(f), 0);
	for (double t = 100; t < 250; t += 20)
		synthetic_add(&f->series, t);
	assert_int_equal(find(f), 1);
	assert_int_equal(f->out[0].since, 599 - 240);
}

static void test_long_series(void **state)
{
	const struct synthetic_train train = { .period = 345 };	/* 5 h 45 min in minutes */
	struct fixture *f = *state;

	synthetic_clear(&f->series, SYNTHETIC_MAX);
	synthetic_add_train(&f->series, &train);
	assert_int_equal(find(f), 1);
	assert_true(fabs(f->out[0].samples - 345) < 0.5);
}

static void test_bad_arguments(void **state)
{
	struct fixture *f = *state;
	struct periods_options o = PERIODS_OPTIONS_DEFAULT;

	assert_int_equal(periods_find(f->scratch, f->series.words, SYNTHETIC_MAX + 1, NULL, f->out), -EINVAL);
	o.pmin = 1;
	assert_int_equal(periods_find(f->scratch, f->series.words, 100, &o, f->out), -EINVAL);
	o = PERIODS_OPTIONS_DEFAULT;
	o.pmax = NAN;
	assert_int_equal(periods_find(f->scratch, f->series.words, 100, &o, f->out), -EINVAL);
	o = PERIODS_OPTIONS_DEFAULT;
	o.alpha = 0;
	assert_int_equal(periods_find(f->scratch, f->series.words, 100, &o, f->out), -EINVAL);
	assert_null(periods_new(0));
	assert_null(periods_new((size_t)PERIODS_MAX_SAMPLES + 1));
	periods_free(NULL);
}

/* Any content, any length: bounded answers. */
static void test_random_content(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < 300; i++) {
		const size_t n = (size_t)(synthetic_uniform(&f->series) * (i % 10 ? 2000 : SYNTHETIC_MAX));
		int found;

		synthetic_clear(&f->series, n);
		synthetic_add_poisson(&f->series, synthetic_log_uniform(&f->series, 0.001, 3));
		if (i % 2) {
			const struct synthetic_train t = { .period = synthetic_log_uniform(&f->series, 1.5, 700),
							   .jitter = 0.2 };

			synthetic_add_train(&f->series, &t);
		}
		found = find(f);
		assert_in_range(found, 0, PERIODS_MAX);
		for (int k = 0; k < found; k++) {
			assert_true(f->out[k].samples >= 1.5 && f->out[k].samples <= 620);
			assert_true(f->out[k].log_p > 0 && isfinite(f->out[k].log_p));
			assert_true(isfinite(f->out[k].r) && isfinite(f->out[k].support));
			assert_in_range(f->out[k].confirmed, 0, 3);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_within_six_cycles),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_missing_events),
		cmocka_unit_test(test_common_multiple),
		cmocka_unit_test(test_late_and_after_a_start),
		cmocka_unit_test(test_sub_second_remainder),
		cmocka_unit_test(test_attributes),
		cmocka_unit_test(test_two_periods),
		cmocka_unit_test(test_start_and_few_events),
		cmocka_unit_test(test_between_dense_runs),
		cmocka_unit_test(test_dense_runs_alone),
		cmocka_unit_test(test_regular_dense_runs),
		cmocka_unit_test(test_degenerate),
		cmocka_unit_test(test_single_burst),
		cmocka_unit_test(test_stopped),
		cmocka_unit_test(test_long_series),
		cmocka_unit_test(test_bad_arguments),
		cmocka_unit_test(test_random_content),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
