// SPDX-License-Identifier: BSD-2-Clause

#include "agent/identify/settle.h"

#include <string.h>

void settle_clear(struct settle *s)
{
	*s = (struct settle){ .type = VERDICT_NOTHING, .candidate = VERDICT_NOTHING, .function = VERDICT_NOTHING };
}

static uint32_t first_needs(const struct verdict *now)
{
	if (now->kind == VERDICT_UNKNOWN)
		return now->packets >= SETTLE_UNKNOWN_PACKETS ? SETTLE_UNKNOWN_AGREE : UINT32_MAX;
	return now->p >= SETTLE_SURE && now->packets >= SETTLE_SURE_PACKETS ? 1 : SETTLE_AGREE;
}

static uint32_t change_needs(const struct shape *shape, const struct settle *s, const struct verdict *now)
{
	uint32_t doublings = s->changes < SETTLE_CHANGE_DOUBLINGS ? s->changes : SETTLE_CHANGE_DOUBLINGS;

	if (now->kind != VERDICT_UNKNOWN)
		return now->p < SETTLE_CHANGE_P ? UINT32_MAX : (uint32_t)SETTLE_CHANGE_AGREE << doublings;
	/* On the way from one type to another a device is as unlike both. */
	return 1 - now->p > SETTLE_UNKNOWN_MARGIN * shape->unknown[now->runner_up] ? UINT32_MAX : (uint32_t)SETTLE_CHANGE_AGREE << (doublings + 1);
}

bool settle_type(const struct shape *shape, struct settle *s, const struct verdict *now)
{
	bool first = s->type.kind == VERDICT_NONE;

	if (now->kind == VERDICT_NONE || decide_same(shape, now, &s->type)) {
		s->agreed = 0;
		if (now->kind != VERDICT_NONE)
			s->type = *now;
		return false;
	}
	s->agreed = s->agreed && decide_same(shape, now, &s->candidate) ? s->agreed + 1 : 1;
	s->candidate = *now;
	if (s->agreed < (first ? first_needs(now) : change_needs(shape, s, now)))
		return false;
	s->changes += !first;
	s->agreed = 0;
	s->type = *now;
	return true;
}

void settle_stop(struct settle *s)
{
	s->function = VERDICT_NOTHING;
	s->next_function = NULL;
	s->function_agreed = 0;
}

static bool same_text(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

static void start(struct settle *s, const struct verdict *pair)
{
	s->function = *pair;
	if (s->next_ms - pair->begin_ms > SETTLE_BEGINNING_MS)
		s->function.begin_ms = s->next_ms;
}

void settle_function(struct settle *s, const struct verdict *pair, bool covered, bool last, uint32_t now_ms)
{
	uint32_t begin_ms = s->function.begin_ms;
	bool again;

	if (pair->function == IDENTIFY_NONE || !covered || pair->p_function < SETTLE_FUNCTION_P)
		return;
	again = same_text(pair->function_label, s->next_function);
	s->function_agreed = again ? s->function_agreed + 1 : 1;
	s->next_function = pair->function_label;
	s->next_ms = again ? s->next_ms : now_ms;
	if (same_text(pair->function_label, s->function.function_label)) {
		s->function = *pair;
		s->function.begin_ms = begin_ms;
	} else if (s->function_agreed >= SETTLE_FUNCTION_AGREE || pair->p_function >= SETTLE_SURE || last) {
		if (decide_is_rest(pair))
			s->function = VERDICT_NOTHING;
		else
			start(s, pair);
	}
}
