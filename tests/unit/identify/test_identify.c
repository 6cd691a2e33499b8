/* SPDX-License-Identifier: BSD-2-Clause */
/* Decisions over a model of three trees: lengths below 100, below 400 and above are three types; the first has functions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/identify/identify.h"
#include "agent/features/features.h"
#include "agent/model/image.h"
#include "agent/model/pack.h"

enum { PLUG, CAM, HUB, TYPES };
enum { IDLE, BLINK, GLOW, FUNCTIONS };

#define CARD                                                                                              \
	"{\"name\":\"three\",\"version\":\"1\",\"devices\":[{\"name\":\"plug\",\"threshold\":0.5,"         \
	"\"functions\":[{\"name\":\"idle\"},{\"name\":\"blink\"},{\"name\":\"glow\"}]},"                  \
	"{\"name\":\"cam\",\"threshold\":0.5},{\"name\":\"hub\",\"threshold\":0.5}]}"

static uint16_t feature(const char *name)
{
	for (size_t i = 0; i < features_count(FEATURES_WINDOW); i++) {
		if (!strcmp(features_name(FEATURES_WINDOW, i), name))
			return (uint16_t)i;
	}
	fail_msg("no feature %s", name);
	return 0;
}

/* value[0] below `low`, value[1] from there to `high`, value[2] above. */
static struct pack_tree steps(uint32_t label, uint16_t by, float low, float high, const float value[3])
{
	struct pack_tree t = { .nodes = calloc(5, sizeof(struct pack_node)), .count = 5, .label = label };

	t.nodes[0] = (struct pack_node){ .feature = by, .threshold = low, .left = 1, .right = 2 };
	t.nodes[1] = (struct pack_node){ .leaf = true, .value = value[0] };
	t.nodes[2] = (struct pack_node){ .feature = by, .threshold = high, .left = 3, .right = 4 };
	t.nodes[3] = (struct pack_node){ .leaf = true, .value = value[1] };
	t.nodes[4] = (struct pack_node){ .leaf = true, .value = value[2] };
	return t;
}

static struct pack_ensemble three_classes(uint32_t device, const char *by, float low, float high)
{
	static const float value[3][3] = { { 3, -3, -3 }, { -3, 3, -3 }, { -3, -3, 3 } };
	struct pack_ensemble e = { .device = device, .classes = 3, .temperature = 1, .count = 3 };

	e.trees = calloc(3, sizeof(*e.trees));
	for (uint32_t c = 0; c < 3; c++)
		e.trees[c] = steps(c, feature(by), low, high, value[c]);
	return e;
}

struct fixture {
	struct buffer image;
	struct model *model;
	struct identify *identify;
	uint32_t ms;
};

static void set_up(struct fixture *f)
{
	struct pack_ensemble e[2] = { three_classes(IMAGE_DEVICE_MODEL, "length_mean", 100, 400),
				      three_classes(PLUG, "length_max", 80, 90) };
	/* A row of zeros is the first class of both by 3 against -3. */
	const float sum = expf(3) + 2 * expf(-3), high = expf(3) / sum, low = expf(-3) / sum;
	const float row[FEATURES_MAX] = { 0 }, output[TYPES + FUNCTIONS] = { high, low, low, high, low, low };
	const struct pack_model m = { .card = CARD,
				      .devices = TYPES,
				      .ensembles = e,
				      .ensemble_count = 2,
				      .test[FEATURES_WINDOW] = { 1, row, output } };

	memset(f, 0, sizeof(*f));
	assert_int_equal(pack_image(&m, &f->image), 0);
	assert_int_equal(model_open_memory(f->image.data, f->image.len, "three", &f->model), 0);
	f->identify = identify_new(f->model, 4);
	assert_non_null(f->identify);
	f->ms = 0xfffffff0; /* the clock wraps during the test */
	pack_free(&e[0]);
	pack_free(&e[1]);
}

static void tear_down(struct fixture *f)
{
	identify_free(f->identify);
	model_close(f->model);
	buffer_free(&f->image);
}

static void packets(struct fixture *f, uint32_t device, uint16_t length, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct iot_packet p = { .ms = f->ms += 20, .length = length, .kind = 6, .proto = 53, .ttl = 64 };

		assert_int_equal(identify_packets(f->identify, device, &p, 1), 0);
	}
}

static uint32_t update(struct fixture *f, uint32_t device, struct verdict *now)
{
	struct verdict before;

	return identify_update(f->identify, device, f->ms, now, &before);
}

static void test_type_settles(void **state)
{
	struct fixture f;
	struct verdict v;

	(void)state;
	set_up(&f);
	assert_int_equal(update(&f, 1, &v), 0);
	packets(&f, 1, 200, 9);
	assert_int_equal(update(&f, 1, &v), 0);
	assert_int_equal(v.type, IDENTIFY_NONE);
	packets(&f, 1, 200, 11);
	assert_int_equal(update(&f, 1, &v), IDENTIFY_TYPE);
	assert_int_equal(v.type, CAM);
	assert_true(v.p > 0.9f);
	assert_int_equal(update(&f, 1, &v), 0);
	assert_int_equal(v.type, CAM);
	tear_down(&f);
}

/* One odd window does not change a settled type; lasting evidence does. */
static void test_type_does_not_flap(void **state)
{
	struct fixture f;
	struct verdict v;
	uint32_t changed = 0;

	(void)state;
	set_up(&f);
	for (int i = 0; i < 20; i++) {
		packets(&f, 0, 200, 30);
		update(&f, 0, &v);
	}
	packets(&f, 0, 1000, 30);
	assert_int_equal(update(&f, 0, &v), 0);
	assert_int_equal(v.type, CAM);
	for (int i = 0; i < 20; i++) {
		packets(&f, 0, 1000, 30);
		changed |= update(&f, 0, &v);
	}
	assert_int_equal(changed, IDENTIFY_TYPE);
	assert_int_equal(v.type, HUB);
	tear_down(&f);
}

static void test_function_starts_and_stops(void **state)
{
	struct fixture f;
	struct verdict v, before;
	uint32_t changed = 0;

	(void)state;
	set_up(&f);
	for (int i = 0; i < 6; i++) {
		packets(&f, 0, 76, 30);
		assert_int_equal(update(&f, 0, &v) & ~(uint32_t)IDENTIFY_TYPE, 0);
	}
	assert_int_equal(v.type, PLUG);
	assert_int_equal(v.function, IDENTIFY_NONE);
	for (int i = 0; i < 4; i++) {
		packets(&f, 0, 85, 30);
		changed |= update(&f, 0, &v);
	}
	assert_int_equal(changed, IDENTIFY_FUNCTION_START);
	assert_int_equal(v.function, BLINK);
	assert_true(fabsf(v.product - v.p * v.p_function) < 1e-6f);
	f.ms += EVIDENCE_IDLE_MS + 1000;
	assert_int_equal(identify_update(f.identify, 0, f.ms, &v, &before), IDENTIFY_FUNCTION_STOP);
	assert_int_equal(before.function, BLINK);
	assert_int_equal(v.function, IDENTIFY_NONE);
	tear_down(&f);
}

static void test_total(void **state)
{
	struct fixture f;
	struct verdict v;

	(void)state;
	set_up(&f);
	identify_total(f.identify, 2, &v);
	assert_int_equal(v.type, IDENTIFY_NONE);
	packets(&f, 2, 95, 45);
	identify_total(f.identify, 2, &v);
	assert_int_equal(v.type, PLUG);
	assert_int_equal(v.function, GLOW);
	identify_forget(f.identify, 2);
	identify_total(f.identify, 2, &v);
	assert_int_equal(v.type, IDENTIFY_NONE);
	tear_down(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_type_settles),
		cmocka_unit_test(test_type_does_not_flap),
		cmocka_unit_test(test_function_starts_and_stops),
		cmocka_unit_test(test_total),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
