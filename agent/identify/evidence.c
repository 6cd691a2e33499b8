// SPDX-License-Identifier: BSD-2-Clause

#include "agent/identify/evidence.h"

#include <stdlib.h>
#include <string.h>

#include "agent/identify/evidence_internal.h"

#define BUDGET_MS 8000 /* what may be saved up: a device that appears is asked about at once */

static bool is_expected(void *user, uint32_t layer, uint32_t proto)
{
	const struct evidence *e = user;

	(void)layer;
	(void)proto;
	return e->expected;
}

/* One fusion for each type's functions, in one run of floats. */
static float *place_functions(const struct shape *s, struct fusion *fusions, float *room, float fade)
{
	for (uint32_t t = 0; t < s->types; t++)
		room += fusion_place(&fusions[t], s->function_scales, shape_functions(s, t), room, fade);
	return room;
}

static uint32_t bits(uint32_t mask)
{
	return (uint32_t)__builtin_popcount(mask);
}

static bool new_sessions(const struct shape *s, struct evidence *e, bool begins)
{
	if (s->function_scales & 1u << FEATURES_SESSION && !(e->beginning = calloc(1, sizeof(*e->beginning))))
		return false;
	return !begins || !shape_has(s, FEATURES_SESSION) || (e->session = calloc(1, sizeof(*e->session)));
}

struct evidence *evidence_new(const struct shape *s, uint32_t device, enum evidence_pace pace, bool begins,
			      const struct evidence_periodic *periodic)
{
	uint32_t sets = pace == EVIDENCE_THOROUGH ? 2 : 1;
	size_t floats = (size_t)s->types * (1 + 2 * bits(fusion_fit_scales()) + 2 * bits(s->type_scales)) + (size_t)s->functions * bits(s->function_scales) * sets;
	size_t fusions = (size_t)s->types * sets;
	struct evidence *e = calloc(1, sizeof(*e) + fusions * sizeof(struct fusion) + floats * sizeof(float));
	float *room;

	if (!e)
		return NULL;
	e->function = (struct fusion *)(e + 1);
	room = (float *)(e->function + fusions);
	e->type_p = room;
	room += s->types;
	room += fusion_place(&e->type, s->type_scales, s->types, room, FUSION_FADE_TYPE);
	room += fusion_place(&e->like, s->type_scales, s->types, room, FUSION_FADE_TYPE);
	room += fusion_place(&e->fit, fusion_fit_scales(), s->types, room, FUSION_FADE_TYPE);
	room += fusion_place(&e->fit_ever, fusion_fit_scales(), s->types, room, 1);
	room = place_functions(s, e->function, room, FUSION_FADE_FUNCTION);
	if (pace == EVIDENCE_THOROUGH) {
		e->whole = e->function + s->types;
		place_functions(s, e->whole, room, 1); /* as a trial is measured: nothing fades */
	}
	e->pace = pace;
	e->device = device;
	e->periodic = periodic;
	e->favourite = SHAPE_NONE;
	e->type_budget_ms = e->function_budget_ms = BUDGET_MS;
	e->bursts.periodic = is_expected;
	e->bursts.user = e;
	if (!new_sessions(s, e, begins)) {
		evidence_free(e);
		return NULL;
	}
	return e;
}

void evidence_free(struct evidence *e)
{
	if (!e)
		return;
	free(e->session);
	free(e->beginning);
	free(e);
}

/* A packet may carry a time after that of the pass that reads it. */
static uint32_t since(uint32_t now_ms, uint32_t then_ms)
{
	return (int32_t)(now_ms - then_ms) > 0 ? now_ms - then_ms : 0;
}

static bool is_resting(const struct evidence *e, uint32_t now_ms)
{
	return since(now_ms, e->running ? e->counted_ms : e->data_ms) > EVIDENCE_IDLE_MS;
}

/* With the last `packets` of the window. */
static void start_episode(const struct shape *s, struct evidence *e, uint32_t packets)
{
	for (uint32_t t = 0; t < s->types; t++)
		fusion_clear(&e->function[t], shape_functions(s, t));
	e->episode = packets;
	if (e->beginning)
		evidence_restart_beginning(s, e, e->episode);
	e->episode_fresh = e->episode;
	e->function_answers = 0;
	e->episode_partial = true;
	e->counts = true;
	e->active = true;
	e->episodes++;
}

/* What came shortly before the first data belongs to it. */
static void begin_episode(const struct shape *s, struct evidence *e, uint32_t now_ms)
{
	uint32_t packets = 0;

	while (packets < e->filled && now_ms - e->window[e->filled - 1 - packets].ms <= EVIDENCE_PRELUDE_MS)
		packets++;
	e->begin_ms = packets ? e->window[e->filled - packets].ms : now_ms;
	start_episode(s, e, packets);
}

void evidence_begin_again(const struct shape *s, struct evidence *e)
{
	uint32_t packets = e->run < e->filled ? e->run : e->filled;

	e->begin_ms = e->window[e->filled - packets].ms;
	start_episode(s, e, packets);
	e->burst_retracted = e->burst_told > 0;
	evidence_function_window(s, e, true);
}

/* The episode, and the run within it. What a period foretold does not break a silence. */
static void note_data(const struct shape *s, struct evidence *e, const struct iot_packet *p)
{
	if (!e->packets || (!e->expected && since(p->ms, e->spoke_ms) >= BURST_SILENCE_MS)) {
		e->run = 0;
		e->runs++;
		e->counts = !e->running;
		e->active = e->active && e->running;
	}
	if (!e->expected)
		e->spoke_ms = p->ms;
	if (e->active && is_resting(e, p->ms))
		e->active = false;
	if (p->length < EVIDENCE_DATA_LENGTH || e->expected)
		return;
	if (!e->active)
		begin_episode(s, e, p->ms);
	e->data_ms = p->ms;
	if (e->counts)
		e->counted_ms = p->ms;
}

static void push(struct evidence *e, const struct iot_packet *p)
{
	e->run++;
	if (e->filled == IOT_WINDOW)
		memmove(e->window, e->window + 1, (IOT_WINDOW - 1) * sizeof(*e->window));
	else
		e->filled++;
	e->window[e->filled - 1] = *p;
	e->packets++;
	e->fresh++;
	e->episode++;
	e->episode_fresh++;
	e->last_ms = p->ms;
}

static void add_to_burst(const struct shape *s, struct evidence *e, const struct iot_packet *p)
{
	struct burst ended;

	if (!shape_has(s, FEATURES_BURST) || !bursts_add(&e->bursts, p, &ended))
		return;
	evidence_ask_burst(s, e, &ended, e->burst_told);
	e->burst_told = 0;
	e->burst_retracted = false;
}

static void add_packet(const struct shape *s, struct evidence *e, const struct iot_packet *p)
{
	const struct evidence_periodic *periodic = e->periodic;

	e->expected = periodic && periodic->expected && periodic->expected(periodic->user, e->device, p);
	add_to_burst(s, e, p); /* before an episode is ended by this packet: the burst that it ends was part of it */
	note_data(s, e, p);
	push(e, p);
	if (e->session) {
		session_add(e->session, p);
		evidence_session(s, e, EVIDENCE_PACKET);
		evidence_session_by_time(s, e, p->ms);
	}
	evidence_type_window(s, e, false);
	if (e->beginning && e->active) {
		session_add(e->beginning, p);
		evidence_beginning(s, e, false);
	}
	evidence_function_window(s, e, false);
}

void evidence_packets(const struct shape *s, struct evidence *e, const struct iot_packet *packets, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		add_packet(s, e, &packets[i]);
}

static void refill(struct evidence *e, uint32_t now_ms)
{
	uint32_t passed = e->ticked_ms ? since(now_ms, e->ticked_ms) : 0;

	e->ticked_ms = now_ms;
	if (passed > BUDGET_MS)
		passed = BUDGET_MS;
	e->type_budget_ms = e->type_budget_ms + passed < BUDGET_MS ? e->type_budget_ms + passed : BUDGET_MS;
	e->function_budget_ms = e->function_budget_ms + passed < BUDGET_MS ? e->function_budget_ms + passed : BUDGET_MS;
}

/* An unfinished burst is asked about in a lull, where nothing runs yet: a function is not to be late, nor to be doubted in its middle. */
static void burst_by_time(const struct shape *s, struct evidence *e, uint32_t now_ms, bool force)
{
	struct burst *open = &e->bursts.open, ended;

	if (bursts_end(&e->bursts, now_ms, force, &ended)) {
		evidence_ask_burst(s, e, &ended, e->burst_told);
		e->burst_told = 0;
		e->burst_retracted = false;
	} else if (!e->running && open->packets > e->burst_told && since(now_ms, open->digest.end_ms) >= EVIDENCE_LULL_MS) {
		evidence_ask_burst(s, e, open, e->burst_told);
		e->burst_told = open->packets;
	} else if (e->burst_told && open->packets > e->burst_told && !e->running && !e->burst_retracted) {
		evidence_retract_burst(s, e);
	}
}

bool evidence_tick(const struct shape *s, struct evidence *e, uint32_t now_ms)
{
	bool lull = e->packets && since(now_ms, e->last_ms) >= EVIDENCE_LULL_MS;

	refill(e, now_ms);
	burst_by_time(s, e, now_ms, false);
	evidence_session_by_time(s, e, now_ms);
	if (e->session && lull && !e->settled)
		evidence_session(s, e, since(now_ms, e->last_ms) >= EVIDENCE_REST_MS ? EVIDENCE_REST : EVIDENCE_LULL);
	if (e->beginning && e->active && lull)
		evidence_beginning(s, e, true);
	if (lull && !e->settled)
		evidence_type_window(s, e, true);
	evidence_function_window(s, e, true);
	if (e->active && is_resting(e, now_ms + EVIDENCE_PASS_MS))
		e->active = false;
	return lull;
}

void evidence_running(struct evidence *e, bool running, bool same)
{
	e->running = running;
	if (!running || !same || e->said_run != e->runs)
		return;
	e->counts = true;
	e->counted_ms = e->data_ms;
}

void evidence_flush(const struct shape *s, struct evidence *e)
{
	burst_by_time(s, e, e->last_ms, true);
	if (e->session)
		evidence_session(s, e, EVIDENCE_END);
	evidence_type_window(s, e, true);
	evidence_function_window(s, e, true);
}

void evidence_rhythm(const struct shape *s, struct evidence *e, const float *row)
{
	evidence_ask_types(s, e, &(struct evidence_row){ .scale = FEATURES_RHYTHM, .row = row, .replace = true });
}

bool evidence_functions(const struct shape *s, const struct evidence *e, uint32_t type, bool whole, float *p)
{
	const struct fusion *f = whole && e->whole ? &e->whole[type] : &e->function[type];

	return fusion_result(f, s->function_weight, s->function_temperature, shape_functions(s, type), p);
}
