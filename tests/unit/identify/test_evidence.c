// SPDX-License-Identifier: BSD-2-Clause
/* Sessions, rhythms and the beginnings of episodes; windows and bursts are in test_identify.c. */

#include "tests/unit/identify/bench.h"

struct fixture {
	struct buffer image;
	struct model *model;
	struct shape shape;
	struct evidence *evidence;
	uint32_t ms;
};

/* Types by rhythm (number of flows) and session (mean length sent), functions of the plug by session (largest length sent). */
static void set_up(struct fixture *f, enum evidence_pace pace, bool begins)
{
	struct pack_ensemble e[3] = { bench_types(), bench_types(), bench_functions(FEATURES_SESSION, "sent_max") };
	const float a = expf(3), z = expf(-3), types = a + 3 * z, functions = a + 2 * z, row[FEATURES_MAX] = { 0 };
	const float out[TYPES + FUNCTIONS] = { a / types, z / types, z / types, z / types, a / functions, z / functions, z / functions };
	const struct pack_model m = { .card = BENCH_CARD,
				      .devices = TYPES,
				      .ensembles = e,
				      .ensemble_count = 3,
				      .test = { [FEATURES_RHYTHM] = { 1, row, out }, [FEATURES_SESSION] = { 1, row, out } } };

	memset(f, 0, sizeof(*f));
	e[0].scale = FEATURES_RHYTHM;
	e[1].scale = FEATURES_SESSION;
	for (uint32_t c = 0; c < TYPES; c++) {
		for (uint32_t n = 0; n < e[0].trees[c].count; n++) {
			e[0].trees[c].nodes[n].feature = bench_feature(FEATURES_RHYTHM, "flows");
			e[1].trees[c].nodes[n].feature = bench_feature(FEATURES_SESSION, "sent_mean");
		}
	}
	assert_int_equal(pack_image(&m, &f->image), 0);
	assert_int_equal(model_open_memory(f->image.data, f->image.len, "scales", &f->model), 0);
	for (int i = 0; i < 3; i++)
		pack_free(&e[i]);
	assert_int_equal(shape_new(&f->shape, f->model), 0);
	f->evidence = evidence_new(&f->shape, 0, pace, begins, NULL);
	assert_non_null(f->evidence);
	f->ms = 0xffffff00;
}

static void tear_down(struct fixture *f)
{
	evidence_free(f->evidence);
	shape_free(&f->shape);
	model_close(f->model);
	buffer_free(&f->image);
}

static void send_packets(struct fixture *f, uint16_t length, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct iot_packet p = { .ms = f->ms += 20, .length = length, .kind = 6, .proto = 53, .ttl = 64 };

		evidence_packets(&f->shape, f->evidence, &p, 1);
	}
}

static void test_shape(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f, EVIDENCE_LIVE, true);
	assert_int_equal(f.shape.types, TYPES);
	assert_int_equal(f.shape.functions, FUNCTIONS);
	assert_int_equal(f.shape.type_scales, 1u << FEATURES_RHYTHM | 1u << FEATURES_SESSION);
	assert_int_equal(f.shape.function_scales, 1u << FEATURES_SESSION);
	assert_int_equal(shape_functions(&f.shape, PLUG), FUNCTIONS);
	assert_int_equal(shape_functions(&f.shape, CAM), 0);
	assert_int_equal(shape_type(&f.shape, "cam"), CAM);
	assert_int_equal(shape_type(&f.shape, "camel"), SHAPE_NONE);
	assert_string_equal(shape_family_name(&f.shape, KETTLE2), "kettles");
	assert_null(shape_family_name(&f.shape, CAM));
	tear_down(&f);
}

/* A session says something from five packets on, and no more after a thousand. */
static void test_session(void **state)
{
	struct fixture f;
	struct verdict v;

	(void)state;
	set_up(&f, EVIDENCE_LIVE, true);
	send_packets(&f, 200, 4);
	decide_type(&f.shape, f.evidence, &v);
	assert_int_equal(v.kind, VERDICT_NONE);
	send_packets(&f, 200, 1);
	decide_type(&f.shape, f.evidence, &v);
	assert_int_equal(v.type, CAM);
	assert_int_equal(v.decided_by, FEATURES_SESSION);
	send_packets(&f, 200, EVIDENCE_SESSION_PACKETS);
	assert_null(f.evidence->session);
	assert_true(f.evidence->answers < 20);
	tear_down(&f);
	set_up(&f, EVIDENCE_LIVE, false); /* it was there before */
	send_packets(&f, 200, 100);
	assert_int_equal(f.evidence->answers, 0);
	tear_down(&f);
}

static void test_session_ends_by_time(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f, EVIDENCE_LIVE, true);
	send_packets(&f, 200, 6);
	evidence_tick(&f.shape, f.evidence, f.ms + 1000);
	assert_non_null(f.evidence->session);
	evidence_tick(&f.shape, f.evidence, f.ms + EVIDENCE_SESSION_MS + 1000);
	assert_null(f.evidence->session);
	tear_down(&f);
	set_up(&f, EVIDENCE_THOROUGH, true); /* as in training: it ends as well, and what it said does not fade */
	send_packets(&f, 200, EVIDENCE_SESSION_PACKETS + 100);
	assert_null(f.evidence->session);
	assert_true(f.evidence->type.weight[FEATURES_SESSION] == 1);
	tear_down(&f);
}

static void test_rhythm(void **state)
{
	float row[FEATURES_MAX] = { 0 };
	struct fixture f;
	struct verdict v;

	(void)state;
	set_up(&f, EVIDENCE_LIVE, true);
	row[bench_feature(FEATURES_RHYTHM, "flows")] = 200;
	evidence_rhythm(&f.shape, f.evidence, row);
	decide_type(&f.shape, f.evidence, &v);
	assert_int_equal(v.type, CAM);
	assert_int_equal(v.decided_by, FEATURES_RHYTHM);
	row[bench_feature(FEATURES_RHYTHM, "flows")] = 50;
	evidence_rhythm(&f.shape, f.evidence, row); /* in place of the one before */
	decide_type(&f.shape, f.evidence, &v);
	assert_int_equal(v.type, PLUG);
	assert_true(v.p > 0.9f);
	tear_down(&f);
}

/* Everything since the first data after a silence tells of the function, and what was before it does not. */
static void test_beginning(void **state)
{
	float p[FUNCTIONS];
	struct fixture f;

	(void)state;
	set_up(&f, EVIDENCE_LIVE, true);
	f.evidence->favourite = PLUG;
	send_packets(&f, 95, 10);
	assert_true(evidence_functions(&f.shape, f.evidence, PLUG, false, p));
	assert_true(p[GLOW] > 0.9f);
	f.ms += BURST_SILENCE_MS;
	send_packets(&f, 85, 1);
	assert_false(evidence_functions(&f.shape, f.evidence, PLUG, false, p));
	send_packets(&f, 85, 9);
	assert_true(evidence_functions(&f.shape, f.evidence, PLUG, false, p));
	assert_true(p[BLINK] > 0.9f);
	evidence_running(f.evidence, true, true);
	f.ms += BURST_SILENCE_MS;
	send_packets(&f, 85, 1); /* while a function runs, a silence ends nothing */
	assert_true(evidence_functions(&f.shape, f.evidence, PLUG, false, p));
	tear_down(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shape),  cmocka_unit_test(test_session),	 cmocka_unit_test(test_session_ends_by_time),
		cmocka_unit_test(test_rhythm), cmocka_unit_test(test_beginning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
