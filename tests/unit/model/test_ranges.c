/* SPDX-License-Identifier: BSD-2-Clause */
/* Ranges of features: what is at odds with them, by how many packets, and their place in a model file. */

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>
#include <cmocka.h>

#include "agent/base/log.h"
#include "agent/model/model.h"
#include "agent/model/ranges.h"
#include "tests/unit/model/small.h"

static struct image_range range(float low, float high, bool missing)
{
	return ranges_make(log1pf(low), log1pf(high), missing);
}

static float strange(struct image_range r, float x, float slack)
{
	float scaled;

	ranges_scale(&x, 1, &scaled);
	return ranges_strangeness(&r, &scaled, 1, slack, 1);
}

#define FAR (RANGES_LEAST_FIT + 0.02f)

static void stages_are_by_packets(void **state)
{
	(void)state;
	assert_int_equal(ranges_stage(0), 0);
	assert_int_equal(ranges_stage(14), 0);
	assert_int_equal(ranges_stage(15), 1);
	assert_int_equal(ranges_stage(29), 2);
	assert_int_equal(ranges_stage(300), RANGES_STAGES - 1);
	assert_int_equal(ranges_stage(UINT32_MAX), RANGES_STAGES - 1);
}

static void a_factor_is_a_distance(void **state)
{
	const float row[] = { 0, 99, -99, INFINITY, -INFINITY, NAN };
	float scaled[6];

	(void)state;
	ranges_scale(row, 6, scaled);
	assert_float_equal(scaled[0], 0, 0);
	assert_float_equal(scaled[1], logf(100), 1e-6);
	assert_float_equal(scaled[2], -logf(100), 1e-6);
	assert_true(scaled[3] > 30 && scaled[3] < 32 && isfinite(scaled[4]));
	assert_true(isnan(scaled[5]));
}

static void near_is_as_good_as_inside(void **state)
{
	struct image_range one = range(60, 60, false), wide = range(60, 600, false);

	(void)state;
	assert_float_equal(strange(one, 60, 0), 0, 0);
	assert_float_equal(strange(one, 65, 0), 0, 0);
	assert_in_range((int)(100 * strange(one, 80, 0)), 20, 60);
	assert_float_equal(strange(one, 1500, 0), 1, 0);
	assert_float_equal(strange(one, 0, 0), 1, 0);
	assert_float_equal(strange(wide, 1500, 0), 0, 0); /* half of its width more */
	assert_float_equal(strange(wide, 15000, 0), 1, 0);
	assert_float_equal(strange(wide, 15000, logf(10)), 0, 0);
	assert_float_equal(strange(wide, 1, logf(10)), 1, 0);
	assert_float_equal(strange(range(0, INFINITY, false), 1e30f, 0), 0, 0);
}

static void being_there_counts_too(void **state)
{
	const struct image_range never = { .low = IMAGE_RANGE_NEVER }, anything = { .low = IMAGE_RANGE_ANY };

	(void)state;
	assert_float_equal(strange(range(1, 2, false), NAN, 0), 1, 0);
	assert_float_equal(strange(range(1, 2, true), NAN, 0), 0, 0);
	assert_float_equal(strange(range(1, 2, true), 1, 0), 0, 0);
	assert_float_equal(strange(never, NAN, 0), 0, 0);
	assert_float_equal(strange(never, 0, 0), 1, 0);
	assert_float_equal(strange(anything, NAN, 0), 0, 0);
	assert_float_equal(strange(anything, 1e9f, 0), 0, 0);
}

/* Two features; the second is far off in the later of two stages. */
static void the_nearest_stage_is_asked(void **state)
{
	const struct image_range ranges[] = { ranges_make(0, 0, false), ranges_make(0, 0, false), ranges_make(0, 0, false),
					      ranges_make(9, 9, false) };
	const struct image_fit fit = { .stages = 1u << 2 | 1u << 4, .tolerance = 0.125f };
	const float zero[] = { 0, 0 }, grown[] = { 0, 9 };

	(void)state;
	assert_float_equal(ranges_fit(&fit, ranges, zero, 2, 14, false), 0, 0); /* too early, */
	assert_true(ranges_fit(&fit, ranges, zero, 2, 14, true) > 0.99f);	/* but not for what has ended */
	assert_true(ranges_fit(&fit, ranges, grown, 2, 14, true) < FAR);
	assert_true(ranges_fit(&fit, ranges, zero, 2, 15, false) > 0.99f);
	assert_true(ranges_fit(&fit, ranges, zero, 2, 30, false) > 0.99f);
	assert_true(ranges_fit(&fit, ranges, grown, 2, 30, false) < FAR);
	assert_true(ranges_fit(&fit, ranges, zero, 2, 50, false) < FAR);
	assert_true(ranges_fit(&fit, ranges, grown, 2, 1000, false) > 0.99f);
	assert_true(ranges_fit(&fit, ranges, zero, 2, 1000, false) < FAR);
}

static void what_ended_early_is_asked_of_its_like(void **state)
{
	const struct image_range ranges[] = { ranges_make(0, 0, false) };
	const struct image_fit fit = { .stages = 1, .tolerance = 0.25f };
	const float zero = 0, one = 1.5f, ten = logf(100);

	(void)state;
	assert_float_equal(ranges_fit(&fit, ranges, &zero, 1, 8, false), 0, 0);
	assert_true(ranges_fit(&fit, ranges, &zero, 1, 8, true) > 0.99f);
	assert_true(ranges_fit(&fit, ranges, &one, 1, 8, true) < FAR);
	assert_true(ranges_fit(&fit, ranges, &one, 1, 60, false) > 0.99f); /* it may have grown with the packets, */
	assert_true(ranges_fit(&fit, ranges, &ten, 1, 60, false) < FAR); /* but not more */
}

struct fixture {
	struct small small;
	struct image_range ranges[2][FEATURES_MAX];
	struct pack_fit fits[2];
	struct buffer image;
};

static void pack(struct fixture *f)
{
	const struct pack_model m = { .card = SMALL_CARD,
				      .devices = 3,
				      .ensembles = f->small.ensembles,
				      .ensemble_count = 2,
				      .fits = f->fits,
				      .fit_count = 2,
				      .test[FEATURES_WINDOW] = { SMALL_ROWS, f->small.rows, f->small.outputs } };

	buffer_free(&f->image);
	assert_int_equal(pack_image(&m, &f->image), 0);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	log_set_level(LOG_LEVEL_ERROR);
	small_new(&f->small);
	for (uint32_t i = 0; i < 2; i++) {
		f->fits[i] = (struct pack_fit){ .fit = { .scale = FEATURES_WINDOW, .device = 2 * i, .stages = 2, .tolerance = 0.1f },
						.ranges = f->ranges[i] };
		for (size_t k = 0; k < FEATURES_MAX; k++)
			f->ranges[i][k] = ranges_make((float)i, (float)i, true);
	}
	pack(f);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	small_free(&f->small);
	buffer_free(&f->image);
	free(f);
	return 0;
}

static void a_model_tells_what_fits(void **state)
{
	struct fixture *f = *state;
	float row[FEATURES_MAX] = { 0 }, fit[3];
	struct model *m;

	assert_int_equal(model_open_memory(f->image.data, f->image.len, "test", &m), 0);
	assert_true(model_fit(m, FEATURES_WINDOW, row, 20, true, NULL, fit));
	assert_true(fit[0] > 0.99f && fit[2] < FAR);
	assert_float_equal(fit[1], 1, 0); /* nothing is known of its rows */
	for (size_t i = 0; i < FEATURES_MAX; i++)
		row[i] = expf(1) - 1;
	assert_true(model_fit(m, FEATURES_WINDOW, row, 20, true, (const float[]){ 1, 1, 0.1f }, fit));
	assert_true(fit[0] < FAR && fit[2] > 0.99f);
	assert_true(model_fit(m, FEATURES_WINDOW, row, 20, true, (const float[]){ 0, 1, 1 }, fit));
	assert_true(isnan(fit[0])); /* too improbable to be asked about */
	assert_false(model_fit(m, FEATURES_BURST, row, 20, true, NULL, fit));
	assert_float_equal(fit[0] + fit[1] + fit[2], 3, 0);
	model_close(m);
}

static void assert_refused(struct fixture *f)
{
	struct image_header *h = (struct image_header *)f->image.data;
	int saved = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY);
	struct model *m;

	h->checksum = image_checksum(h, f->image.len);
	dup2(null, STDERR_FILENO);
	assert_int_equal(model_open_memory(f->image.data, f->image.len, "test", &m), -EBADMSG);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(null);
	pack(f);
}

static struct image_fit *fit_of(struct fixture *f, size_t i)
{
	const struct image_header *h = (const struct image_header *)f->image.data;

	return (struct image_fit *)(f->image.data + h->section[IMAGE_FITS].offset) + i;
}

static void damaged_ranges_are_refused(void **state)
{
	static const float tolerances[] = { 0, -1, NAN, INFINITY };
	struct fixture *f = *state;

	for (size_t i = 0; i < 4; i++) {
		fit_of(f, 1)->tolerance = tolerances[i];
		assert_refused(f);
	}
	fit_of(f, 0)->stages = 0;
	assert_refused(f);
	fit_of(f, 0)->stages = 1u << RANGES_STAGES;
	assert_refused(f);
	fit_of(f, 1)->stages = 3; /* more than there is */
	assert_refused(f);
	fit_of(f, 0)->first = UINT32_MAX;
	assert_refused(f);
	fit_of(f, 1)->device = 3;
	assert_refused(f);
	fit_of(f, 1)->device = 0; /* twice */
	assert_refused(f);
	fit_of(f, 1)->scale = FEATURES_SESSION; /* that the model does not have */
	assert_refused(f);
	fit_of(f, 1)->scale = UINT32_MAX;
	assert_refused(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stages_are_by_packets),
		cmocka_unit_test(a_factor_is_a_distance),
		cmocka_unit_test(near_is_as_good_as_inside),
		cmocka_unit_test(being_there_counts_too),
		cmocka_unit_test(the_nearest_stage_is_asked),
		cmocka_unit_test(what_ended_early_is_asked_of_its_like),
		cmocka_unit_test_setup_teardown(a_model_tells_what_fits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(damaged_ranges_are_refused, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
