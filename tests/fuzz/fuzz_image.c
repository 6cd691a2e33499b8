/* SPDX-License-Identifier: BSD-2-Clause */

/* Any bytes as a model file, its checksum made right: refused, or evaluated in bounds. */

#include <stdlib.h>
#include <string.h>

#include "agent/model/image.h"
#include "agent/model/model.h"
#include "tests/fuzz/fuzz.h"

static void ask_image(const struct model *model)
{
	float row[FEATURES_MAX], p[IMAGE_DEVICES_MAX] = { 0 }, fit[IMAGE_DEVICES_MAX];
	struct model_row ranked;

	for (size_t i = 0; i < FEATURES_MAX; i++)
		row[i] = (float)(i % 7) - 3;
	for (enum features_scale s = 0; s < FEATURES_SCALES; s++) {
		model_rank(model, s, row, &ranked);
		if (model_device_ranked(model, &ranked, p) >= (int)model_devices(model))
			abort();
		model_fit(model, s, row, 20 * ((uint32_t)s + 1), true, s & 1 ? p : NULL, fit);
		for (size_t d = 0; d < model_devices(model); d++)
			if (model_function_ranked(model, &ranked, d, p) >= (int)model_functions(model, d))
				abort();
	}
}

int fuzz_image(const uint8_t *data, size_t size)
{
	struct image_header *h = malloc(size ? size : 1); /* aligned, and a sanitizer sees its end */
	struct model *model;

	if (!h)
		return 0;
	memcpy(h, data, size);
	if (size >= sizeof(*h)) {
		h->size = size;
		h->checksum = image_checksum(h, size);
	}
	if (model_open_memory(h, size, "fuzz", &model) == 0) {
		ask_image(model);
		model_close(model);
	}
	free(h);
	return 0;
}
