/* SPDX-License-Identifier: BSD-2-Clause */

/* Opening a model, and what its card says. */

#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/model/model_internal.h"

#define TEST_TOLERANCE 1e-5f /* expf() differs between C libraries */

extern const char iotbpf_model[], iotbpf_model_end[]; /* the embedded file; empty in a build without one */

static int point_scale(struct model *model, const struct image_scale *image)
{
	const struct image_ensemble *e = image_section(model->image, IMAGE_ENSEMBLES);
	struct model_scale *s = &model->scale[image->scale];

	s->function = calloc(model->image->devices, sizeof(*s->function));
	if (!s->function)
		return -ENOMEM;
	s->image = image;
	e += image->ensemble_first;
	for (const struct image_ensemble *end = e + image->ensembles; e < end; e++)
		*(e->device == IMAGE_DEVICE_MODEL ? &s->device : &s->function[e->device]) = e;
	return 0;
}

/* A scale's are consecutive. */
static void point_fits(struct model *model)
{
	const struct image_fit *f = image_section(model->image, IMAGE_FITS), *end = f + model->image->section[IMAGE_FITS].count;

	for (; f < end; f++) {
		struct model_scale *s = &model->scale[f->scale];

		if (!s->fit_count++)
			s->fits = f;
	}
}

static int model_point(struct model *model)
{
	const struct image_header *h = model->image;
	const struct image_scale *s = image_section(h, IMAGE_SCALES), *end = s + h->section[IMAGE_SCALES].count;
	int r = 0;

	model->bases = image_section(h, IMAGE_BASES);
	model->trees = image_section(h, IMAGE_TREES);
	model->nodes = image_section(h, IMAGE_NODES);
	model->leaves = image_section(h, IMAGE_LEAVES);
	model->ranges = image_section(h, IMAGE_RANGES);
	for (; r == 0 && s < end; s++)
		r = point_scale(model, s);
	point_fits(model);
	return r;
}

/* Labels and ensembles must be of the same number, or names would be read beyond the card. */
static const char *check_card(const struct model *model)
{
	const struct image_ensemble *e = image_section(model->image, IMAGE_ENSEMBLES);
	const struct image_ensemble *end = e + model->image->section[IMAGE_ENSEMBLES].count;

	if (model->card.device_count != model->image->devices)
		return "its card names other devices than it has";
	for (; e < end; e++)
		if (e->device != IMAGE_DEVICE_MODEL && model->card.devices[e->device].function_count != e->classes)
			return "its card names other functions than it has";
	for (size_t d = 0; d < model->card.device_count; d++) {
		bool has = !model->card.devices[d].function_count;

		for (enum features_scale s = 0; s < FEATURES_SCALES; s++)
			has |= model_has_functions(model, s, d);
		if (!has)
			return "its card names functions that it does not have";
	}
	return NULL;
}

static bool same(const float *a, const float *b, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (!(fabsf(a[i] - b[i]) <= TEST_TOLERANCE))
			return false;
	return true;
}

static const char *test_scale(const struct model *model, const struct image_scale *s)
{
	const float *row = (const float *)image_section(model->image, IMAGE_TEST) + s->test_first;
	const float *expected = row + (size_t)s->test_rows * s->features;
	const struct image_ensemble *first = image_section(model->image, IMAGE_ENSEMBLES);
	struct model_row ranked;
	float p[IMAGE_DEVICES_MAX];

	first += s->ensemble_first;
	for (uint32_t i = 0; i < s->test_rows; i++, row += s->features) {
		model_rank(model, s->scale, row, &ranked);
		for (const struct image_ensemble *e = first; e < first + s->ensembles; expected += e->classes, e++) {
			model_ensemble(model, e, &ranked, p);
			if (!same(p, expected, e->classes))
				return "its self-test fails on this machine";
		}
	}
	return NULL;
}

/* The rows that the trainer evaluated by the library it trained with. */
static const char *self_test(const struct model *model)
{
	const struct image_scale *s = image_section(model->image, IMAGE_SCALES);
	const char *wrong = NULL;

	for (uint64_t i = 0; !wrong && i < model->image->section[IMAGE_SCALES].count; i++)
		wrong = test_scale(model, &s[i]);
	return wrong;
}

static int model_load(struct model *model, const void *bytes, size_t size, const char *name)
{
	const char *wrong = image_check(bytes, size);
	int r;

	if (wrong)
		return log_error_r(-EBADMSG, "%s: %s", name, wrong);
	model->image = bytes;
	r = model_point(model);
	if (r == 0)
		r = card_parse(image_section(model->image, IMAGE_CARD), model->image->section[IMAGE_CARD].count, &model->card,
			       &wrong);
	if (r == -ENOMEM)
		return log_errno_r(r, "%s", name);
	if (!wrong)
		wrong = check_card(model);
	if (!wrong)
		wrong = self_test(model);
	return wrong ? log_error_r(-EBADMSG, "%s: %s", name, wrong) : 0;
}

int model_open_memory(const void *bytes, size_t size, const char *name, struct model **out)
{
	_cleanup_(model_close_p) struct model *model = calloc(1, sizeof(*model));
	int r;

	if (!model)
		return log_errno_r(-ENOMEM, "%s", name);
	r = model_load(model, bytes, size, name);
	if (r < 0)
		return r;
	*out = TAKE_PTR(model);
	return 0;
}

static int file_size(int fd, const char *path, size_t *size)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return log_errno_r(-errno, "%s", path);
	if (S_ISDIR(st.st_mode))
		return log_error_r(-EISDIR, "%s: is a directory, not a model file", path);
	if (!S_ISREG(st.st_mode) || st.st_size < (off_t)sizeof(struct image_header) ||
	    st.st_size > (off_t)IMAGE_SIZE_MAX)
		return log_error_r(-EBADMSG, "%s: not a model file (iotbpf-train makes one)", path);
	*size = (size_t)st.st_size;
	return 0;
}

int model_open(const char *path, struct model **out)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	size_t size = 0;
	void *bytes;
	int r;

	if (fd < 0)
		return log_errno_r(-errno, "%s", path);
	r = file_size(fd, path, &size);
	if (r < 0)
		return r;
	bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return log_errno_r(-errno, "%s", path);
	r = model_open_memory(bytes, size, path, out);
	if (r < 0)
		munmap(bytes, size);
	else
		(*out)->mapped = size;
	return r;
}

int model_open_default(struct model **out)
{
	size_t size = (size_t)(iotbpf_model_end - iotbpf_model);

	return size ? model_open_memory(iotbpf_model, size, "built-in model", out) : -ENOENT;
}

void model_close(struct model *model)
{
	if (model->mapped)
		munmap((void *)(uintptr_t)model->image, model->mapped);
	for (int s = 0; s < FEATURES_SCALES; s++)
		free(model->scale[s].function);
	card_free(&model->card);
	free(model);
}
