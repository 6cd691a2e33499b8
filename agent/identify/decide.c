// SPDX-License-Identifier: BSD-2-Clause

#include "agent/identify/decide.h"

#include <math.h>
#include <string.h>

#define TYPE_P 0.5f   /* P below which nobody is named */
#define CLEAR 0.95f   /* share of a family's probability from which on it is one member's alone */
#define FIT_MIN 0.42f /* of how well rows fit the best type: below, it is none of them, however little that type is like itself */

/* Best and second of p[n]. */
static void best_two(const float *p, uint32_t n, int *best, int *second)
{
	*best = *second = IDENTIFY_NONE;
	for (uint32_t i = 0; i < n; i++) {
		if (*best == IDENTIFY_NONE || p[i] > p[*best]) {
			*second = *best;
			*best = (int)i;
		} else if (*second == IDENTIFY_NONE || p[i] > p[*second]) {
			*second = (int)i;
		}
	}
}

static float family_p(const struct shape *s, const struct evidence *e, int type)
{
	float sum = 0;

	for (uint32_t t = 0; t < s->types; t++) {
		if (s->family[t] == s->family[type])
			sum += e->type_p[t];
	}
	return fminf(sum, 1);
}

/* The most probable type outside the family of @type. */
static int outsider(const struct shape *s, const struct evidence *e, int type)
{
	int best = IDENTIFY_NONE;

	for (uint32_t t = 0; t < s->types; t++) {
		if (s->family[t] != s->family[type] && (best == IDENTIFY_NONE || e->type_p[t] > e->type_p[best]))
			best = (int)t;
	}
	return best;
}

static void set_runner_up(const struct shape *s, const struct evidence *e, int type, struct verdict *v)
{
	v->runner_up = type;
	v->runner_up_label = type == IDENTIFY_NONE ? NULL : model_device_name(s->model, (size_t)type);
	v->runner_up_p = type == IDENTIFY_NONE ? 0 : e->type_p[type];
}

static void say_unknown(const struct shape *s, const struct evidence *e, float like, struct verdict *v)
{
	set_runner_up(s, e, v->type, v);
	v->kind = VERDICT_UNKNOWN;
	v->type = IDENTIFY_NONE;
	v->label = "unknown";
	v->p = 1 - like;
}

static void say_family(const struct shape *s, const struct evidence *e, float p, struct verdict *v)
{
	set_runner_up(s, e, outsider(s, e, v->type), v);
	v->kind = VERDICT_FAMILY;
	v->label = shape_family_name(s, (uint32_t)v->type);
	v->p = p;
}

static void say_type(const struct shape *s, const struct evidence *e, int second, struct verdict *v)
{
	set_runner_up(s, e, second, v);
	v->kind = VERDICT_TYPE;
	v->label = model_device_name(s->model, (size_t)v->type);
	v->p = e->type_p[v->type];
}

/* The most probable type of the most probable family; most types are a family of their own. */
static int likeliest(const struct shape *s, const struct evidence *e)
{
	int best = 0;

	for (int t = 1; t < (int)s->types; t++) {
		float p = family_p(s, e, t), most = family_p(s, e, best);

		if (s->family[t] == s->family[best] ? e->type_p[t] > e->type_p[best] : p > most)
			best = t;
	}
	return best;
}

void decide_finally(const struct shape *s, const struct evidence *e, struct verdict *v)
{
	float all;

	decide_type(s, e, v);
	if (v->kind != VERDICT_NONE || v->runner_up == IDENTIFY_NONE)
		return;
	v->type = likeliest(s, e);
	all = family_p(s, e, v->type);
	if (e->type_p[v->type] < CLEAR * all)
		say_family(s, e, all, v);
	else
		say_type(s, e, outsider(s, e, v->type), v);
}

/* How well rows fit a type: of late, or always. A beginning that was unlike it weighs more there, and one that was like it does not. */
static float fit_of(const struct evidence *e, uint32_t type)
{
	float ever = fminf(fusion_fit(&e->fit_ever, FUSION_SESSION_WINDOWS, type), fusion_fit(&e->fit_ever, FUSION_SESSION_EVER, type));

	return fmaxf(fusion_fit(&e->fit, FUSION_SESSION_WINDOWS, type), ever);
}

/* How like a type the device is by trees and ranges, to be compared with the least that the type takes: it falls short of it by what either does. */
static float likeness(const struct shape *s, const struct evidence *e, uint32_t type)
{
	float fit = fit_of(e, type);

	return fminf(fusion_likeness(&e->like, s->type_weight, type) * fit, fit < FIT_MIN ? s->unknown[type] * fit / FIT_MIN : 1);
}

void decide_type(const struct shape *s, const struct evidence *e, struct verdict *v)
{
	int best, second;
	float all, like;

	*v = VERDICT_NOTHING;
	v->packets = e->packets;
	v->windows = e->windows;
	v->bursts = e->bursts_seen;
	if (!e->answers || !s->types)
		return;
	best_two(e->type_p, s->types, &best, &second);
	v->type = best;
	v->decided_by = fusion_decider(&e->type, s->type_weight, best, second);
	all = family_p(s, e, best);
	like = likeness(s, e, (uint32_t)best);
	if (like < s->unknown[best])
		return say_unknown(s, e, like, v);
	if (shape_family_name(s, (uint32_t)best) && e->type_p[best] < CLEAR * all && all >= TYPE_P)
		return say_family(s, e, all, v);
	if (e->type_p[best] >= TYPE_P)
		return say_type(s, e, second, v);
	set_runner_up(s, e, best, v);
	v->type = IDENTIFY_NONE;
}

static void set_pair(const struct shape *s, const struct evidence *e, uint32_t type, float p_type, const float *p, struct verdict *v)
{
	int top, second;

	best_two(p, shape_functions(s, type), &top, &second);
	if (v->function != IDENTIFY_NONE && p_type * p[top] <= v->product)
		return;
	v->type = (int)type;
	v->p = p_type;
	v->function = top;
	v->function_label = model_function_name(s->model, type, (size_t)top);
	v->p_function = p[top];
	v->product = p_type * p[top];
	v->function_runner_up = second == IDENTIFY_NONE ? NULL : model_function_name(s->model, type, (size_t)second);
	v->function_runner_up_p = second == IDENTIFY_NONE ? 0 : p[second];
	v->function_decided_by = fusion_decider(&e->function[type], s->function_weight, top, second);
	v->begin_ms = e->begin_ms;
}

void decide_function(const struct shape *s, const struct evidence *e, bool whole, bool certain, float *p, struct verdict *pair)
{
	*pair = VERDICT_NOTHING;
	for (uint32_t t = 0; t < s->types; t++) {
		float p_type = certain ? t == e->favourite : e->type_p[t];

		if (!shape_functions(s, t) || p_type < EVIDENCE_PLAUSIBLE)
			continue;
		if (evidence_functions(s, e, t, whole, p))
			set_pair(s, e, t, p_type, p, pair);
	}
}

bool decide_covers(const struct shape *s, const struct verdict *v, int type)
{
	if (v->type == IDENTIFY_NONE || type == IDENTIFY_NONE)
		return false;
	return v->kind == VERDICT_FAMILY ? s->family[v->type] == s->family[type] : v->type == type;
}

bool decide_same(const struct shape *s, const struct verdict *a, const struct verdict *b)
{
	if (a->kind != b->kind)
		return false;
	return a->kind <= VERDICT_UNKNOWN || decide_covers(s, a, b->type);
}

bool decide_is_rest(const struct verdict *v)
{
	return v->function_label && !strcmp(v->function_label, DECIDE_REST);
}
