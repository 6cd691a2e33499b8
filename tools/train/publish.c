/* SPDX-License-Identifier: BSD-2-Clause */

#include "tools/train/publish.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/base/log.h"
#include "agent/features/features.h"
#include "agent/model/image.h"
#include "agent/model/model.h"
#include "tools/train/progress.h"

#define EXACTNESS 1e-6f /* of probabilities; sums are the same to the last bit, only expf() differs */

/* The final trees and what the library says by them of every sample. */
struct final {
	struct pack_ensemble *ensembles;
	float **margins;
	uint32_t count;
};

static void final_free(struct final *f)
{
	for (uint32_t i = 0; i < f->count; i++) {
		pack_free(&f->ensembles[i]);
		free(f->margins[i]);
	}
	free(f->ensembles);
	free(f->margins);
}

static int train_task(struct study *s, struct task *t, enum method method, struct pack_ensemble *e, float *margins)
{
	_cleanup_(booster_free_p) struct booster *booster = NULL;
	int r = study_train(s, t, STUDY_NO_FOLD, method, &booster);

	*e = (struct pack_ensemble){ 0 };
	if (r == 0 && booster)
		r = booster_trees(booster, e);
	if (r == 0 && booster)
		r = booster_margins(booster, s->data->x, s->data->count, margins);
	e->device = t->device;
	e->classes = t->classes;
	e->temperature = t->temperature;
	for (size_t i = 0; r == 0 && i < s->data->count; i++)
		if (s->data->samples[i].holdout)
			memcpy(t->margins + i * t->classes, margins + i * t->classes, t->classes * sizeof(float));
	return r;
}

static int train_all(struct study *s, enum method method, struct final *f)
{
	struct progress progress;
	double work = 0;

	f->ensembles = calloc(s->task_count, sizeof(*f->ensembles));
	f->margins = calloc(s->task_count, sizeof(*f->margins));
	if (!f->ensembles || !f->margins)
		return log_errno_r(-ENOMEM, "training");
	for (uint32_t t = 0; t < s->task_count; t++)
		work += s->tasks[t].classes;
	progress_begin(&progress, method == METHOD_FOREST ? "training forest" : "training boosting", work);
	for (uint32_t t = 0; t < s->task_count; t++) {
		int r;

		f->count = t + 1;
		f->margins[t] = calloc(s->data->count, s->tasks[t].classes * sizeof(float));
		if (!f->margins[t])
			return log_errno_r(-ENOMEM, "training");
		r = train_task(s, &s->tasks[t], method, &f->ensembles[t], f->margins[t]);
		if (r < 0)
			return r;
		progress_step(&progress, s->tasks[t].classes);
	}
	progress_end(&progress);
	return 0;
}

/* The library's probabilities of one sample. */
static void softmax(const float *margins, uint32_t classes, float temperature, float *p)
{
	float top = margins[0], sum = 0;

	for (uint32_t c = 1; c < classes; c++)
		top = margins[c] > top ? margins[c] : top;
	for (uint32_t c = 0; c < classes; c++)
		sum += p[c] = expf((margins[c] - top) / temperature);
	for (uint32_t c = 0; c < classes; c++)
		p[c] /= sum;
}

/* Rows from all over the training data, and what the image must answer to them. */
static void test_rows(const struct study *s, const struct final *f, uint32_t count, float *rows, float *outputs)
{
	size_t width = features_count(FEATURES_WINDOW);

	for (uint32_t i = 0; i < count; i++) {
		size_t sample = (size_t)i * s->data->count / count;

		memcpy(rows + i * width, s->data->x + sample * width, width * sizeof(float));
		for (uint32_t t = 0; t < s->task_count; t++) {
			uint32_t classes = s->tasks[t].classes;

			softmax(f->margins[t] + sample * classes, classes, s->tasks[t].temperature, outputs);
			outputs += classes;
		}
	}
}

static int pack(const struct study *s, const struct final *f, const char *card, struct buffer *image)
{
	uint32_t count = s->data->count < IMAGE_TEST_ROWS ? (uint32_t)s->data->count : IMAGE_TEST_ROWS, outputs = 0;
	_cleanup_free_ float *rows = calloc(count, features_count(FEATURES_WINDOW) * sizeof(float));
	_cleanup_free_ float *expected = NULL;
	int r;

	for (uint32_t t = 0; t < s->task_count; t++)
		outputs += s->tasks[t].classes;
	expected = calloc((size_t)count * outputs, sizeof(float));
	if (!rows || !expected)
		return log_errno_r(-ENOMEM, "packing the model");
	test_rows(s, f, count, rows, expected);
	image->limit = IMAGE_SIZE_MAX;
	r = pack_image(&(struct pack_model){ .card = card,
					     .devices = s->manifest->devices.count,
					     .ensembles = f->ensembles,
					     .ensemble_count = f->count,
					     .test[FEATURES_WINDOW] = { count, rows, expected } },
		       image);
	return r < 0 ? log_errno_r(r, "packing the model") : 0;
}

static int compare_row(const struct study *s, const struct final *f, const struct model *model, size_t sample)
{
	float got[IMAGE_DEVICES_MAX], expected[IMAGE_DEVICES_MAX];

	for (uint32_t t = 0; t < s->task_count; t++) {
		const struct task *task = &s->tasks[t];
		const float *row = s->data->x + sample * features_count(FEATURES_WINDOW);

		if (task->device == IMAGE_DEVICE_MODEL)
			model_device(model, FEATURES_WINDOW, row, got);
		else
			model_function(model, FEATURES_WINDOW, task->device, row, got);
		softmax(f->margins[t] + sample * task->classes, task->classes, task->temperature, expected);
		for (uint32_t c = 0; c < task->classes; c++)
			if (!(fabsf(got[c] - expected[c]) <= EXACTNESS))
				return log_error_r(-EIO, "the packed model differs from libxgboost: %.9g and %.9g",
						   (double)got[c], (double)expected[c]);
	}
	return 0;
}

static int compare_all(const struct study *s, const struct final *f, const struct buffer *image)
{
	_cleanup_(model_close_p) struct model *model = NULL;
	int r = model_open_memory(image->data, image->len, "the packed model", &model);

	for (size_t i = 0; r == 0 && i < s->data->count; i++)
		r = compare_row(s, f, model, i);
	return r;
}

int publish_image(struct study *s, const char *card, enum method method, struct buffer *image)
{
	_cleanup_(final_free) struct final f = { 0 };
	int r = train_all(s, method, &f);

	if (r == 0)
		r = pack(s, &f, card, image);
	return r == 0 ? compare_all(s, &f, image) : r;
}

static int write_all(int fd, const struct buffer *image)
{
	for (size_t done = 0; done < image->len;) {
		ssize_t n = write(fd, image->data + done, image->len - done);

		if (n < 0 && errno != EINTR)
			return -errno;
		done += n > 0 ? (size_t)n : 0;
	}
	return fsync(fd) < 0 && errno != EINVAL ? -errno : 0;
}

/* The file that becomes the model when it is complete; *name is allocated. Returns its descriptor or -errno, logged. */
static int open_new(const char *path, char **name)
{
	int fd;

	if (asprintf(name, "%s.new", path) < 0) {
		*name = NULL;
		return log_errno_r(-ENOMEM, "%s", path);
	}
	fd = open(*name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	return fd < 0 ? log_errno_r(-errno, "cannot write %s", *name) : fd;
}

int publish_check(const char *path)
{
	_cleanup_free_ char *name = NULL;
	_cleanup_close_ int fd = open_new(path, &name);

	if (fd < 0)
		return fd;
	unlink(name);
	return 0;
}

int publish_write(const char *path, const struct buffer *image)
{
	_cleanup_free_ char *name = NULL;
	_cleanup_close_ int fd = open_new(path, &name);
	int r;

	if (fd < 0)
		return fd;
	r = write_all(fd, image);
	if (r == 0 && rename(name, path) < 0)
		r = -errno;
	if (r < 0) {
		unlink(name);
		return log_errno_r(r, "cannot write %s", path);
	}
	return 0;
}
