// SPDX-License-Identifier: BSD-2-Clause

#include "agent/identify/shape.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LIKENESS_SHARE 0.5f /* of the probability that 98 % of a type's right rows exceed: a mean over rows is to reach so much */

static uint32_t family_of(const struct model *model, uint32_t type)
{
	const char *name = model_family(model, type);

	for (uint32_t t = 0; *name && t < type; t++) {
		if (!strcmp(model_family(model, t), name))
			return t;
	}
	return type;
}

/* A function is over long before there is a rhythm. */
static void find_scales(struct shape *s)
{
	for (uint32_t scale = 0; scale < FEATURES_SCALES; scale++) {
		if (model_has_scale(s->model, scale))
			s->type_scales |= 1u << scale;
		for (uint32_t t = 0; t < s->types; t++) {
			if (scale != FEATURES_RHYTHM && model_has_functions(s->model, scale, t))
				s->function_scales |= 1u << scale;
		}
		s->type_weight[scale] = model_scale_weight(s->model, scale, false);
		s->function_weight[scale] = model_scale_weight(s->model, scale, true);
	}
}

/* The card's threshold, unless right rows of the type itself are often as improbable: where others are much like it. */
static float least_likeness(const struct model *model, uint32_t type)
{
	float all = model_unknown_threshold(model), own = LIKENESS_SHARE * model_device_threshold(model, type);

	return all <= 0 || (own > 0 && own < all) ? own : all;
}

int shape_new(struct shape *s, const struct model *model)
{
	uint32_t longest = 0;

	*s = (struct shape){ .model = model, .types = model ? (uint32_t)model_devices(model) : 0 };
	s->first = calloc((size_t)s->types + 1, sizeof(*s->first));
	s->family = calloc((size_t)s->types + 1, sizeof(*s->family));
	s->unknown = calloc((size_t)s->types + 1, sizeof(*s->unknown));
	s->alike = calloc((size_t)s->types + 1, sizeof(*s->alike));
	s->fit = calloc((size_t)s->types + 1, sizeof(*s->fit));
	s->fitting = calloc((size_t)s->types + 1, sizeof(*s->fitting));
	s->like = calloc((size_t)s->types + 1, sizeof(*s->like));
	if (!s->first || !s->family || !s->unknown || !s->alike || !s->fit || !s->fitting || !s->like)
		return -ENOMEM;
	for (uint32_t t = 0; t < s->types; t++) {
		uint32_t n = (uint32_t)model_functions(model, t);

		s->first[t + 1] = s->first[t] + n;
		s->family[t] = family_of(model, t);
		s->unknown[t] = least_likeness(model, t);
		s->alike[t] = s->unknown[t] < model_unknown_threshold(model);
		longest = n > longest ? n : longest;
	}
	s->functions = s->first[s->types];
	s->p = calloc((size_t)(s->types > longest ? s->types : longest) + 1, sizeof(*s->p));
	if (!model)
		return s->p ? 0 : -ENOMEM;
	find_scales(s);
	s->type_temperature = model_temperature(model, false);
	s->function_temperature = model_temperature(model, true);
	return s->p ? 0 : -ENOMEM;
}

void shape_free(struct shape *s)
{
	free(s->first);
	free(s->family);
	free(s->unknown);
	free(s->alike);
	free(s->fit);
	free(s->fitting);
	free(s->like);
	free(s->p);
	*s = (struct shape){ 0 };
}

uint32_t shape_type(const struct shape *s, const char *name)
{
	for (uint32_t t = 0; t < s->types; t++) {
		if (!strcmp(model_device_name(s->model, t), name))
			return t;
	}
	return SHAPE_NONE;
}

const char *shape_family_name(const struct shape *s, uint32_t type)
{
	for (uint32_t t = 0; t < s->types; t++) {
		if (t != type && s->family[t] == s->family[type])
			return model_family(s->model, type);
	}
	return NULL;
}
