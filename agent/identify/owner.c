// SPDX-License-Identifier: BSD-2-Clause

/* The owner's word, and what outlives a model. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/identify/identify_internal.h"

static bool is_label(const char *text)
{
	return *text && strlen(text) < IDENTIFY_NAME;
}

int identify_set_owner(struct identify *id, uint32_t device, const char *type, const char *function)
{
	struct suspect *s = id->suspects[device];

	if (!type) {
		if (s && s->owner)
			s->owner->wanted = (struct label_pair){ 0 };
		return 0;
	}
	if (!is_label(type) || (function && !is_label(function)))
		return -EINVAL;
	s = identify_suspect(id, device);
	if (!s || (!s->owner && !(s->owner = calloc(1, sizeof(*s->owner)))))
		return -ENOMEM;
	s->owner->wanted = (struct label_pair){ 0 };
	strcpy(s->owner->wanted.type, type);
	strcpy(s->owner->wanted.function, function ? function : "");
	return 0;
}

void owner_present(struct suspect *s)
{
	struct owner *o = s->owner;

	if (!o || !memcmp(&o->wanted, &o->told[o->shown], sizeof(o->wanted)))
		return;
	o->shown = !o->shown;
	o->told[o->shown] = o->wanted;
}

const char *owner_type(const struct suspect *s)
{
	return s->owner && *s->owner->told[s->owner->shown].type ? s->owner->told[s->owner->shown].type : NULL;
}

const char *owner_function(const struct suspect *s)
{
	return s->owner && *s->owner->told[s->owner->shown].function ? s->owner->told[s->owner->shown].function : NULL;
}

struct verdict identify_present(const struct identify *id, const struct suspect *s, const struct verdict *model)
{
	struct verdict v = *model;
	uint32_t type;

	if (!owner_type(s))
		return v;
	type = shape_type(&id->shape, owner_type(s));
	v.kind = VERDICT_OWNER;
	v.label = owner_type(s);
	v.type = type == SHAPE_NONE ? IDENTIFY_NONE : (int)type;
	v.p = 1;
	v.decided_by = IDENTIFY_NONE;
	if (model->label && strcmp(model->label, v.label) != 0) {
		v.runner_up = model->type;
		v.runner_up_label = model->label;
		v.runner_up_p = model->p;
	}
	return v;
}

void verdict_copy_function(struct verdict *to, const struct verdict *from)
{
	to->function = from->function;
	to->function_label = from->function_label;
	to->p_function = from->p_function;
	to->product = from->product;
	to->function_runner_up = from->function_runner_up;
	to->function_runner_up_p = from->function_runner_up_p;
	to->function_by_owner = from->function_by_owner;
	to->function_decided_by = from->function_decided_by;
	to->begin_ms = from->begin_ms;
}

void identify_present_function(const struct suspect *s, uint32_t now_ms, struct verdict *v)
{
	struct verdict owner = VERDICT_NOTHING;

	v->guess = s->pair.function_label;
	v->guess_p = s->pair.p_function;
	v->guess_product = s->pair.product;
	if (!owner_function(s)) {
		verdict_copy_function(v, &s->settle.function);
		v->product = v->p * v->p_function; /* of the label: a family is as probable as all of its types */
		return;
	}
	owner.function_label = owner_function(s);
	owner.p_function = owner.product = 1;
	owner.function_by_owner = true;
	owner.begin_ms = now_ms;
	verdict_copy_function(v, &owner);
}

/* The same answer in the words of another model; VERDICT_NONE where it does not have them. */
static struct verdict translate(const struct shape *to, const struct verdict *from)
{
	struct verdict v = VERDICT_NOTHING;

	for (uint32_t t = 0; t < to->types && from->label; t++) {
		const char *family = shape_family_name(to, t), *name = model_device_name(to->model, t);
		bool is_family = from->kind == VERDICT_FAMILY && family && !strcmp(family, from->label);
		bool is_type = from->kind == VERDICT_TYPE && !strcmp(name, from->label);

		if (!is_family && !is_type)
			continue;
		v.kind = from->kind;
		v.type = (int)t;
		v.label = is_family ? family : name;
		v.p = from->p;
		v.packets = from->packets;
		break;
	}
	return v;
}

int identify_adopt(struct identify *id, const struct identify *before)
{
	uint32_t n = id->options.slots < before->options.slots ? id->options.slots : before->options.slots;

	for (uint32_t i = 0; i < n; i++) {
		const struct suspect *old = before->suspects[i];
		struct suspect *s;

		if (!old)
			continue;
		s = identify_suspect(id, i);
		if (!s)
			return -ENOMEM;
		s->settle.type = translate(&id->shape, &old->settle.type);
		if (old->owner && !(s->owner = malloc(sizeof(*s->owner))))
			return -ENOMEM;
		if (old->owner)
			*s->owner = *old->owner;
		s->told = identify_present(id, s, &s->settle.type);
		identify_present_function(s, old->told.begin_ms, &s->told);
	}
	return 0;
}
