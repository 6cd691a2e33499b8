/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/analysis/bursts.h"

static bool is_over(const struct bursts *b, uint32_t now_ms)
{
	uint32_t silence = b->silence_ms ? b->silence_ms : BURST_SILENCE_MS;
	uint32_t since = now_ms - b->open.digest.end_ms;

	if (since > INT32_MAX)
		return -since >= silence;
	return since >= silence || now_ms - b->open.digest.begin_ms >= BURST_MAX_MS;
}

bool bursts_end(struct bursts *b, uint32_t now_ms, bool force, struct burst *ended)
{
	if (!b->open.packets || !(force || is_over(b, now_ms)))
		return false;
	*ended = b->open;
	b->open = (struct burst){ 0 };
	return true;
}

bool bursts_add(struct bursts *b, const struct iot_packet *p, struct burst *ended)
{
	bool over;

	if (b->periodic && b->periodic(b->user, p->kind & IOT_KIND_LAYER, p->proto)) {
		b->open.left_out++;
		return false;
	}
	over = bursts_end(b, p->ms, false, ended);
	if (b->open.packets < BURST_FIRST)
		b->open.first[b->open.packets] = *p;
	b->open.packets++;
	digest_add(&b->open.digest, p);
	return over;
}
