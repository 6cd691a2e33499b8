// SPDX-License-Identifier: BSD-2-Clause

/* Checking a model file's frame: header, sections, scales. It may come from anywhere, and what passes is used without another look. */

#include "agent/model/image.h"

#include <math.h>
#include <string.h>

#include "agent/features/features.h"
#include "agent/model/image_internal.h"
#include "agent/model/ranges.h"

size_t image_element_size(enum image_section_id section)
{
	static const size_t size[IMAGE_SECTIONS] = {
		[IMAGE_CARD] = 1,
		[IMAGE_SCALES] = sizeof(struct image_scale),
		[IMAGE_ENSEMBLES] = sizeof(struct image_ensemble),
		[IMAGE_BASES] = sizeof(double),
		[IMAGE_TREES] = sizeof(struct image_tree),
		[IMAGE_NODES] = sizeof(struct image_node),
		[IMAGE_LEAVES] = sizeof(struct image_leaf),
		[IMAGE_FITS] = sizeof(struct image_fit),
		[IMAGE_RANGES] = sizeof(struct image_range),
		[IMAGE_TEST] = sizeof(float),
	};

	return size[section];
}

static uint64_t fnv1a(uint64_t hash, const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
	return hash;
}

uint64_t image_checksum(const void *bytes, size_t size)
{
	struct image_header header;
	uint64_t hash;

	memcpy(&header, bytes, sizeof(header));
	header.checksum = 0;
	hash = fnv1a(UINT64_C(0xcbf29ce484222325), (const uint8_t *)&header, sizeof(header));
	return fnv1a(hash, (const uint8_t *)bytes + sizeof(header), size - sizeof(header));
}

static const char *check_sections(const struct image_header *h, size_t size)
{
	for (int i = 0; i < IMAGE_SECTIONS; i++) {
		const struct image_section *s = &h->section[i];

		if (s->offset % 8 || s->offset < sizeof(*h) || s->offset > size)
			return "a section begins outside of the file";
		if (s->count > (size - s->offset) / image_element_size((enum image_section_id)i))
			return "a section ends outside of the file";
	}
	return NULL;
}

static const char *check_header(const struct image_header *h, size_t size)
{
	if (size < sizeof(*h) || h->magic != IMAGE_MAGIC)
		return "not a model file";
	if (h->version != IMAGE_VERSION)
		return "a model file of another version: retrain";
	if (h->size != size)
		return "the file is cut or has bytes added";
	if (size > IMAGE_SIZE_MAX)
		return "larger than a model may be";
	if (h->checksum != image_checksum(h, size))
		return "damaged: its checksum does not match";
	if (!h->devices || h->devices > IMAGE_DEVICES_MAX)
		return "no devices, or too many";
	return check_sections(h, size);
}

/* The vector of each scale must be the one that this agent makes. */
static const char *check_vector(const struct image_scale *s)
{
	static const char *const differ[FEATURES_SCALES] = {
		"the window features of this agent differ from the model's: retrain",
		"the burst features of this agent differ from the model's: retrain",
		"the rhythm features of this agent differ from the model's: retrain",
		"the session features of this agent differ from the model's: retrain",
		"the paper's features of this agent differ from the model's: retrain",
	};

	if (s->scale >= FEATURES_SCALES)
		return "it has features of a scale that this agent does not know";
	if (s->features_hash != features_hash(s->scale) || s->features_version != features_version(s->scale) ||
	    s->features != features_count(s->scale))
		return differ[s->scale];
	return NULL;
}

static const char *check_test(const struct image_header *h, const struct image_scale *s)
{
	uint64_t inputs = (uint64_t)s->test_rows * s->features, outputs = (uint64_t)s->test_rows * s->outputs;
	const float *test = image_section(h, IMAGE_TEST);

	if (!s->test_rows || s->test_rows > IMAGE_TEST_ROWS || s->test_first > h->section[IMAGE_TEST].count ||
	    inputs + outputs > h->section[IMAGE_TEST].count - s->test_first)
		return "test rows are missing";
	for (uint64_t i = 0; i < outputs; i++)
		if (!isfinite(test[s->test_first + inputs + i]))
			return "test rows are damaged";
	return NULL;
}

/* Scales ascend, and their ensembles follow each other, so that no ensemble is checked twice. */
static const char *check_scale(const struct image_header *h, const struct image_scale *s, uint32_t i)
{
	const char *wrong = check_vector(s);

	if (wrong)
		return wrong;
	if (i && s->scale <= s[-1].scale)
		return "scales are not in order";
	if (s->ensemble_first != (i ? s[-1].ensemble_first + s[-1].ensembles : 0) || !s->ensembles ||
	    s->ensembles > 1 + h->devices || s->ensemble_first + s->ensembles > h->section[IMAGE_ENSEMBLES].count)
		return "a scale's ensembles are not in the file";
	return check_test(h, s);
}

static bool is_behind(const struct image_fit *a, const struct image_fit *b)
{
	return a->scale != b->scale ? a->scale > b->scale : a->device > b->device;
}

static bool has_scale(const struct image_header *h, uint32_t scale)
{
	const struct image_scale *s = image_section(h, IMAGE_SCALES);

	for (uint64_t i = 0; i < h->section[IMAGE_SCALES].count; i++)
		if (s[i].scale == scale)
			return true;
	return false;
}

/* Fits ascend, are of scales whose features have been checked, and the ranges of each are in the file. */
static const char *check_fits(const struct image_header *h)
{
	const struct image_fit *f = image_section(h, IMAGE_FITS);

	for (uint64_t i = 0; i < h->section[IMAGE_FITS].count; i++, f++) {
		uint64_t end;

		if (!has_scale(h, f->scale) || f->device >= h->devices || (i && !is_behind(f, f - 1)))
			return "ranges are of no device, or not in order";
		if (!f->stages || f->stages >= 1u << RANGES_STAGES || !(f->tolerance > 0) || !isfinite(f->tolerance))
			return "ranges are damaged";
		end = f->first + (uint64_t)__builtin_popcount(f->stages) * features_count(f->scale);
		if (end > h->section[IMAGE_RANGES].count)
			return "ranges are missing";
	}
	return NULL;
}

const char *image_check(const void *bytes, size_t size)
{
	const struct image_header *h = bytes;
	const struct image_scale *s;
	const char *wrong = check_header(h, size);
	uint32_t count, ensembles = 0;

	if (wrong)
		return wrong;
	s = image_section(h, IMAGE_SCALES);
	if (!h->section[IMAGE_SCALES].count || h->section[IMAGE_SCALES].count > FEATURES_SCALES)
		return "no scales, or too many";
	count = (uint32_t)h->section[IMAGE_SCALES].count;
	for (uint32_t i = 0; i < count; i++) {
		wrong = check_scale(h, &s[i], i);
		if (wrong)
			return wrong;
		ensembles += s[i].ensembles;
	}
	if (ensembles != h->section[IMAGE_ENSEMBLES].count)
		return "an ensemble belongs to no scale";
	wrong = check_fits(h);
	return wrong ? wrong : image_check_ensembles(h);
}
