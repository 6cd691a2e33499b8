/* SPDX-License-Identifier: BSD-2-Clause */

/* An image of several scales and of every kind of ensemble, against sums taken from the input of the packer. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "agent/base/log.h"
#include "agent/model/model.h"
#include "tests/unit/model/small.h"

#define CARD                                                                                                      \
	"{\"scales\":[{\"name\":\"burst\",\"weight_device\":0.5,\"weight_function\":0.25},{\"name\":\"tide\"}],"   \
	"\"calibration\":{\"device_temperature\":2},\"unknown_threshold\":0.125,\"knows_home\":true,"             \
	"\"devices\":[{\"name\":\"plug\",\"family\":\"switch\",\"functions\":[{\"name\":\"on\"},{\"name\":\"off\"}]}," \
	"{\"name\":\"cam\"},{\"name\":\"hub\"}]}"

enum { CLASSES = 3, VECTORS = 40, TREES = 21 };

struct fixture {
	struct small s;
	struct pack_ensemble e[3];
	struct buffer image;
	struct model *model;
};

/* Leaf vectors: some with one value, some equal, some with none. */
static void vectors(struct small *s, struct pack_ensemble *e)
{
	e->vectors = calloc(VECTORS * CLASSES, sizeof(float));
	e->vector_count = VECTORS;
	for (uint32_t v = 1; v < VECTORS; v++)
		for (uint32_t c = 0; c < CLASSES; c++)
			e->vectors[v * CLASSES + c] = v % 3 == 0 ? (c == v % CLASSES) : v % 3 == 1 ? small_random(s) : v % 5 == 0;
	for (uint32_t t = 0; t < e->count; t++)
		for (uint32_t i = 0; i < e->trees[t].count; i++)
			e->trees[t].nodes[i].vector = (uint32_t)(small_random(s) * VECTORS);
}

static struct pack_ensemble ensemble(struct small *s, enum features_scale scale, uint32_t device, uint32_t classes, enum pack_link link)
{
	struct pack_ensemble e = { .scale = scale,
				   .device = device,
				   .classes = classes,
				   .link = link,
				   .factor = link == PACK_MEAN ? 1.0 / TREES : 0.75,
				   .temperature = link == PACK_MEAN ? 1 : 1.25f,
				   .count = TREES };

	e.trees = calloc(TREES, sizeof(*e.trees));
	e.bases = calloc(classes, sizeof(*e.bases));
	for (uint32_t c = 0; c < classes; c++)
		e.bases[c] = link == PACK_MEAN ? 0 : (double)small_random(s);
	for (uint32_t t = 0; t < TREES; t++)
		small_tree(s, &e.trees[t], t % classes);
	return e;
}

static const struct pack_node *leaf_of(const struct pack_tree *tree, const float *row)
{
	const struct pack_node *n = tree->nodes;

	while (!n->leaf) {
		float x = row[n->feature];
		bool missing = isnan(x) || (n->zero_missing && fabsf(x) <= IMAGE_ZERO);

		n = &tree->nodes[(missing ? n->missing_left : n->all_left || x < n->threshold) ? n->left : n->right];
	}
	return n;
}

static void answer(const struct pack_ensemble *e, const float *row, float *p)
{
	double sum[CLASSES] = { 0 }, total = 0;

	for (uint32_t t = 0; t < e->count; t++) {
		const struct pack_node *n = leaf_of(&e->trees[t], row);

		for (uint32_t c = 0; e->vectors && c < e->classes; c++)
			sum[c] += (double)e->vectors[n->vector * e->classes + c];
		if (!e->vectors)
			sum[e->trees[t].label] += (double)n->value;
	}
	for (uint32_t c = 0; c < e->classes; c++) {
		sum[c] = e->bases[c] + e->factor * sum[c];
		sum[c] = e->link == PACK_MEAN ? sum[c] : exp(sum[c] / (double)e->temperature);
		total += sum[c];
	}
	for (uint32_t c = 0; c < e->classes; c++)
		p[c] = total > 0 ? (float)(sum[c] / total) : 1.0f / (float)e->classes;
}

static void edges(struct small *s, float *row, size_t count)
{
	static const float edge[] = { 0, -0.0f, 1e-35f, -1e-35f, 1.1e-35f, -1.1e-35f, 1e-40f, INFINITY, -INFINITY, NAN, 3.4e38f };

	small_row(s, row);
	for (size_t f = 0; f < count; f++)
		if (small_random(s) < 0.3f)
			row[f] = edge[(size_t)(small_random(s) * 11)];
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	static float rows[2][FEATURES_MAX], outputs[2][2 * CLASSES];
	struct pack_model m = { .card = CARD, .devices = 3, .ensembles = f->e, .ensemble_count = 3 };

	f->s.random = 11;
	f->e[0] = ensemble(&f->s, FEATURES_WINDOW, IMAGE_DEVICE_MODEL, 3, PACK_MEAN);
	vectors(&f->s, &f->e[0]);
	f->e[1] = ensemble(&f->s, FEATURES_WINDOW, 0, 2, PACK_SOFTMAX);
	f->e[2] = ensemble(&f->s, FEATURES_PAPER, IMAGE_DEVICE_MODEL, 3, PACK_SOFTMAX);
	for (uint32_t t = 0; t < TREES; t++)
		for (uint32_t i = 0; i < f->e[1].trees[t].count; i++) {
			f->e[1].trees[t].nodes[i].zero_missing = i % 3 == 0;
			f->e[1].trees[t].nodes[i].all_left = i % 7 == 0;
		}
	for (int e = 0; e < 3; e++)
		for (uint32_t t = 0; t < TREES; t++)
			for (uint32_t i = 0; i < f->e[e].trees[t].count; i++)
				f->e[e].trees[t].nodes[i].feature %= (uint16_t)features_count(f->e[e].scale);
	answer(&f->e[0], rows[0], outputs[0]);
	answer(&f->e[1], rows[0], outputs[0] + 3);
	answer(&f->e[2], rows[1], outputs[1]);
	m.test[FEATURES_WINDOW] = (struct pack_test){ 1, rows[0], outputs[0] };
	m.test[FEATURES_PAPER] = (struct pack_test){ 1, rows[1], outputs[1] };
	if (pack_image(&m, &f->image) < 0 || model_open_memory(f->image.data, f->image.len, "test", &f->model) < 0)
		return -1;
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	for (int e = 0; e < 3; e++)
		pack_free(&f->e[e]);
	model_close(f->model);
	buffer_free(&f->image);
	free(f);
	return 0;
}

static void scales_are_told_apart(void **state)
{
	const struct model *m = ((struct fixture *)*state)->model;
	float row[FEATURES_MAX] = { 0 }, p[CLASSES];

	assert_true(model_has_scale(m, FEATURES_WINDOW) && model_has_scale(m, FEATURES_PAPER));
	assert_false(model_has_scale(m, FEATURES_BURST));
	assert_true(model_has_functions(m, FEATURES_WINDOW, 0));
	assert_false(model_has_functions(m, FEATURES_WINDOW, 1) || model_has_functions(m, FEATURES_WINDOW, 99));
	assert_false(model_has_functions(m, FEATURES_PAPER, 0) || model_has_functions(m, FEATURES_BURST, 0));
	assert_int_equal(model_device(m, FEATURES_BURST, row, p), -ENOENT);
	assert_int_equal(model_function(m, FEATURES_PAPER, 0, row, p), -ENOENT);
}

static void the_card_says_how_to_sum_up(void **state)
{
	const struct model *m = ((struct fixture *)*state)->model;
	size_t size;

	assert_string_equal(model_family(m, 0), "switch");
	assert_string_equal(model_family(m, 2), "");
	assert_true(model_scale_weight(m, FEATURES_BURST, false) == 0.5f && model_scale_weight(m, FEATURES_BURST, true) == 0.25f);
	assert_true(model_scale_weight(m, FEATURES_WINDOW, true) == 1);
	assert_true(model_temperature(m, false) == 2 && model_temperature(m, true) == 1);
	assert_true(model_unknown_threshold(m) == 0.125f && model_knows_home(m));
	assert_memory_equal(model_card(m, &size), CARD, strlen(CARD));
	assert_int_equal(size, strlen(CARD));
}

static void compare(const float *got, const float *expected, int count)
{
	for (int c = 0; c < count; c++)
		assert_true(fabsf(got[c] - expected[c]) < 1e-6f);
}

static void every_kind_answers_as_its_trees(void **state)
{
	struct fixture *f = *state;
	float row[FEATURES_MAX], got[CLASSES], expected[CLASSES];
	struct model_row ranked;

	for (int i = 0; i < 10000; i++) {
		edges(&f->s, row, FEATURES_MAX);
		model_rank(f->model, FEATURES_WINDOW, row, &ranked);
		assert_true(model_device_ranked(f->model, &ranked, got) >= 0);
		answer(&f->e[0], row, expected);
		compare(got, expected, 3);
		assert_true(model_function_ranked(f->model, &ranked, 0, got) >= 0);
		answer(&f->e[1], row, expected);
		compare(got, expected, 2);
		assert_int_equal(model_function_ranked(f->model, &ranked, 1, got), -ENOENT);
		assert_true(model_device(f->model, FEATURES_PAPER, row, got) >= 0);
		answer(&f->e[2], row, expected);
		compare(got, expected, 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scales_are_told_apart),
		cmocka_unit_test(the_card_says_how_to_sum_up),
		cmocka_unit_test(every_kind_answers_as_its_trees),
	};

	log_set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
