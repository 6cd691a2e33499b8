// SPDX-License-Identifier: BSD-2-Clause

#include "agent/identify/identify.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TYPE_P 0.5f		/* P(type) below which nobody is named */
#define TYPE_SURE 0.9f		/* settled by one decision */
#define TYPE_AGREE 2		/* decisions in a row that settle a type */
#define TYPE_CHANGE 4		/* and that change a settled one */
#define FUNCTION_P 0.5f
#define FUNCTION_AGREE 2	/* decisions in a row that start a function */
#define LIKENESS_SHARE 0.5f	/* of the model's threshold for a single right window, for the mean over windows */

/* Labels that the owner gave; "": none. */
struct owner {
	char type[IDENTIFY_NAME], function[IDENTIFY_NAME];
};

struct suspect {
	struct evidence *evidence;
	struct owner *owner;
	struct verdict settled;
	int candidate, candidate_function;
	uint32_t agreed, function_agreed;
	uint32_t decided_windows; /* evidence at the last decision: no new window, nothing new to agree */
};

struct identify {
	struct evidence_shape shape;
	uint32_t slots;
	struct suspect *suspects;
	float *p, *pf; /* [types], [functions] */
};

static const struct verdict NOTHING = {
	.type = IDENTIFY_NONE, .runner_up = IDENTIFY_NONE, .function = IDENTIFY_NONE, .function_runner_up = IDENTIFY_NONE};

struct identify *identify_new(const struct model *model, uint32_t slots)
{
	_cleanup_(identify_free_p) struct identify *id = calloc(1, sizeof(*id));

	if (!id || evidence_shape_new(&id->shape, model) < 0)
		return NULL;
	id->slots = slots;
	id->suspects = calloc(slots, sizeof(*id->suspects));
	id->p = calloc((size_t)id->shape.types + id->shape.functions, sizeof(*id->p));
	if (!id->suspects || !id->p)
		return NULL;
	id->pf = id->p + id->shape.types;
	return TAKE_PTR(id);
}

void identify_free(struct identify *id)
{
	for (uint32_t i = 0; id->suspects && i < id->slots; i++)
		identify_forget(id, i);
	free(id->suspects);
	free(id->p);
	evidence_shape_free(&id->shape);
	free(id);
}

int identify_packets(struct identify *id, uint32_t device, const struct iot_packet *packets, uint32_t n)
{
	struct suspect *s = &id->suspects[device];

	if (!s->evidence) {
		s->evidence = evidence_new(&id->shape);
		if (!s->evidence)
			return -ENOMEM;
		s->settled = NOTHING;
		s->candidate = s->candidate_function = IDENTIFY_NONE;
	}
	evidence_packets(&id->shape, s->evidence, packets, n);
	return 0;
}

void identify_forget(struct identify *id, uint32_t device)
{
	evidence_free(id->suspects[device].evidence);
	free(id->suspects[device].owner);
	id->suspects[device] = (struct suspect){0};
}

static bool is_label(const char *text)
{
	return *text && strlen(text) < IDENTIFY_NAME;
}

int identify_set_owner(struct identify *id, uint32_t device, const char *type, const char *function)
{
	struct suspect *s = &id->suspects[device];

	if (!type) {
		free(s->owner);
		s->owner = NULL;
		return 0;
	}
	if (!is_label(type) || (function && !is_label(function)))
		return -EINVAL;
	if (!s->owner && !(s->owner = calloc(1, sizeof(*s->owner))))
		return -ENOMEM;
	strcpy(s->owner->type, type);
	strcpy(s->owner->function, function ? function : "");
	return 0;
}

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

/* Does the evidence look like this type at all, or is the type only the least unlikely one? */
static bool looks_like(const struct identify *id, const struct evidence *e, int type)
{
	float threshold = model_device_threshold(id->shape.model, (size_t)type);

	return evidence_likeness(e, (uint32_t)type) >= LIKENESS_SHARE * threshold;
}

/* Stage one: the type, unknown where nothing fits. */
static void decide_type(struct identify *id, const struct evidence *e, struct verdict *v)
{
	if (!evidence_types(&id->shape, e, id->p))
		return;
	v->windows = e->windows;
	best_two(id->p, id->shape.types, &v->type, &v->runner_up);
	v->p = id->p[v->type];
	v->runner_up_p = v->runner_up == IDENTIFY_NONE ? 0 : id->p[v->runner_up];
	if (v->p >= TYPE_P && looks_like(id, e, v->type))
		return;
	v->runner_up = v->type;
	v->runner_up_p = v->p;
	v->type = IDENTIFY_NONE;
}

/* Stage two and the product rule: over every plausible type, the function with the largest P(type) P(function | type). */
static void decide_function(const struct identify *id, const float *functions, struct verdict *v)
{
	float best = 0;

	for (uint32_t t = 0; t < id->shape.types; t++) {
		const float *p = functions + id->shape.first[t];
		uint32_t n = id->shape.first[t + 1] - id->shape.first[t];
		int top, second;

		if (!n || id->p[t] < EVIDENCE_PLAUSIBLE)
			continue;
		best_two(p, n, &top, &second);
		if (id->p[t] * p[top] <= best)
			continue;
		best = id->p[t] * p[top];
		v->type = (int)t;
		v->p = id->p[t];
		v->function = top;
		v->p_function = p[top];
		v->product = best;
		v->function_runner_up = second;
		v->function_runner_up_p = second == IDENTIFY_NONE ? 0 : p[second];
	}
}

static bool is_idle(const struct evidence *e, uint32_t now_ms)
{
	int32_t silent = (int32_t)(now_ms - e->data_ms);

	return !e->has_data || silent > EVIDENCE_IDLE_MS;
}

/* A decision counts towards agreement only if there is evidence that the last one had not. */
static bool settle_type(struct suspect *s, const struct verdict *now)
{
	if (now->type == IDENTIFY_NONE || now->type == s->settled.type) {
		s->agreed = 0;
		return false;
	}
	s->agreed = now->type == s->candidate ? s->agreed + 1 : 1;
	s->candidate = now->type;
	if (s->settled.type != IDENTIFY_NONE)
		return s->agreed >= TYPE_CHANGE;
	return s->agreed >= TYPE_AGREE || (now->p >= TYPE_SURE && now->windows > 1);
}

static uint32_t stop_function(struct suspect *s)
{
	if (s->settled.function == IDENTIFY_NONE)
		return 0;
	s->settled.function = IDENTIFY_NONE;
	s->function_agreed = 0;
	return IDENTIFY_FUNCTION_STOP;
}

static void copy_function(struct verdict *to, const struct verdict *from)
{
	to->function = from->function;
	to->p_function = from->p_function;
	to->product = from->product;
	to->function_runner_up = from->function_runner_up;
	to->function_runner_up_p = from->function_runner_up_p;
}

/* Labelled captures have idle time too; a model made of them knows it as one more function. */
static bool is_rest(const struct identify *id, const struct verdict *v)
{
	return !strcmp(model_function_name(id->shape.model, (size_t)v->type, (size_t)v->function), "idle");
}

/* Only a function of the settled type is told; it must come up twice, unless it is beyond doubt. */
static uint32_t settle_function(const struct identify *id, struct suspect *s, const struct verdict *now)
{
	uint32_t changed;

	if (now->function == IDENTIFY_NONE || now->type != s->settled.type || now->p_function < FUNCTION_P)
		return 0;
	s->function_agreed = now->function == s->candidate_function ? s->function_agreed + 1 : 1;
	s->candidate_function = now->function;
	if (now->function == s->settled.function) {
		copy_function(&s->settled, now);
		return 0;
	}
	if (s->function_agreed < FUNCTION_AGREE && now->p_function < TYPE_SURE)
		return 0;
	changed = stop_function(s);
	if (is_rest(id, now))
		return changed;
	copy_function(&s->settled, now);
	return changed | IDENTIFY_FUNCTION_START;
}

uint32_t identify_update(struct identify *id, uint32_t device, uint32_t now_ms, struct verdict *verdict, struct verdict *previous)
{
	struct suspect *s = &id->suspects[device];
	struct verdict now = NOTHING;
	uint32_t changed = 0;

	*verdict = *previous = NOTHING;
	if (!s->evidence)
		return 0;
	*previous = s->settled;
	if (is_idle(s->evidence, now_ms)) {
		evidence_flush(&id->shape, s->evidence);
		changed |= stop_function(s);
	}
	if (s->evidence->windows != s->decided_windows) {
		s->decided_windows = s->evidence->windows;
		decide_type(id, s->evidence, &now);
		if (settle_type(s, &now)) {
			changed |= IDENTIFY_TYPE | stop_function(s);
			s->settled = now;
			s->settled.function = IDENTIFY_NONE;
		} else if (now.type == s->settled.type) {
			s->settled.p = now.p;
			s->settled.windows = now.windows;
		}
		if (now.type != IDENTIFY_NONE && !is_idle(s->evidence, now_ms)) {
			decide_function(id, s->evidence->now_function, &now);
			changed |= settle_function(id, s, &now);
		}
	}
	*verdict = s->settled;
	return changed;
}

void identify_total(struct identify *id, uint32_t device, struct verdict *v)
{
	struct suspect *s = &id->suspects[device];

	*v = NOTHING;
	if (!s->evidence)
		return;
	evidence_flush(&id->shape, s->evidence);
	decide_type(id, s->evidence, v);
	if (v->type == IDENTIFY_NONE)
		return;
	for (uint32_t t = 0; t < id->shape.types; t++)
		evidence_functions(&id->shape, s->evidence, t, id->pf + id->shape.first[t]);
	decide_function(id, id->pf, v);
}
