/* SPDX-License-Identifier: BSD-2-Clause */

/* From an imported ensemble to a model file. */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/cleanup.h"
#include "agent/base/json.h"
#include "agent/base/log.h"
#include "agent/model/image.h"
#include "agent/model/import.h"
#include "agent/model/model.h"

static void put_labels(struct json *j, const char *key, char *const *labels, uint32_t count)
{
	json_key(j, key);
	json_begin_array(j);
	for (uint32_t i = 0; i < count; i++) {
		json_begin_object(j);
		json_pair_str(j, "name", labels[i]);
		json_end_object(j);
	}
	json_end_array(j);
}

static void put_devices(struct json *j, const struct import *m, const struct import_names *names)
{
	if (!names->device) {
		put_labels(j, "devices", m->labels, m->label_count);
		return;
	}
	json_key(j, "devices");
	json_begin_array(j);
	json_begin_object(j);
	json_pair_str(j, "name", names->device);
	put_labels(j, "functions", m->labels, m->label_count);
	json_end_object(j);
	json_end_array(j);
}

static void put_scale(struct json *j, enum features_scale scale)
{
	char hash[17];

	snprintf(hash, sizeof(hash), "%016" PRIx64, features_hash(scale));
	json_key(j, "scales");
	json_begin_array(j);
	json_begin_object(j);
	json_pair_str(j, "name", features_scale_name(scale));
	json_pair_u64(j, "version", features_version(scale));
	json_pair_str(j, "hash", hash);
	json_end_object(j);
	json_end_array(j);
}

static int put_card(const struct import *m, const struct import_names *names, struct buffer *card)
{
	const char *slash = strrchr(m->path, '/');
	struct json j = json_init(card);

	json_begin_object(&j);
	json_pair_str(&j, "name", names->name);
	json_pair_str(&j, "version", "1");
	put_scale(&j, m->scale);
	json_key(&j, "training");
	json_begin_object(&j);
	json_pair_str(&j, "method", m->kind);
	json_pair_str(&j, "imported", slash ? slash + 1 : m->path);
	json_pair_u64(&j, "trees", m->ensemble.count);
	json_end_object(&j);
	json_pair_str(&j, "limits", "Imported: how often it is right was not measured here.");
	json_pair_bool(&j, "knows_home", m->scale == FEATURES_PAPER);
	put_devices(&j, m, names);
	json_end_object(&j);
	return card->failed ? -ENOMEM : 0;
}

static int pack(const struct import *m, const struct import_names *names, const char *card, struct buffer *image)
{
	uint32_t count = m->test_count ? m->test_count : IMAGE_TEST_ROWS, classes = m->ensemble.classes;
	size_t width = features_count(m->scale);
	_cleanup_free_ float *rows = calloc(count * width + 1, sizeof(*rows));
	_cleanup_free_ float *outputs = calloc((size_t)count * classes + 1, sizeof(*outputs));
	struct pack_ensemble e = m->ensemble;
	struct pack_model model = { .card = card, .devices = names->device ? 1 : classes, .ensembles = &e, .ensemble_count = 1 };

	if (!rows || !outputs)
		return -ENOMEM;
	e.device = names->device ? 0 : IMAGE_DEVICE_MODEL;
	if (m->test_count) {
		memcpy(rows, m->rows, count * width * sizeof(*rows));
		memcpy(outputs, m->outputs, (size_t)count * classes * sizeof(*outputs));
	} else {
		import_rows(m, count, rows);
		for (uint32_t i = 0; i < count; i++)
			import_expect(&e, rows + i * width, outputs + (size_t)i * classes);
	}
	model.test[m->scale] = (struct pack_test){ count, rows, outputs };
	image->limit = IMAGE_SIZE_MAX;
	return pack_image(&model, image);
}

static int pack_error(const struct import *m, int r)
{
	if (r == -EINVAL)
		return log_error_r(-EBADMSG, "%s: not a whole model: a tree goes round, or out of itself", m->path);
	if (r == -E2BIG)
		return log_error_r(-EOPNOTSUPP, "%s: cannot be imported: a tree of more than 65,000 nodes in a level or %d levels: train "
						"with a lower max_depth",
				   m->path, IMAGE_DEPTH_MAX);
	if (r == -EMSGSIZE)
		return log_error_r(-EOPNOTSUPP, "%s: cannot be imported: it would have more than %u MiB", m->path, IMAGE_SIZE_MAX >> 20);
	return log_errno_r(r, "%s", m->path);
}

int import_image(const struct import *m, const struct import_names *names, struct buffer *image)
{
	_cleanup_(buffer_free) struct buffer card = { 0 };
	_cleanup_(model_close_p) struct model *model = NULL;
	int r = put_card(m, names, &card);

	if (r == 0 && names->device && m->label_count > IMAGE_FUNCTIONS_MAX)
		return log_error_r(-EOPNOTSUPP, "%s: cannot be imported: %u functions, more than %d", m->path, m->label_count,
				   IMAGE_FUNCTIONS_MAX);
	if (r == 0)
		r = pack(m, names, card.data, image);
	if (r < 0)
		return pack_error(m, r);
	return model_open_memory(image->data, image->len, m->path, &model);
}
