/* SPDX-License-Identifier: BSD-2-Clause */
/* The ways to work out autocorrelation and spectrum differ in cost only: same periods, same significance. */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include "agent/analysis/autocorrelation.h"
#include "agent/analysis/bits.h"
#include "agent/analysis/periods_internal.h"

#define DAY 86400
#define WORDS ((DAY + 63) / 64)

struct fixture {
	struct periods *scratch;
	uint64_t words[WORDS];
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->scratch = periods_new(DAY);
	*state = f;
	return f->scratch ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	periods_free(f->scratch);
	free(f);
	return 0;
}

/* Trains of these periods (0: none) and as many events at random. */
struct kind {
	size_t n;
	double period[2], jitter;
	size_t random;
};

static void fill(struct fixture *f, const struct kind *k)
{
	memset(f->words, 0, sizeof(f->words));
	for (size_t i = 0; i < k->random; i++)
		bits_set(f->words, (size_t)(drand48() * (double)k->n));
	for (int i = 0; i < 2; i++) {
		for (double t = drand48() * k->period[i]; k->period[i] > 0 && t < (double)k->n; t += k->period[i]) {
			const double at = t + k->jitter * (drand48() + drand48() - 1);

			if (drand48() < 0.9 && at >= 0 && at < (double)k->n)
				bits_set(f->words, (size_t)at);
		}
	}
}

static int find(struct fixture *f, size_t n, enum periods_way way, struct period out[PERIODS_MAX])
{
	struct periods_options o = PERIODS_OPTIONS_DEFAULT;

	o.pmax = (double)n / 3;
	f->scratch->way = way;
	return periods_find(f->scratch, f->words, n, &o, out);
}

static void near(double a, double b, double tolerance)
{
	assert_true(fabs(a - b) <= tolerance * fmax(1, fabs(b)));
}

static void check(struct fixture *f, size_t n, enum periods_way way)
{
	struct period cheapest[PERIODS_MAX], other[PERIODS_MAX];
	const int count = find(f, n, PERIODS_CHEAPEST, cheapest);

	assert_int_equal(find(f, n, way, other), count);
	for (int i = 0; i < count; i++) {
		near(cheapest[i].samples, other[i].samples, 1e-5);
		near(cheapest[i].log_p, other[i].log_p, 5e-4);
		near(cheapest[i].support, other[i].support, 1e-5);
		assert_int_equal(cheapest[i].since, other[i].since);
		assert_int_equal(cheapest[i].confirmed, other[i].confirmed);
	}
}

static void test_a_day(void **state)
{
	static const struct kind kinds[] = {
		{ DAY, { 0, 0 }, 0, 200 },    { DAY, { 432, 0 }, 0.5, 0 },	{ DAY, { 432, 0 }, 5, 0 },
		{ DAY, { 864, 0 }, 0.5, 100 }, { DAY, { 900, 830 }, 0.5, 0 },	{ DAY, { 7200, 0 }, 2, 20 },
		{ DAY, { 60, 0 }, 1, 500 },   { DAY, { 0, 0 }, 0, 4000 },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		fill(*state, &kinds[i]);
		check(*state, DAY, PERIODS_TRANSFORMED);
	}
}

static void test_shorter(void **state)
{
	static const struct kind kinds[] = {
		{ 1800, { 0, 0 }, 0, 30 },  { 1800, { 60, 0 }, 0.5, 0 },  { 1800, { 20, 0 }, 0.5, 30 },
		{ 1800, { 5, 0 }, 0.1, 0 }, { 1800, { 40, 34 }, 0.5, 0 }, { 3600, { 0, 0 }, 0, 900 },
		{ 8640, { 600, 0 }, 1, 5 }, { 10080, { 0, 0 }, 0, 12 },	  { 700, { 0, 0 }, 0, 340 },
	};

	for (size_t i = 0; i < 5 * sizeof(kinds) / sizeof(*kinds); i++) {
		const struct kind *k = &kinds[i / 5];

		fill(*state, k);
		check(*state, k->n, PERIODS_PAIRS);
		check(*state, k->n, PERIODS_TRANSFORMED);
		if (k->n <= 3600)
			check(*state, k->n, PERIODS_POPCOUNT);
	}
}

/* The bins of a day's spectrum from a grid, against those of the whole transform. */
static void test_zoom(void **state)
{
	const size_t events[] = { 5, 40, 200 }, bins[] = { 1000, 20000, 90000 };
	struct fixture *f = *state;
	struct periods *s = f->scratch;
	float *zoomed = calloc(90000, sizeof(*zoomed));

	s->n = 80000;
	for (size_t i = 0; i < sizeof(events) / sizeof(*events); i++) {
		const struct kind k = { s->n, { 0, 0 }, 0, events[i] };
		double most = 0;

		fill(f, &k);
		s->count = bits_positions(f->words, s->n, s->positions, s->n);
		assert_int_equal(periods_zoom(s, bins[i], 20), 0);
		memcpy(zoomed, s->wave, bins[i] * sizeof(*zoomed));
		memset(s->wave, 0, ((size_t)1 << 20) * sizeof(*s->wave));
		for (size_t e = 0; e < s->count; e++)
			s->wave[s->positions[e]] = 1;
		kiss_fftr(periods_transform(s, 20), s->wave, s->spectrum);
		for (size_t b = 0; b < bins[i]; b++) {
			const kiss_fft_cpx y = s->spectrum[b];

			most = fmax(most, fabs((double)(y.r * y.r + y.i * y.i - zoomed[b])));
		}
		assert_true(most < 1e-4 * (double)(events[i] * events[i]));
	}
	assert_int_equal(periods_zoom(s, 400000, 20), -EINVAL);
	free(zoomed);
}

static void test_choice(void **state)
{
	(void)state;
	assert_int_equal(autocorrelation_cheapest(DAY, 200, DAY / 2, 1 << 18), AUTOCORRELATION_PAIRS);
	assert_int_equal(autocorrelation_cheapest(DAY, 20000, DAY / 2, 1 << 18), AUTOCORRELATION_TRANSFORM);
	assert_int_equal(autocorrelation_cheapest(DAY, 40000, DAY / 2, 0), AUTOCORRELATION_POPCOUNT);
	assert_int_equal(autocorrelation_cheapest(1800, 90, 870, 4096), AUTOCORRELATION_PAIRS);
	assert_int_equal(autocorrelation_cheapest(256, 200, 128, 512), AUTOCORRELATION_POPCOUNT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_day),
		cmocka_unit_test(test_shorter),
		cmocka_unit_test(test_zoom),
		cmocka_unit_test(test_choice),
	};

	srand48(1);
	return cmocka_run_group_tests(tests, setup, teardown);
}
