// SPDX-License-Identifier: BSD-2-Clause

#include "agent/model/ranges.h"

#include <math.h>

#include "agent/features/features.h"

#define SCALED_MAX 31.9f /* of a scaled value, either way: what a range has room for */
#define MARGIN_SHARE 0.5f /* of a range's width: so far outside is as good as inside, */
#define MARGIN 0.1f	  /* and so far more, a tenth of the value, */
#define FAR 0.5f	  /* and so far beyond that counts whole */
#define PATIENT_STAGE 3	  /* up to 30 packets more can be waited for; later, or of what is whole, a row may be */
#define LENIENT 2	  /* so many times as strange, where it is of a session: of windows there are many */
#define STEEP 16	  /* there a row fits by half; the power by which it fits less beyond, */
#define ENOUGH 3	  /* so many times as far as nothing is left of it: nobody need look on */

/* First packets of stages 1 and on, and the end of the last one (a session is described up to 1,000). */
static const uint32_t stage_begin[RANGES_STAGES] = { RANGES_PACKETS, 20, 30, 50, 85, 150, 300, 1000 };

uint32_t ranges_stage(uint32_t packets)
{
	uint32_t stage = 0;

	while (stage < RANGES_STAGES - 1 && packets >= stage_begin[stage])
		stage++;
	return stage;
}

void ranges_scale(const float *row, size_t count, float *scaled)
{
	for (size_t i = 0; i < count; i++)
		scaled[i] = isnan(row[i]) ? NAN : copysignf(fminf(log1pf(fabsf(row[i])), SCALED_MAX), row[i]);
}

struct image_range ranges_make(float low, float high, bool missing)
{
	int first = (int)floorf(low * IMAGE_RANGE_STEPS), last = (int)ceilf(high * IMAGE_RANGE_STEPS);
	unsigned int span = (unsigned int)(last - first);

	return (struct image_range){ .low = (int16_t)first,
				     .span = (uint16_t)((span < IMAGE_RANGE_MISSING ? span : IMAGE_RANGE_MISSING - 1) |
							(missing ? IMAGE_RANGE_MISSING : 0)) };
}

static float strangeness(const struct image_range *r, float x, float slack)
{
	float low = (float)r->low / IMAGE_RANGE_STEPS, width = (float)(r->span & (IMAGE_RANGE_MISSING - 1)) / IMAGE_RANGE_STEPS;
	float beyond, above;

	if (r->low == IMAGE_RANGE_ANY)
		return 0;
	if (isnan(x))
		return r->low != IMAGE_RANGE_NEVER && !(r->span & IMAGE_RANGE_MISSING);
	if (r->low == IMAGE_RANGE_NEVER)
		return 1;
	above = x - low - width - slack;
	beyond = (low - x > above ? low - x : above) - MARGIN_SHARE * width - MARGIN;
	return beyond <= 0 ? 0 : beyond < FAR ? beyond / FAR : 1;
}

float ranges_strangeness(const struct image_range *ranges, const float *scaled, size_t count, float slack, float enough)
{
	const float most = enough * (float)count;
	float sum = 0;

	for (size_t i = 0; i < count && sum <= most; i++)
		sum += strangeness(&ranges[i], scaled[i], slack);
	return sum / (float)count;
}

/* The covered stage that is nearest to one, rather a lower one. */
static uint32_t nearest(uint32_t stages, uint32_t stage)
{
	uint32_t up_to = stages & ((2u << stage) - 1);

	return up_to ? 31 - (uint32_t)__builtin_clz(up_to) : (uint32_t)__builtin_ctz(stages);
}

static bool is_lenient(const struct image_fit *fit, uint32_t stage, bool whole)
{
	return fit->scale == FEATURES_SESSION && (whole || stage >= PATIENT_STAGE);
}

float ranges_fit(const struct image_fit *fit, const struct image_range *ranges, const float *scaled, size_t count, uint32_t packets,
		 bool whole)
{
	uint32_t stage = ranges_stage(packets), used = nearest(fit->stages, stage);
	uint32_t place = (uint32_t)__builtin_popcount(fit->stages & ((1u << used) - 1));
	float slack = used < stage ? logf((float)packets / (float)stage_begin[used]) : 0, tolerance, by;

	if (!stage && !whole)
		return 0;
	tolerance = fit->tolerance * (is_lenient(fit, stage, whole) ? LENIENT : 1);
	by = ranges_strangeness(ranges + place * count, scaled, count, slack, ENOUGH * tolerance) / tolerance;
	return RANGES_LEAST_FIT + (1 - RANGES_LEAST_FIT) / (1 + powf(by, STEEP));
}
