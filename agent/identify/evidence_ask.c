// SPDX-License-Identifier: BSD-2-Clause

/* From packets to rows to ensembles to sums. */

#include <math.h>
#include <string.h>

#include "agent/features/burst.h"
#include "agent/features/window.h"
#include "agent/identify/evidence_internal.h"

#define BURST_MIN 3	/* packets: with fewer, a burst says nothing of what was done */
#define STRIDE_EARLY 10 /* packets between rows of windows while there are few */
#define STRIDE 30	/* and afterwards: windows that do not overlap */
#define EARLY_WINDOWS 12
#define EARLY_EPISODE 3 /* rows of an episode while which it is early */

#define TYPE_COST_MS 500
#define TYPE_COST_SETTLED_MS 5000
#define FUNCTION_COST_MS 500

/* All episodes: a beginning must not replace what the runs before said. */
static struct evidence_row of_whole(const struct evidence *e, const struct evidence_row *r)
{
	struct evidence_row whole = *r;

	whole.replace = r->replace && e->runs <= 1;
	return whole;
}

static void add(struct fusion *f, const struct evidence_row *r, const float *p, uint32_t classes)
{
	if (r->replace)
		fusion_replace(f, r->scale, p, classes);
	else
		fusion_add(f, r->scale, p, classes, r->share);
}

/*
 * Twins, and types that are often taken for each other, share the probability of a row, one row more for this and the next for that one:
 * what is like one of them is none that is unknown. Would a row of either often be taken for something else, and may the device be either?
 */
static bool is_kin(const struct shape *s, const struct evidence *e, uint32_t t, uint32_t other)
{
	return s->family[t] == s->family[other] || (s->alike[t] && s->alike[other] && e->type_p[other] >= EVIDENCE_PLAUSIBLE);
}

/* How well a row fits: of a window, which there are many of, only what may be the type, by that row or by all, and its family. */
static bool ask_fits(const struct shape *s, const struct evidence *e, const struct evidence_row *r)
{
	memset(s->like, 0, s->types * sizeof(*s->like));
	for (uint32_t t = 0; t < s->types; t++) {
		float *most = &s->like[s->family[t]];

		*most = fmaxf(*most, e->type_p[t] >= EVIDENCE_PLAUSIBLE ? 1 : s->p[t]);
	}
	for (uint32_t t = 0; t < s->types; t++)
		s->fitting[t] = s->like[s->family[t]];
	return model_fit(s->model, r->scale, r->row, r->packets, r->whole, r->scale == FEATURES_WINDOW ? s->fitting : NULL, s->fit);
}

/* s->p: P(type | row). Kin fit by their probability. */
static void add_likeness(const struct shape *s, struct evidence *e, const struct evidence_row *r)
{
	bool fits = ask_fits(s, e, r);

	for (uint32_t t = 0; t < s->types; t++) {
		float all = 0, asked = 0, fitting = 0;

		for (uint32_t other = 0; other < s->types; other++) {
			if (!is_kin(s, e, t, other))
				continue;
			all += s->p[other];
			if (isnan(s->fit[other]))
				continue;
			asked += s->p[other];
			fitting += s->p[other] * s->fit[other];
		}
		s->like[t] = fminf(all, 1);
		s->fitting[t] = asked > 0 ? fitting / asked : isnan(s->fit[t]) ? 1 : s->fit[t];
	}
	if (fits) {
		add(&e->fit, r, s->fitting, s->types);
		add(&e->fit_ever, r, s->fitting, s->types);
	}
	add(&e->like, r, s->like, s->types);
}

void evidence_ask_types(const struct shape *s, struct evidence *e, const struct evidence_row *r)
{
	struct model_row ranked;

	if (!(s->type_scales & 1u << r->scale))
		return;
	model_rank(s->model, r->scale, r->row, &ranked);
	if (model_device_ranked(s->model, &ranked, s->p) < 0)
		return;
	add(&e->type, r, s->p, s->types);
	if (!e->session && e->pace == EVIDENCE_LIVE && r->scale == FEATURES_WINDOW)
		fusion_fade(&e->type, FEATURES_SESSION, s->types, r->share);
	fusion_result(&e->type, s->type_weight, s->type_temperature, s->types, e->type_p);
	add_likeness(s, e, r);
	e->answers++;
}

static void note_said(struct evidence *e, int said, float p)
{
	e->said_agreed = e->said_run == e->runs && e->said_of == e->favourite && e->said == said ? e->said_agreed + 1 : 1;
	e->said = said;
	e->said_of = e->favourite;
	e->said_p = p;
	e->said_run = e->runs;
}

void evidence_ask_functions(const struct shape *s, struct evidence *e, const struct evidence_row *r, unsigned int of)
{
	struct evidence_row whole = of_whole(e, r);
	struct model_row ranked;

	if (!(s->function_scales & 1u << r->scale))
		return;
	model_rank(s->model, r->scale, r->row, &ranked);
	for (uint32_t t = 0; t < s->types; t++) {
		uint32_t n = shape_functions(s, t);
		int said;

		if (!n || (e->type_p[t] < EVIDENCE_PLAUSIBLE && t != e->favourite))
			continue;
		said = model_function_ranked(s->model, &ranked, t, s->p);
		if (said < 0)
			continue;
		if (t == e->favourite && r->of_run)
			note_said(e, said, s->p[said]);
		if (of & EVIDENCE_NOW)
			add(&e->function[t], r, s->p, n);
		if (of & EVIDENCE_WHOLE && e->whole)
			add(&e->whole[t], &whole, s->p, n);
	}
	e->function_answers += of & EVIDENCE_NOW;
}

void evidence_ask_burst(const struct shape *s, struct evidence *e, const struct burst *burst, uint32_t told)
{
	float values[FEATURES_MAX];
	struct evidence_row row = { .scale = FEATURES_BURST,
				    .row = values,
				    .of_run = true,
				    .packets = burst->packets,
				    .whole = true,
				    .share = features_burst_share(burst->packets) * (float)(burst->packets - told) /
					     (float)burst->packets };

	if (burst->packets <= told || burst->packets < BURST_MIN)
		return;
	features_burst(burst, values);
	e->bursts_seen += !told;
	evidence_ask_types(s, e, &row);
	if (e->burst_retracted)
		row.share = features_burst_share(burst->packets);
	e->burst_retracted = false;
	if (e->active)
		evidence_ask_functions(s, e, &row, EVIDENCE_NOW | EVIDENCE_WHOLE);
}

void evidence_retract_burst(const struct shape *s, struct evidence *e)
{
	for (uint32_t t = 0; t < s->types; t++)
		fusion_forget(&e->function[t], FEATURES_BURST, shape_functions(s, t));
	e->burst_retracted = true;
}

/* Pay for a row out of the time that has passed. */
static bool afford(const struct evidence *e, uint32_t *budget, uint32_t cost)
{
	if (e->pace == EVIDENCE_THOROUGH)
		return true;
	if (*budget < cost)
		return false;
	*budget -= cost;
	return true;
}

static float share_of(uint32_t fresh)
{
	return fresh < IOT_WINDOW ? (float)fresh / IOT_WINDOW : 1;
}

void evidence_type_window(const struct shape *s, struct evidence *e, bool all)
{
	uint32_t stride = all ? 1 : e->windows < EARLY_WINDOWS ? STRIDE_EARLY : STRIDE;
	float values[FEATURES_MAX];
	struct evidence_row row = { .scale = FEATURES_WINDOW, .row = values, .share = share_of(e->fresh) };

	if (!(s->type_scales & 1u << FEATURES_WINDOW) || e->filled < FEATURES_MIN_WINDOW || e->fresh < stride)
		return;
	if (!afford(e, &e->type_budget_ms, e->settled ? TYPE_COST_SETTLED_MS : TYPE_COST_MS))
		return;
	row.replace = e->partial || !e->windows;
	row.packets = e->filled;
	row.whole = true;
	features_window(e->window, e->filled, values);
	evidence_ask_types(s, e, &row);
	e->partial = e->filled < IOT_WINDOW;
	e->windows++;
	e->fresh = 0;
}

/*
 * Packets of a window that tells of a function: of the episode only, as in training, where a window never begins before the function does; and
 * of the run only, where it is long enough: what came before a silence may have been something else.
 */
static uint32_t function_packets(const struct evidence *e)
{
	uint32_t n = e->run >= FEATURES_MIN_WINDOW && e->run < e->episode ? e->run : e->episode;

	return n < e->filled ? n : e->filled;
}

void evidence_function_window(const struct shape *s, struct evidence *e, bool all)
{
	uint32_t stride = all ? 1 : e->function_answers < EARLY_EPISODE ? STRIDE_EARLY : STRIDE;
	uint32_t n = function_packets(e);
	float values[FEATURES_MAX];
	struct evidence_row row = { .scale = FEATURES_WINDOW, .row = values, .share = share_of(e->episode_fresh) };

	if (!(s->function_scales & 1u << FEATURES_WINDOW) || !e->active || n < FEATURES_MIN_WINDOW || e->episode_fresh < stride)
		return;
	if (!afford(e, &e->function_budget_ms, FUNCTION_COST_MS))
		return;
	row.replace = e->episode_partial;
	row.of_run = n <= e->run;
	features_window(e->window + e->filled - n, n, values);
	evidence_ask_functions(s, e, &row, EVIDENCE_NOW | EVIDENCE_WHOLE);
	if (e->beginning_over)
		evidence_fade_beginning(s, e, row.share);
	e->episode_partial = n < IOT_WINDOW;
	e->episode_fresh = 0;
}
