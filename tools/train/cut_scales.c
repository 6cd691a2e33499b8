/* SPDX-License-Identifier: BSD-2-Clause */

/* Bursts and sessions. */

#include "agent/features/burst.h"
#include "agent/features/session.h"
#include "agent/identify/evidence.h"
#include "tools/train/cut.h"

#define BURST_MIN 3 /* packets: with fewer, a burst says nothing of what was done */

static int add_burst(struct cutter *c, const struct piece *p, const struct burst *burst, size_t first, size_t last)
{
	struct sample *sample;
	float *x;
	int r;

	if (burst->packets < BURST_MIN)
		return 0;
	r = cut_add(c, p, FEATURES_BURST, first, last, &x, &sample);
	if (r < 0)
		return r;
	sample->share = features_burst_share(burst->packets);
	features_burst(burst, x);
	if (c->times.lost)
		features_forget_times(FEATURES_BURST, x);
	return 0;
}

int cut_bursts(struct cutter *c, const struct piece *p)
{
	struct bursts bursts = { 0 };
	struct burst ended;
	size_t first = p->begin;
	int r = 0;

	for (size_t i = p->begin; r == 0 && i < p->end; i++) {
		if (!bursts_add(&bursts, &p->trace->packets[i], &ended))
			continue;
		r = add_burst(c, p, &ended, first, i - 1);
		first = i;
	}
	if (r == 0 && bursts_end(&bursts, 0, true, &ended))
		r = add_burst(c, p, &ended, first, p->end - 1);
	return r;
}

/* Packets after which a session is described; at its end it is as one that goes on, and as one that has ended. */
static bool is_milestone(size_t n)
{
	static const size_t at[] = { 5, 8, 12, 16, 20, 30, 40, 50, 70, 100, 140, 200, 300, 500 };

	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++)
		if (at[i] == n)
			return true;
	return false;
}

/* The agent gives up a session when it has seen enough of it. */
static size_t session_end(const struct piece *p)
{
	uint32_t begin_ms = p->trace->packets[p->begin].ms;
	size_t end = p->begin + 1;

	while (end < p->end && end - p->begin < EVIDENCE_SESSION_PACKETS &&
	       p->trace->packets[end].ms - begin_ms < EVIDENCE_SESSION_MS)
		end++;
	return end;
}

static int add_session(struct cutter *c, const struct piece *p, const struct session *session, size_t last, bool ended)
{
	struct sample *sample;
	float *x;
	int r = cut_add(c, p, FEATURES_SESSION, p->begin, last, &x, &sample);

	if (r < 0)
		return r;
	features_session(session, ended, x);
	if (ended) /* live, functions are asked about as their episodes go on */
		sample->function = -1;
	if (c->times.lost)
		features_forget_times(FEATURES_SESSION, x);
	return 0;
}

int cut_sessions(struct cutter *c, const struct piece *p)
{
	struct session session = { 0 };
	size_t end = session_end(p);
	int r = 0;

	for (size_t i = p->begin; r == 0 && i < end; i++) {
		session_add(&session, &p->trace->packets[i]);
		if (is_milestone(i + 1 - p->begin) || i + 1 == end)
			r = add_session(c, p, &session, i, false);
	}
	return r == 0 ? add_session(c, p, &session, end - 1, true) : r;
}
