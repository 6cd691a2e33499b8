// SPDX-License-Identifier: BSD-2-Clause

#include "tools/train/learnable.h"

#include <errno.h>
#include <stdlib.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"

static void find_seen(const struct dataset *data, uint32_t device, bool *seen)
{
	for (int scale = 0; scale < FEATURES_SCALES; scale++) {
		const struct rows *rows = &data->scale[scale];

		for (size_t i = 0; i < rows->count; i++) {
			const struct sample *s = &rows->samples[i];

			if (!s->holdout && s->device == device && s->function >= 0)
				seen[s->function] = true;
		}
	}
}

/* @to: the new number of each function, or -1. */
static void renumber(struct manifest *m, struct dataset *data, uint32_t device, const int32_t *to)
{
	for (size_t i = 0; i < m->count; i++)
		if (m->rows[i].device == device && m->rows[i].function >= 0)
			m->rows[i].function = to[m->rows[i].function];
	for (int scale = 0; scale < FEATURES_SCALES; scale++) {
		struct rows *rows = &data->scale[scale];

		for (size_t i = 0; i < rows->count; i++)
			if (rows->samples[i].device == device && rows->samples[i].function >= 0)
				rows->samples[i].function = to[rows->samples[i].function];
	}
}

static int keep_seen(struct manifest *m, struct dataset *data, uint32_t device)
{
	struct names *functions = &m->functions[device];
	_cleanup_free_ bool *seen = calloc(functions->count + 1, sizeof(*seen));
	_cleanup_free_ int32_t *to = calloc(functions->count + 1, sizeof(*to));
	uint32_t kept = 0;

	if (!seen || !to)
		return log_errno_r(-ENOMEM, "training");
	find_seen(data, device, seen);
	for (uint32_t f = 0; f < functions->count; f++) {
		to[f] = seen[f] ? (int32_t)kept : -1;
		if (seen[f]) {
			functions->text[kept++] = functions->text[f];
			continue;
		}
		log_warn("%s: nothing to train function \"%s\" of \"%s\" on: none of its trials has packets of the MAC address that is given",
			 m->path, functions->text[f], m->devices.text[device]);
		free(functions->text[f]);
	}
	functions->count = kept;
	renumber(m, data, device, to);
	return 0;
}

int learnable_functions(struct manifest *m, struct dataset *data)
{
	int r = 0;

	for (uint32_t d = 0; r == 0 && d < m->devices.count; d++)
		if (m->functions[d].count)
			r = keep_seen(m, data, d);
	return r;
}
