// SPDX-License-Identifier: BSD-2-Clause

#include "agent/identify/fusion.h"

#include <math.h>
#include <string.h>

uint32_t fusion_place(struct fusion *f, uint32_t scales, uint32_t classes, float *room, float fade)
{
	uint32_t used = 0;

	*f = (struct fusion){ .fade = fade };
	for (uint32_t s = 0; s < FEATURES_SCALES; s++) {
		if (!(scales & 1u << s))
			continue;
		f->sum[s] = room + used;
		used += classes;
	}
	fusion_clear(f, classes);
	return used;
}

void fusion_forget(struct fusion *f, enum features_scale scale, uint32_t classes)
{
	f->weight[scale] = 0;
	if (f->sum[scale])
		memset(f->sum[scale], 0, classes * sizeof(float));
}

void fusion_clear(struct fusion *f, uint32_t classes)
{
	for (uint32_t s = 0; s < FEATURES_SCALES; s++)
		fusion_forget(f, s, classes);
}

static float log_p(float p)
{
	return logf(fmaxf(p, FUSION_FLOOR));
}

void fusion_add(struct fusion *f, enum features_scale scale, const float *p, uint32_t classes, float share)
{
	float *sum = f->sum[scale], keep;

	if (!sum)
		return;
	keep = powf(f->fade, share);
	for (uint32_t c = 0; c < classes; c++)
		sum[c] = sum[c] * keep + share * log_p(p[c]);
	f->weight[scale] = f->weight[scale] * keep + share;
}

void fusion_replace(struct fusion *f, enum features_scale scale, const float *p, uint32_t classes)
{
	float *sum = f->sum[scale];

	if (!sum)
		return;
	for (uint32_t c = 0; c < classes; c++)
		sum[c] = log_p(p[c]);
	f->weight[scale] = 1;
}

void fusion_fade(struct fusion *f, enum features_scale scale, uint32_t classes, float share)
{
	float *sum = f->sum[scale], keep;

	if (!sum)
		return;
	keep = powf(f->fade, share);
	for (uint32_t c = 0; c < classes; c++)
		sum[c] *= keep;
	f->weight[scale] *= keep;
}

float fusion_weight(const struct fusion *f)
{
	float all = 0;

	for (uint32_t s = 0; s < FEATURES_SCALES; s++)
		all += f->weight[s];
	return all;
}

static bool speaks(const struct fusion *f, const float *weights, uint32_t scale)
{
	return f->sum[scale] && f->weight[scale] > 0 && weights[scale] > 0;
}

/* Weighted sum of log P of one class; false where nothing speaks. */
static bool total(const struct fusion *f, const float *weights, uint32_t class, float *sum, float *weight)
{
	*sum = *weight = 0;
	for (uint32_t s = 0; s < FEATURES_SCALES; s++) {
		if (!speaks(f, weights, s))
			continue;
		*sum += weights[s] * f->sum[s][class];
		*weight += weights[s] * f->weight[s];
	}
	return *weight > 0;
}

#define DIVISOR_MIN 0.1f

static float divisor(float temperature, float rows)
{
	float excess = fmaxf(rows - 1, 0) / (FUSION_REFERENCE - 1);

	return fmaxf(1 + (temperature - 1) * excess, DIVISOR_MIN);
}

bool fusion_result(const struct fusion *f, const float weights[FEATURES_SCALES], float temperature, uint32_t classes, float *p)
{
	float top = -INFINITY, all = 0, sum, weight, by;

	if (!classes || !total(f, weights, 0, &sum, &weight))
		return false;
	by = divisor(temperature, weight);
	for (uint32_t c = 0; c < classes; c++) {
		total(f, weights, c, &sum, &weight);
		p[c] = sum / by;
		top = fmaxf(top, p[c]);
	}
	for (uint32_t c = 0; c < classes; c++)
		all += p[c] = expf(p[c] - top);
	for (uint32_t c = 0; c < classes; c++)
		p[c] /= all;
	return true;
}

float fusion_likeness(const struct fusion *f, const float weights[FEATURES_SCALES], uint32_t class)
{
	float sum, weight;

	return total(f, weights, class, &sum, &weight) ? expf(sum / weight) : 0;
}

float fusion_fit(const struct fusion *f, float session, uint32_t class)
{
	const float weights[FEATURES_SCALES] = { [FEATURES_WINDOW] = 1, [FEATURES_SESSION] = session };
	float sum, weight;

	return total(f, weights, class, &sum, &weight) ? expf(sum / weight) : 1;
}

uint32_t fusion_fit_scales(void)
{
	return 1u << FEATURES_WINDOW | 1u << FEATURES_SESSION;
}

int fusion_decider(const struct fusion *f, const float weights[FEATURES_SCALES], int best, int second)
{
	float most = -INFINITY;
	int decider = FUSION_NONE;

	for (uint32_t s = 0; s < FEATURES_SCALES; s++) {
		float margin;

		if (!speaks(f, weights, s))
			continue;
		margin = f->sum[s][best] - (second == FUSION_NONE ? 0 : f->sum[s][second]);
		if (weights[s] * margin <= most)
			continue;
		most = weights[s] * margin;
		decider = (int)s;
	}
	return decider;
}
