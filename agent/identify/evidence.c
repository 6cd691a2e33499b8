// SPDX-License-Identifier: BSD-2-Clause

#include "agent/identify/evidence.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/features/features.h"
#include "agent/features/window.h"

#define STRIDE_EARLY 10	 /* packets between evaluations while there are few windows */
#define STRIDE 30	 /* and afterwards: windows that do not overlap */
#define EARLY_WINDOWS 12

int evidence_shape_new(struct evidence_shape *shape, const struct model *model)
{
	*shape = (struct evidence_shape){.model = model, .types = (uint32_t)model_devices(model)};
	shape->first = calloc(shape->types + 1, sizeof(*shape->first));
	if (!shape->first)
		return -ENOMEM;
	for (uint32_t t = 0; t < shape->types; t++)
		shape->first[t + 1] = shape->first[t] + (uint32_t)model_functions(model, t);
	shape->functions = shape->first[shape->types];
	shape->scratch = calloc((size_t)shape->types + shape->functions, sizeof(float));
	return shape->scratch ? 0 : -ENOMEM;
}

void evidence_shape_free(struct evidence_shape *shape)
{
	free(shape->first);
	free(shape->scratch);
	*shape = (struct evidence_shape){0};
}

struct evidence *evidence_new(const struct evidence_shape *shape)
{
	size_t floats = (size_t)shape->types + 2 * (size_t)shape->functions;
	struct evidence *e = calloc(1, sizeof(*e) + floats * sizeof(float));

	if (!e)
		return NULL;
	e->type_log = (float *)(e + 1);
	e->function_log = e->type_log + shape->types;
	e->now_function = e->function_log + shape->functions;
	return e;
}

void evidence_free(struct evidence *evidence)
{
	free(evidence);
}

static void add_logs(float *sum, const float *p, uint32_t n, float keep, float weight)
{
	for (uint32_t i = 0; i < n; i++)
		sum[i] = sum[i] * keep + weight * logf(fmaxf(p[i], EVIDENCE_FLOOR));
}

/* Ask the function models of the types that this window makes plausible. */
static void evaluate_functions(const struct evidence_shape *s, struct evidence *e, const float *types, const float *row, float keep,
			       float weight)
{
	float *p = s->scratch + s->types;

	for (uint32_t t = 0; t < s->types; t++) {
		uint32_t n = s->first[t + 1] - s->first[t];

		if (!n || types[t] < EVIDENCE_PLAUSIBLE)
			continue;
		model_function(s->model, FEATURES_WINDOW, t, row, p);
		add_logs(e->function_log + s->first[t], p, n, keep, weight);
		memcpy(e->now_function + s->first[t], p, n * sizeof(*p));
	}
}

/*
 * Evaluate the latest packets. A window shorter than IOT_WINDOW is provisional: the next evaluation replaces what it said. An
 * overlapping window counts for its fresh packets only.
 */
static void evaluate(const struct evidence_shape *s, struct evidence *e)
{
	bool full = e->filled == IOT_WINDOW;
	float weight = full && !e->provisional && e->windows ? (float)e->fresh / IOT_WINDOW : 1;
	float keep = e->provisional ? 0 : powf(EVIDENCE_FADE, weight);
	float row[FEATURES_MAX], *types = s->scratch;

	weight = fminf(weight, 1);
	features_window(e->window, e->filled, row);
	model_device(s->model, FEATURES_WINDOW, row, types);
	add_logs(e->type_log, types, s->types, keep, weight);
	e->weight = e->weight * keep + weight;
	evaluate_functions(s, e, types, row, keep, weight);
	e->provisional = !full;
	e->windows++;
	e->fresh = 0;
}

static void push(struct evidence *e, const struct iot_packet *packet)
{
	if (e->filled == IOT_WINDOW)
		memmove(e->window, e->window + 1, (IOT_WINDOW - 1) * sizeof(*e->window));
	else
		e->filled++;
	e->window[e->filled - 1] = *packet;
	e->fresh++;
}

/* The time of the last data decides whether the device is idle. */
static void note_data(struct evidence *e, const struct iot_packet *packet)
{
	if (packet->length < EVIDENCE_DATA_LENGTH)
		return;
	e->data_ms = packet->ms;
	e->has_data = true;
}

void evidence_packets(const struct evidence_shape *s, struct evidence *e, const struct iot_packet *packets, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		note_data(e, &packets[i]);
		push(e, &packets[i]);
		if (e->fresh >= (e->windows < EARLY_WINDOWS ? STRIDE_EARLY : STRIDE))
			evaluate(s, e);
	}
}

void evidence_flush(const struct evidence_shape *s, struct evidence *e)
{
	if (e->filled >= FEATURES_MIN_WINDOW && e->fresh)
		evaluate(s, e);
}

static void softmax(const float *log_p, uint32_t n, float *p)
{
	float top = log_p[0], sum = 0;

	for (uint32_t i = 1; i < n; i++)
		top = fmaxf(top, log_p[i]);
	for (uint32_t i = 0; i < n; i++) {
		p[i] = expf(log_p[i] - top);
		sum += p[i];
	}
	for (uint32_t i = 0; i < n; i++)
		p[i] /= sum;
}

bool evidence_types(const struct evidence_shape *s, const struct evidence *e, float *p)
{
	if (!e->windows || !s->types)
		return false;
	softmax(e->type_log, s->types, p);
	return true;
}

bool evidence_functions(const struct evidence_shape *s, const struct evidence *e, uint32_t type, float *p)
{
	uint32_t n = s->first[type + 1] - s->first[type];

	if (!e->windows || !n)
		return false;
	softmax(e->function_log + s->first[type], n, p);
	return true;
}

float evidence_likeness(const struct evidence *e, uint32_t type)
{
	return e->weight > 0 ? expf(e->type_log[type] / e->weight) : 0;
}
