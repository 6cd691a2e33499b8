/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_IDENTIFY_SHAPE_H
#define AGENT_IDENTIFY_SHAPE_H

/* What decisions need of a model, laid out once: which scales speak and how loudly, functions by type, families. */

#include <stdbool.h>
#include <stdint.h>

#include "agent/features/features.h"
#include "agent/model/model.h"

#define SHAPE_NONE UINT32_MAX

struct shape {
	const struct model *model; /* NULL: nothing is known, only the owner's word counts */
	uint32_t types;
	uint32_t functions;	   /* of all types together */
	uint32_t *first;	   /* [types + 1] type t's functions are first[t] .. first[t + 1] - 1 of them */
	uint32_t *family;	   /* [types] the first type of the same family; itself where it has none */
	uint32_t type_scales, function_scales; /* bits 1 << scale: there is an ensemble of types, of any type's functions */
	float type_weight[FEATURES_SCALES], function_weight[FEATURES_SCALES];
	float type_temperature, function_temperature;
	float *unknown;		   /* [types] likeness below which a device that is most like the type is like none */
	bool *alike;		   /* [types] others are so much like it that this is less than the model's threshold */
	float *p;		   /* scratch: [max(types, longest list of functions)] */
	float *fit;		   /* scratch: [types] */
	float *fitting;		   /* scratch: [types] */
	float *like;		   /* scratch: [types] */
};

/** shape_new - 0 or -ENOMEM; shape_free() in either case. @model may be NULL */
int shape_new(struct shape *shape, const struct model *model);
void shape_free(struct shape *shape);

/** shape_has - is there an ensemble of types, or of functions, at @scale? */
static inline bool shape_has(const struct shape *s, enum features_scale scale)
{
	return (s->type_scales | s->function_scales) & 1u << scale;
}

/** shape_type - number of the type of that name, SHAPE_NONE where the model has none */
uint32_t shape_type(const struct shape *shape, const char *name);

/** shape_functions - how many functions of @type the model knows */
static inline uint32_t shape_functions(const struct shape *s, uint32_t type)
{
	return s->first[type + 1] - s->first[type];
}

/** shape_family_name - name of the family that @type shares with another type of the model, NULL where it shares none */
const char *shape_family_name(const struct shape *shape, uint32_t type);

#endif
