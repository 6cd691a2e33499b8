/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Any bytes as a model of another library: refused, or imported into an image that opens and answers; behind a form
 * feed, rows and what the library says of them.
 */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/model/image.h"
#include "agent/model/import.h"
#include "agent/model/model.h"
#include "tests/fuzz/fuzz.h"

/* Class names as `iotbpf model import --labels` sets them. */
static int label(struct import *m)
{
	static const char digits[] = "0123456789abcdef";

	if (m->labels)
		return 0;
	m->labels = calloc(m->ensemble.classes, sizeof(*m->labels));
	for (; m->labels && m->label_count < m->ensemble.classes; m->label_count++) {
		uint32_t i = m->label_count;
		const char name[] = { digits[i >> 8 & 15], digits[i >> 4 & 15], digits[i & 15], '\0' };

		m->labels[i] = strdup(name);
		if (!m->labels[i])
			return -1;
	}
	return m->labels ? 0 : -1;
}

static void ask_import(const struct buffer *image, const struct import *m)
{
	float row[FEATURES_MAX], p[IMAGE_DEVICES_MAX], expected[IMAGE_DEVICES_MAX];
	struct model *model;

	if (model_open_memory(image->data, image->len, "fuzz", &model) < 0)
		abort();
	import_rows(m, 1, row);
	model_device(model, m->scale, row, p);
	import_expect(&m->ensemble, row, expected);
	for (uint32_t c = 0; c < m->ensemble.classes; c++)
		if (!(fabsf(p[c] - expected[c]) <= 1e-4f))
			abort();
	model_close(model);
}

int fuzz_import(const uint8_t *data, size_t size)
{
	const uint8_t *rows = memchr(data, '\f', size);
	size_t n = rows ? (size_t)(rows - data) : size;
	struct import_names names = { .name = "fuzz" };
	struct buffer image = { 0 };
	struct import m;
	float worst;

	if (import_read("fuzz", data, n, FEATURES_WINDOW, &m) == 0 && label(&m) == 0 &&
	    import_image(&m, &names, &image) == 0) {
		ask_import(&image, &m);
		if (rows)
			import_check(&m, "rows", (const char *)rows + 1, size - n - 1, &worst);
		/* The same as one device's functions. */
		names.device = "device";
		buffer_reset(&image);
		import_image(&m, &names, &image);
	}
	buffer_free(&image);
	import_free(&m);
	return 0;
}
