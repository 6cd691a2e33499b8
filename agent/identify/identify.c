// SPDX-License-Identifier: BSD-2-Clause

#include "agent/identify/identify.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/identify/identify_internal.h"

struct identify *identify_new(const struct identify_options *options)
{
	_cleanup_(identify_free_p) struct identify *id = calloc(1, sizeof(*id));

	if (!id)
		return NULL;
	id->options = *options;
	if (shape_new(&id->shape, options->model) < 0)
		return NULL;
	id->suspects = calloc(options->slots, sizeof(*id->suspects));
	return id->suspects ? TAKE_PTR(id) : NULL;
}

void identify_free(struct identify *id)
{
	for (uint32_t i = 0; id->suspects && i < id->options.slots; i++)
		identify_forget(id, i);
	free(id->suspects);
	shape_free(&id->shape);
	free(id);
}

struct suspect *identify_suspect(struct identify *id, uint32_t device)
{
	struct suspect *s = id->suspects[device];

	if (s)
		return s;
	s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	settle_clear(&s->settle);
	s->told = s->pair = VERDICT_NOTHING;
	id->suspects[device] = s;
	return s;
}

int identify_packets(struct identify *id, uint32_t device, const struct iot_packet *packets, uint32_t n, bool begins)
{
	struct suspect *s;

	if (!id->shape.types)
		return 0;
	s = identify_suspect(id, device);
	if (s && !s->evidence)
		s->evidence = evidence_new(&id->shape, device, id->options.pace, begins, &id->options.periodic);
	if (!s || !s->evidence)
		return -ENOMEM;
	evidence_packets(&id->shape, s->evidence, packets, n);
	return 0;
}

bool identify_wants_rhythm(const struct identify *id)
{
	return id->shape.type_scales & 1u << FEATURES_RHYTHM;
}

void identify_rhythm(struct identify *id, uint32_t device, const float *row)
{
	struct suspect *s = id->suspects[device];

	if (s && s->evidence)
		evidence_rhythm(&id->shape, s->evidence, row);
}

void identify_forget(struct identify *id, uint32_t device)
{
	struct suspect *s = id->suspects[device];

	if (!s)
		return;
	evidence_free(s->evidence);
	free(s->owner);
	free(s);
	id->suspects[device] = NULL;
}

static void decide_types(const struct identify *id, struct suspect *s)
{
	struct verdict now;

	if (s->evidence->answers == s->decided)
		return;
	s->decided = s->evidence->answers;
	decide_type(&id->shape, s->evidence, &now);
	if (settle_type(&id->shape, &s->settle, &now))
		settle_stop(&s->settle);
}

static const char *said(const struct identify *id, const struct evidence *e)
{
	bool says = e->favourite != SHAPE_NONE && e->said_of == e->favourite && e->said_run == e->runs && e->said_agreed;

	return says ? model_function_name(id->shape.model, e->favourite, (size_t)e->said) : NULL;
}

/*
 * A function that begins after a silence, but before the one that runs has rested long enough to be over: the run alone says so, surely or
 * twice.
 */
static bool is_another(const struct identify *id, const struct suspect *s)
{
	const struct evidence *e = s->evidence;
	const char *runs = s->settle.function.function_label, *now = said(id, e);

	if (!runs || !now || e->run >= e->episode || !strcmp(runs, now) || !strcmp(now, DECIDE_REST))
		return false;
	return e->said_p >= SETTLE_SURE || (e->said_agreed >= SETTLE_FUNCTION_AGREE && e->said_p >= SETTLE_FUNCTION_P);
}

static void decide_functions(const struct identify *id, struct suspect *s, const struct verdict *type, bool last, uint32_t now_ms)
{
	struct evidence *e = s->evidence;
	bool certain = type->kind == VERDICT_OWNER && type->type != IDENTIFY_NONE;

	if (!e->active || !decide_covers(&id->shape, type, s->settle.function.type))
		settle_stop(&s->settle);
	if (!e->active)
		s->pair = VERDICT_NOTHING;
	else if (is_another(id, s))
		evidence_begin_again(&id->shape, e);
	if (!e->active || (e->function_answers == s->function_decided && e->episodes == s->episode_decided))
		return;
	s->function_decided = e->function_answers;
	s->episode_decided = e->episodes;
	decide_function(&id->shape, e, false, certain, id->shape.p, &s->pair);
	settle_function(&s->settle, &s->pair, decide_covers(&id->shape, type, s->pair.type), last, now_ms);
}

static void note_running(const struct identify *id, struct suspect *s)
{
	const char *runs = s->settle.function.function_label, *now = said(id, s->evidence);

	evidence_running(s->evidence, runs, runs && now && !strcmp(runs, now));
}

static bool differ(const char *a, const char *b)
{
	return !a != !b || (a && strcmp(a, b) != 0);
}

/* What the caller is to tell, and what it told before. */
static uint32_t compare(const struct verdict *before, const struct verdict *now)
{
	bool type = differ(before->label, now->label) || (before->kind == VERDICT_OWNER) != (now->kind == VERDICT_OWNER);
	uint32_t changed = type ? IDENTIFY_TYPE : 0;

	if (!differ(before->function_label, now->function_label) && before->function_by_owner == now->function_by_owner)
		return changed;
	if (before->function_label)
		changed |= IDENTIFY_FUNCTION_STOP;
	if (now->function_label)
		changed |= IDENTIFY_FUNCTION_START;
	return changed;
}

uint32_t identify_update(struct identify *id, uint32_t device, uint32_t now_ms, struct verdict *verdict, struct verdict *previous)
{
	struct suspect *s = id->suspects[device];
	struct verdict now;

	*verdict = *previous = VERDICT_NOTHING;
	if (!s)
		return 0;
	*previous = s->told;
	owner_present(s);
	if (s->evidence) {
		bool quiet = evidence_tick(&id->shape, s->evidence, now_ms);

		decide_types(id, s);
		now = identify_present(id, s, &s->settle.type);
		s->evidence->settled = now.kind != VERDICT_NONE;
		s->evidence->favourite = now.type == IDENTIFY_NONE ? SHAPE_NONE : (uint32_t)now.type;
		decide_functions(id, s, &now, quiet, now_ms);
		note_running(id, s);
	} else {
		now = identify_present(id, s, &s->settle.type);
	}
	identify_present_function(s, now_ms, &now);
	s->told = *verdict = now;
	return compare(previous, &now);
}

const struct verdict *identify_told(const struct identify *id, uint32_t device)
{
	return id->suspects[device] ? &id->suspects[device]->told : NULL;
}

bool identify_busy(const struct identify *id, uint32_t device)
{
	const struct suspect *s = id->suspects[device];
	const struct evidence *e = s ? s->evidence : NULL;

	return e && (e->active || evidence_waits(&id->shape, e) || e->bursts.open.packets > e->burst_told || (!e->settled && e->fresh));
}

void identify_total(struct identify *id, uint32_t device, struct verdict *v)
{
	struct suspect *s = id->suspects[device];
	struct verdict pair, model = VERDICT_NOTHING;
	bool certain;

	*v = VERDICT_NOTHING;
	if (!s)
		return;
	owner_present(s);
	if (s->evidence) {
		evidence_flush(&id->shape, s->evidence);
		decide_finally(&id->shape, s->evidence, &model);
	}
	*v = identify_present(id, s, &model);
	certain = v->kind == VERDICT_OWNER && v->type != IDENTIFY_NONE;
	if (!s->evidence || v->kind <= VERDICT_UNKNOWN || v->type == IDENTIFY_NONE)
		return;
	s->evidence->favourite = (uint32_t)v->type;
	decide_function(&id->shape, s->evidence, true, certain, id->shape.p, &pair);
	if (decide_covers(&id->shape, v, pair.type))
		verdict_copy_function(v, &pair);
}
