/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "agent/base/log.h"
#include "agent/model/model.h"
#include "tests/unit/model/small.h"

struct fixture {
	struct small small;
	struct buffer image;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	log_set_level(LOG_LEVEL_ERROR);
	small_new(&f->small);
	if (small_pack(&f->small, SMALL_CARD, &f->image) < 0)
		return -1;
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

/* Messages of refusals are expected here, thousands of them. */
static int open_quietly(const void *bytes, size_t size, struct model **model)
{
	int saved = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY), r;

	dup2(null, STDERR_FILENO);
	r = model_open_memory(bytes, size, "test", model);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(null);
	return r;
}

static void card_is_told(void **state)
{
	struct fixture *f = *state;
	struct model *m;

	assert_int_equal(model_open_memory(f->image.data, f->image.len, "test", &m), 0);
	assert_string_equal(model_name(m), "small");
	assert_string_equal(model_version(m), "9");
	assert_string_equal(model_created(m), "");
	assert_int_equal(model_devices(m), 3);
	assert_string_equal(model_device_name(m, 2), "hub");
	assert_int_equal(model_functions(m, 0), 2);
	assert_int_equal(model_functions(m, 1), 0);
	assert_int_equal(model_functions(m, 99), 0);
	assert_string_equal(model_function_name(m, 0, 1), "off");
	assert_true(model_device_threshold(m, 0) == 0.25f && model_device_threshold(m, 1) == 0);
	assert_true(model_accuracy_device(m).trial == 0.75f && isnan(model_accuracy_both(m).window));
	model_close(m);
}

static void answers_are_those_of_the_trees(void **state)
{
	struct fixture *f = *state;
	float row[FEATURES_MAX], p[3], expected[3];
	struct model *m;

	assert_int_equal(model_open_memory(f->image.data, f->image.len, "test", &m), 0);
	for (int i = 0; i < 5000; i++) {
		int best;

		small_row(&f->small, row);
		best = model_device(m, FEATURES_WINDOW, row, p);
		small_answer(&f->small.ensembles[0], row, expected);
		for (int c = 0; c < 3; c++) {
			assert_true(fabsf(p[c] - expected[c]) < 1e-6f);
			assert_true(p[c] <= p[best]);
		}
		assert_true(model_function(m, FEATURES_WINDOW, 0, row, p) >= 0);
		small_answer(&f->small.ensembles[1], row, expected);
		assert_true(fabsf(p[0] - expected[0]) < 1e-6f && fabsf(p[1] - expected[1]) < 1e-6f);
		assert_int_equal(model_function(m, FEATURES_WINDOW, 1, row, p), -ENOENT);
	}
	model_close(m);
}

static void infinite_values_are_in_bounds(void **state)
{
	struct fixture *f = *state;
	float row[FEATURES_MAX], p[3];
	struct model *m;

	assert_int_equal(model_open_memory(f->image.data, f->image.len, "test", &m), 0);
	for (size_t i = 0; i < features_count(FEATURES_WINDOW); i++)
		row[i] = i % 2 ? INFINITY : -INFINITY;
	model_device(m, FEATURES_WINDOW, row, p);
	assert_true(fabsf(p[0] + p[1] + p[2] - 1) < 1e-5f);
	model_close(m);
}

static void packing_twice_gives_the_same_bytes(void **state)
{
	struct fixture *f = *state;
	struct buffer again = { 0 };

	assert_int_equal(small_pack(&f->small, SMALL_CARD, &again), 0);
	assert_int_equal(again.len, f->image.len);
	assert_memory_equal(again.data, f->image.data, again.len);
	buffer_free(&again);
}

static void cut_files_are_refused(void **state)
{
	struct fixture *f = *state;

	for (size_t size = 0; size < f->image.len; size += 1 + size / 50) {
		char *exact = malloc(size + 1); /* so that a sanitizer sees a read beyond */
		struct model *m;

		memcpy(exact, f->image.data, size);
		exact = realloc(exact, size ? size : 1);
		assert_true(open_quietly(exact, size, &m) < 0);
		free(exact);
	}
}

static void every_flipped_byte_is_refused(void **state)
{
	struct fixture *f = *state;
	struct model *m;

	for (size_t i = 0; i < f->image.len; i += 1 + i / 300) {
		f->image.data[i] ^= 0x40;
		assert_int_equal(open_quietly(f->image.data, f->image.len, &m), -EBADMSG);
		f->image.data[i] ^= 0x40;
	}
}

/* A forger makes the checksum right: then it is refused for what is in it, or evaluated in bounds. */
static void forged_bytes_stay_in_bounds(void **state)
{
	struct fixture *f = *state;
	struct image_header *h = (struct image_header *)f->image.data;
	static const uint8_t patterns[] = { 0x01, 0x80, 0xff, 0x7f };
	float row[FEATURES_MAX], p[IMAGE_DEVICES_MAX];
	struct small random = { .random = 3 };

	for (size_t i = 0; i < f->image.len; i += i < 4096 ? 1 : 37)
		for (size_t k = 0; k < sizeof(patterns); k++) {
			struct model *m = NULL;

			f->image.data[i] ^= (char)patterns[k];
			h->checksum = image_checksum(f->image.data, f->image.len);
			if (open_quietly(f->image.data, f->image.len, &m) == 0) {
				small_row(&random, row);
				assert_in_range(model_device(m, FEATURES_WINDOW, row, p), 0, model_devices(m) - 1);
				for (size_t d = 0; d < model_devices(m); d++)
					model_function(m, FEATURES_WINDOW, d, row, p);
				model_close(m);
			}
			f->image.data[i] ^= (char)patterns[k];
		}
	h->checksum = image_checksum(f->image.data, f->image.len);
}

static void foreign_cards_are_refused(void **state)
{
	static const char *const cards[] = {
		"",
		"{",
		"[]",
		"{\"devices\":[]}",
		"{\"devices\":3}",
		"{\"devices\":[{\"name\":\"a\"},{\"name\":\"b\"},{\"name\":\"c\"}]}",
		"{\"devices\":[{\"name\":\"a\",\"functions\":[{\"name\":\"x\"},{\"name\":\"y\"}]},{\"name\":\"b\"},{}]"
		"}",
		"{\"devices\":[{\"name\":\"a\",\"functions\":[]},{\"name\":\"b\"},{\"name\":\"c\"}]}",
		"{\"devices\":[{\"name\":\"a\"},{\"name\":\"b\",\"functions\":[{\"name\":\"x\"},{\"name\":\"y\"}]},{"
		"\"name\":\"c\"}]}",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(cards) / sizeof(cards[0]); i++) {
		struct buffer image = { 0 };
		struct model *m;

		assert_int_equal(small_pack(&f->small, cards[i], &image), 0);
		assert_int_equal(open_quietly(image.data, image.len, &m), -EBADMSG);
		buffer_free(&image);
	}
}

static void failing_self_tests_are_refused(void **state)
{
	struct fixture *f = *state;
	struct buffer image = { 0 };
	struct model *m;

	f->small.outputs[SMALL_OUTPUTS * SMALL_ROWS - 1] += 1e-4f;
	assert_int_equal(small_pack(&f->small, SMALL_CARD, &image), 0);
	f->small.outputs[SMALL_OUTPUTS * SMALL_ROWS - 1] -= 1e-4f;
	assert_int_equal(open_quietly(image.data, image.len, &m), -EBADMSG);
	buffer_free(&image);
}

static void trees_that_are_none_are_not_packed(void **state)
{
	struct fixture *f = *state;
	struct pack_node *root = f->small.ensembles[0].trees[3].nodes, saved = *root;
	struct buffer image = { 0 };

	root->left = 0;
	assert_int_equal(small_pack(&f->small, SMALL_CARD, &image), -EINVAL);
	*root = saved;
	root->right = 1000;
	buffer_free(&image);
	assert_int_equal(small_pack(&f->small, SMALL_CARD, &image), -EINVAL);
	*root = saved;
	root->threshold = NAN;
	buffer_free(&image);
	assert_int_equal(small_pack(&f->small, SMALL_CARD, &image), -EINVAL);
	*root = saved;
	buffer_free(&image);
}

static void files_are_opened_by_path(void **state)
{
	struct fixture *f = *state;
	char path[] = "/tmp/iotbpf-model-XXXXXX";
	int fd = mkstemp(path);
	struct model *m;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, f->image.data, f->image.len), (ssize_t)f->image.len);
	assert_int_equal(model_open(path, &m), 0);
	assert_int_equal(model_devices(m), 3);
	model_close(m);
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(model_open(path, &m), -EBADMSG);
	close(fd);
	unlink(path);
	assert_int_equal(model_open(path, &m), -ENOENT);
	assert_int_equal(model_open("/tmp", &m), -EISDIR);
	assert_int_equal(model_open("/dev/null", &m), -EBADMSG);
	f->image.data[f->image.len - 1] ^= 1;
	fd = open(path, O_RDWR | O_CREAT, 0600);
	assert_int_equal(write(fd, f->image.data, f->image.len), (ssize_t)f->image.len);
	assert_int_equal(model_open(path, &m), -EBADMSG);
	close(fd);
	unlink(path);
}

static void the_default_model_opens_or_there_is_none(void **state)
{
	struct model *m;
	int r = model_open_default(&m);

	(void)state;
	assert_true(r == 0 || r == -ENOENT);
	if (r == 0)
		model_close(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(card_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(answers_are_those_of_the_trees, set_up, tear_down),
		cmocka_unit_test_setup_teardown(infinite_values_are_in_bounds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(packing_twice_gives_the_same_bytes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(cut_files_are_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(every_flipped_byte_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(forged_bytes_stay_in_bounds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(foreign_cards_are_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(failing_self_tests_are_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(trees_that_are_none_are_not_packed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(files_are_opened_by_path, set_up, tear_down),
		cmocka_unit_test(the_default_model_opens_or_there_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
