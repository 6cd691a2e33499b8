// SPDX-License-Identifier: BSD-2-Clause

/* Everything since a device appeared, for its type; and since an episode began, for its function. */

#include <stdlib.h>

#include "agent/identify/evidence_internal.h"
#include "agent/model/ranges.h"

#define SESSION_MIN 5 /* packets */

/* Sessions are described as they grow by half. */
static bool has_grown(uint32_t packets, uint32_t told, bool all)
{
	return packets != told && packets >= SESSION_MIN && (all || packets >= told + told / 2);
}

/* Ranges take a session of few packets for like nothing while it goes on. */
static bool may_be_over(const struct shape *s, const struct evidence *e)
{
	return e->session->packets < RANGES_PACKETS && model_has_fits(s->model, FEATURES_SESSION);
}

static bool is_due(const struct evidence *e, enum evidence_moment moment)
{
	uint32_t packets = e->session->packets;

	if (moment == EVIDENCE_PACKET || moment == EVIDENCE_LULL)
		return has_grown(packets, e->session_told, moment == EVIDENCE_LULL);
	return packets >= SESSION_MIN && (moment == EVIDENCE_END || packets != e->session_rested);
}

bool evidence_waits(const struct shape *s, const struct evidence *e)
{
	return e->session && !e->settled && may_be_over(s, e) && is_due(e, EVIDENCE_REST);
}

void evidence_session(const struct shape *s, struct evidence *e, enum evidence_moment moment)
{
	float values[FEATURES_MAX];
	struct evidence_row row = { .scale = FEATURES_SESSION,
				    .row = values,
				    .replace = true,
				    .packets = e->session->packets };

	if (moment == EVIDENCE_REST && !may_be_over(s, e))
		moment = EVIDENCE_LULL;
	if (!is_due(e, moment))
		return;
	row.whole = moment == EVIDENCE_REST || moment == EVIDENCE_END;
	features_session(e->session, row.whole, values);
	evidence_ask_types(s, e, &row);
	if (e->whole)
		evidence_ask_functions(s, e, &row, EVIDENCE_WHOLE);
	e->session_told = e->session->packets;
	if (row.whole)
		e->session_rested = e->session->packets;
}

static bool is_over(const struct session *session, uint32_t now_ms, uint32_t packets, uint32_t ms)
{
	int32_t since = (int32_t)(now_ms - session->digest.begin_ms);

	return session->packets >= packets || (session->packets && since >= (int32_t)ms);
}

void evidence_session_by_time(const struct shape *s, struct evidence *e, uint32_t now_ms)
{
	if (!e->session || !is_over(e->session, now_ms, EVIDENCE_SESSION_PACKETS, EVIDENCE_SESSION_MS))
		return;
	evidence_session(s, e, EVIDENCE_END);
	free(e->session);
	e->session = NULL;
}

void evidence_beginning(const struct shape *s, struct evidence *e, bool all)
{
	float values[FEATURES_MAX];
	struct evidence_row row = { .scale = FEATURES_SESSION, .row = values, .replace = true };

	if (e->beginning_over || !has_grown(e->beginning->packets, e->beginning_told, all))
		return;
	features_session(e->beginning, false, values);
	evidence_ask_functions(s, e, &row, EVIDENCE_NOW);
	e->beginning_told = e->beginning->packets;
	e->beginning_over = is_over(e->beginning, e->last_ms, EVIDENCE_BEGINNING_PACKETS, EVIDENCE_BEGINNING_MS);
}

void evidence_restart_beginning(const struct shape *s, struct evidence *e, uint32_t prelude)
{
	*e->beginning = (struct session){ 0 };
	e->beginning_told = 0;
	e->beginning_over = false;
	for (uint32_t i = e->filled - prelude; i < e->filled; i++)
		session_add(e->beginning, &e->window[i]);
	for (uint32_t t = 0; t < s->types; t++)
		fusion_forget(&e->function[t], FEATURES_SESSION, shape_functions(s, t));
}

void evidence_fade_beginning(const struct shape *s, struct evidence *e, float share)
{
	for (uint32_t t = 0; t < s->types; t++)
		fusion_fade(&e->function[t], FEATURES_SESSION, shape_functions(s, t), share);
}
