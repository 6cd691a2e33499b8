// SPDX-License-Identifier: BSD-2-Clause

#include "agent/model/pack.h"

#include <errno.h>
#include <stdlib.h>

#include "agent/base/cleanup.h"
#include "agent/model/pack_internal.h"

void pack_free(struct pack_ensemble *ensemble)
{
	for (uint32_t i = 0; i < ensemble->count; i++)
		free(ensemble->trees[i].nodes);
	free(ensemble->trees);
	free(ensemble->vectors);
	free(ensemble->bases);
	*ensemble = (struct pack_ensemble){ 0 };
}

void pack_begin(struct packer *k, enum image_section_id id)
{
	buffer_append_char(k->out, '\0', -k->out->len % (id == IMAGE_NODES ? 64 : 8));
	k->header.section[id].offset = k->out->len;
}

void pack_end(struct packer *k, enum image_section_id id)
{
	k->header.section[id].count = (k->out->len - k->header.section[id].offset) / image_element_size(id);
}

static void packer_free(struct packer *k)
{
	free(k->leaf_first);
}

/* Which ensembles are of which scale. */
static int find_scales(struct packer *k)
{
	for (uint32_t i = 0; i < k->model->ensemble_count; i++) {
		const struct pack_ensemble *e = &k->model->ensembles[i];
		struct pack_scale *s;

		if ((unsigned int)e->scale >= FEATURES_SCALES || (i && e->scale < e[-1].scale))
			return -EINVAL;
		s = &k->scale[e->scale];
		if (!s->ensembles++)
			s->ensemble_first = i;
	}
	return 0;
}

static uint32_t outputs_of(const struct packer *k, const struct pack_scale *s)
{
	uint32_t outputs = 0;

	for (uint32_t i = 0; i < s->ensembles; i++)
		outputs += k->model->ensembles[s->ensemble_first + i].classes;
	return outputs;
}

static void put_scales(struct packer *k)
{
	uint32_t test = 0;

	pack_begin(k, IMAGE_SCALES);
	for (enum features_scale scale = 0; scale < FEATURES_SCALES; scale++) {
		const struct pack_scale *s = &k->scale[scale];
		uint32_t features = (uint32_t)features_count(scale), rows = k->model->test[scale].count;
		struct image_scale line = { .features_hash = features_hash(scale),
					    .scale = scale,
					    .features_version = features_version(scale),
					    .features = features,
					    .ensemble_first = s->ensemble_first,
					    .ensembles = s->ensembles,
					    .outputs = outputs_of(k, s),
					    .test_rows = rows,
					    .test_first = test,
					    .flags = s->zero_missing ? IMAGE_SCALE_ZERO : 0 };

		if (!s->ensembles)
			continue;
		buffer_append(k->out, &line, sizeof(line));
		test += rows * (features + line.outputs);
	}
	pack_end(k, IMAGE_SCALES);
}

static uint32_t flags_of(const struct pack_ensemble *e)
{
	return (e->link == PACK_MEAN ? IMAGE_MEAN : 0) | (e->link == PACK_SOFTMAX_FLOAT ? IMAGE_FLOAT_SUM : 0) |
	       (e->vectors ? IMAGE_VECTORS : 0);
}

static void put_ensembles(struct packer *k)
{
	uint32_t tree = 0, base = 0;

	pack_begin(k, IMAGE_ENSEMBLES);
	for (uint32_t i = 0; i < k->model->ensemble_count; i++) {
		const struct pack_ensemble *e = &k->model->ensembles[i];
		struct image_ensemble line = { .device = e->device,
					       .classes = e->classes,
					       .flags = flags_of(e),
					       .temperature = e->temperature,
					       .factor = e->factor != 0 ? e->factor : 1,
					       .base_first = base,
					       .tree_first = tree,
					       .trees = e->count,
					       .leaf_first = k->leaf_first[i],
					       .leaves = k->leaf_first[i + 1] - k->leaf_first[i] };

		buffer_append(k->out, &line, sizeof(line));
		tree += e->count;
		base += e->classes;
	}
	pack_end(k, IMAGE_ENSEMBLES);
}

static void put_bases(struct packer *k)
{
	pack_begin(k, IMAGE_BASES);
	for (uint32_t i = 0; i < k->model->ensemble_count; i++) {
		const struct pack_ensemble *e = &k->model->ensembles[i];

		for (uint32_t c = 0; c < e->classes; c++) {
			double base = (double)e->base + (e->bases ? e->bases[c] : 0);

			buffer_append(k->out, &base, sizeof(base));
		}
	}
	pack_end(k, IMAGE_BASES);
}

static size_t ranges_of(const struct image_fit *f)
{
	return (size_t)__builtin_popcount(f->stages) * features_count(f->scale);
}

static void put_fits(struct packer *k)
{
	size_t first = 0;

	pack_begin(k, IMAGE_FITS);
	for (uint32_t i = 0; i < k->model->fit_count; i++) {
		struct image_fit line = k->model->fits[i].fit;

		line.first = (uint32_t)first;
		first += ranges_of(&line);
		buffer_append(k->out, &line, sizeof(line));
	}
	pack_end(k, IMAGE_FITS);
	pack_begin(k, IMAGE_RANGES);
	for (uint32_t i = 0; i < k->model->fit_count; i++) {
		const struct pack_fit *f = &k->model->fits[i];

		buffer_append(k->out, f->ranges, ranges_of(&f->fit) * sizeof(*f->ranges));
	}
	pack_end(k, IMAGE_RANGES);
}

static void put_test(struct packer *k)
{
	pack_begin(k, IMAGE_TEST);
	for (enum features_scale scale = 0; scale < FEATURES_SCALES; scale++) {
		const struct pack_test *test = &k->model->test[scale];
		const struct pack_scale *s = &k->scale[scale];

		if (!s->ensembles)
			continue;
		buffer_append(k->out, test->rows, test->count * features_count(scale) * sizeof(float));
		buffer_append(k->out, test->outputs, (size_t)test->count * outputs_of(k, s) * sizeof(float));
	}
	pack_end(k, IMAGE_TEST);
}

static void put_header(struct packer *k)
{
	k->header.size = k->out->len;
	memcpy(k->out->data, &k->header, sizeof(k->header));
	k->header.checksum = image_checksum(k->out->data, k->out->len);
	memcpy(k->out->data, &k->header, sizeof(k->header));
}

static int put_all(struct packer *k)
{
	int r;

	buffer_append(k->out, &k->header, sizeof(k->header));
	pack_begin(k, IMAGE_CARD);
	buffer_append_str(k->out, k->model->card);
	pack_end(k, IMAGE_CARD);
	r = pack_trees(k);
	if (r < 0)
		return k->out->failed ? -EMSGSIZE : r;
	put_scales(k);
	put_ensembles(k);
	put_bases(k);
	put_fits(k);
	put_test(k);
	if (k->out->failed)
		return -EMSGSIZE;
	put_header(k);
	return 0;
}

int pack_image(const struct pack_model *model, struct buffer *out)
{
	_cleanup_(packer_free) struct packer k = { .model = model, .out = out };
	int r;

	k.header = (struct image_header){ .magic = IMAGE_MAGIC, .version = IMAGE_VERSION, .devices = model->devices };
	k.leaf_first = calloc((size_t)model->ensemble_count + 1, sizeof(*k.leaf_first));
	r = k.leaf_first ? find_scales(&k) : -ENOMEM;
	return r == 0 ? put_all(&k) : r;
}
