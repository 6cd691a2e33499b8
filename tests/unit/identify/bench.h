/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_UNIT_IDENTIFY_BENCH_H
#define TESTS_UNIT_IDENTIFY_BENCH_H

/*
 * A model that tests can foresee. Types by the mean length of a window: below 100 plug, below 400 cam, below 1000 one of two kettles that
 * cannot be told apart, above nothing that it knows. The plug's functions by the largest length of a window and of a burst: below 80
 * idle, below 90 blink, above glow.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <errno.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/buffer.h"
#include "agent/identify/identify.h"
#include "agent/model/image.h"
#include "agent/model/pack.h"

enum { PLUG, CAM, KETTLE, KETTLE2, TYPES };
enum { IDLE, BLINK, GLOW, FUNCTIONS };
enum { BENCH_SLOTS = 8 };

#define BENCH_CARD                                                                                         \
	"{\"name\":\"bench\",\"version\":\"1\",\"unknown_threshold\":0.4,\"devices\":[{\"name\":\"plug\","   \
	"\"functions\":[{\"name\":\"idle\"},{\"name\":\"blink\"},{\"name\":\"glow\"}]},"                    \
	"{\"name\":\"cam\"},{\"name\":\"kettle\",\"family\":\"kettles\"},{\"name\":\"kettle2\",\"family\":\"kettles\"}]}"

static inline uint16_t bench_feature(enum features_scale scale, const char *name)
{
	for (size_t i = 0; i < features_count(scale); i++) {
		if (!strcmp(features_name(scale, i), name))
			return (uint16_t)i;
	}
	fail_msg("no feature %s", name);
	return 0;
}

/* value[i] where the feature lies below at[i], value[n] above all. */
static inline struct pack_tree bench_steps(uint32_t label, uint16_t feature, const float *at, const float *value, uint32_t n)
{
	struct pack_tree t = { .nodes = calloc(2 * n + 1, sizeof(struct pack_node)), .count = 2 * n + 1, .label = label };

	for (uint32_t i = 0; i < n; i++) {
		t.nodes[2 * i] = (struct pack_node){ .feature = feature, .threshold = at[i], .left = 2 * i + 1, .right = 2 * i + 2 };
		t.nodes[2 * i + 1] = (struct pack_node){ .leaf = true, .value = value[i] };
	}
	t.nodes[2 * n] = (struct pack_node){ .leaf = true, .value = value[n] };
	return t;
}

static inline struct pack_ensemble bench_types(void)
{
	static const float at[3] = { 100, 400, 1000 };
	static const float value[TYPES][4] = { { 3, -3, -3, 0 }, { -3, 3, -3, 0 }, { -3, -3, 3, 0 }, { -3, -3, 3, 0 } };
	struct pack_ensemble e = { .device = IMAGE_DEVICE_MODEL, .classes = TYPES, .temperature = 1, .count = TYPES };

	e.trees = calloc(TYPES, sizeof(*e.trees));
	for (uint32_t c = 0; c < TYPES; c++)
		e.trees[c] = bench_steps(c, bench_feature(FEATURES_WINDOW, "length_mean"), at, value[c], 3);
	return e;
}

static inline struct pack_ensemble bench_functions(enum features_scale scale, const char *feature)
{
	static const float at[2] = { 80, 90 };
	static const float value[FUNCTIONS][3] = { { 3, -3, -3 }, { -3, 3, -3 }, { -3, -3, 3 } };
	struct pack_ensemble e = { .scale = scale, .device = PLUG, .classes = FUNCTIONS, .temperature = 1, .count = FUNCTIONS };

	e.trees = calloc(FUNCTIONS, sizeof(*e.trees));
	for (uint32_t c = 0; c < FUNCTIONS; c++)
		e.trees[c] = bench_steps(c, bench_feature(scale, feature), at, value[c], 2);
	return e;
}

struct bench {
	struct buffer image;
	struct model *model;
	struct identify *identify;
	uint32_t ms;
	uint32_t foretold_port; /* packets of that port are expected */
};

static inline bool bench_expected(void *user, uint32_t device, const struct iot_packet *packet)
{
	(void)device;
	return packet->proto == ((struct bench *)user)->foretold_port;
}

/* The self-test's row is of the first class of every ensemble, by 3 against -3. */
static inline struct model *bench_model_fits(const char *card, const struct pack_fit *fits, uint32_t fit_count, struct buffer *image)
{
	struct model *model;
	struct pack_ensemble e[3] = { bench_types(), bench_functions(FEATURES_WINDOW, "length_max"),
				      bench_functions(FEATURES_BURST, "sent_max") };
	const float a = expf(3), z = expf(-3), types = a + 3 * z, functions = a + 2 * z;
	const float row[FEATURES_MAX] = { 0 };
	const float window[TYPES + FUNCTIONS] = { a / types,	 z / types,	z / types,   z / types,
						  a / functions, z / functions, z / functions };
	const struct pack_model m = { .card = card,
				      .devices = TYPES,
				      .ensembles = e,
				      .ensemble_count = 3,
				      .fits = fits,
				      .fit_count = fit_count,
				      .test = { [FEATURES_WINDOW] = { 1, row, window }, [FEATURES_BURST] = { 1, row, window + TYPES } } };

	assert_int_equal(pack_image(&m, image), 0);
	assert_int_equal(model_open_memory(image->data, image->len, "bench", &model), 0);
	for (int i = 0; i < 3; i++)
		pack_free(&e[i]);
	return model;
}

static inline struct model *bench_model(const char *card, struct buffer *image)
{
	return bench_model_fits(card, NULL, 0, image);
}

static inline struct identify *bench_identify(struct bench *b, const struct model *model, enum evidence_pace pace)
{
	const struct identify_options options = {
		.model = model, .slots = BENCH_SLOTS, .pace = pace, .periodic = { bench_expected, b }
	};
	struct identify *identify = identify_new(&options);

	assert_non_null(identify);
	return identify;
}

static inline void bench_open(struct bench *b)
{
	memset(b, 0, sizeof(*b));
	b->ms = 0xfffffff0; /* the clock wraps during the test */
	b->model = bench_model(BENCH_CARD, &b->image);
	b->identify = bench_identify(b, b->model, EVIDENCE_LIVE);
}

static inline void bench_close(struct bench *b)
{
	identify_free(b->identify);
	model_close(b->model);
	buffer_free(&b->image);
}

/* n packets that the device sends, 20 ms apart. */
static inline void bench_send_to(struct bench *b, uint32_t device, uint16_t length, uint32_t n, uint16_t port)
{
	for (uint32_t i = 0; i < n; i++) {
		struct iot_packet p = { .ms = b->ms += 20, .length = length, .kind = 6, .proto = port, .ttl = 64 };

		assert_int_equal(identify_packets(b->identify, device, &p, 1, true), 0);
	}
}

static inline void bench_send(struct bench *b, uint32_t device, uint16_t length, uint32_t n)
{
	bench_send_to(b, device, length, n, 53);
}

static inline uint32_t bench_update(struct bench *b, uint32_t device, struct verdict *now)
{
	struct verdict before;

	return identify_update(b->identify, device, b->ms, now, &before);
}

/* A second of n packets, decided at its end. */
static inline uint32_t bench_second(struct bench *b, uint32_t device, uint16_t length, uint32_t n, struct verdict *now)
{
	uint32_t end = b->ms + 1000;

	bench_send(b, device, length, n);
	b->ms = end;
	return bench_update(b, device, now);
}

static inline int bench_set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	bench_open(b);
	*state = b;
	return 0;
}

static inline int bench_tear_down(void **state)
{
	struct bench *b = *state;

	bench_close(b);
	free(b);
	return 0;
}

#define BENCH_TEST(name) cmocka_unit_test_setup_teardown(name, bench_set_up, bench_tear_down)

#endif
