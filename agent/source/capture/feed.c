// SPDX-License-Identifier: BSD-2-Clause

#include "agent/source/capture/feed.h"

/* Longest frame that counts with its recorded length; a damaged record may claim more. The limit is Wireshark's. */
#define LENGTH_MAX 0x7fffffffu

static void skip_link(struct capture_state *s, enum capture_link link)
{
	if (link == CAPTURE_NO_MAC)
		s->no_mac++;
	else
		s->link_type++;
}

bool capture_feed(const struct iot_table *table, struct capture_state *s, const struct capture_frame *f)
{
	uint64_t us = (uint64_t)timeline_stamp(&s->time, f->time_us);
	uint32_t length = f->length < LENGTH_MAX ? f->length : LENGTH_MAX;
	struct iot_clock now = {.second = (uint32_t)(us / 1000000), .ms = (uint32_t)(us / 1000)};

	if (!s->frames++)
		s->first_us = (int64_t)us;
	if (f->link != CAPTURE_ETHERNET) {
		skip_link(s, f->link);
		return false;
	}
	return iot_frame_captured(table, f->data, f->captured, length, now) == IOT_COUNTED;
}

int capture_feed_file(const struct iot_table *table, struct capture_state *s, const char *path)
{
	_cleanup_(capture_close_p) struct capture *c = NULL;
	struct capture_frame f;
	int r = capture_open(&c, path);

	if (r < 0)
		return r;
	timeline_next_file(&s->time);
	while ((r = capture_next(c, &f)) > 0)
		capture_feed(table, s, &f);
	return r;
}

static size_t add_skip(struct capture_skip *out, size_t n, const char *reason, uint64_t frames)
{
	if (!frames)
		return n;
	out[n] = (struct capture_skip){reason, frames};
	return n + 1;
}

size_t capture_skips(const struct iot_table *table, const struct capture_state *s, struct capture_skip out[CAPTURE_SKIPS])
{
	size_t n = 0;

	for (unsigned int i = 1; i <= IOT_SKIP_LAST; i++)
		n = add_skip(out, n, slots_reason_name(i), table->counters->reason[i]);
	n = add_skip(out, n, "no_mac", s->no_mac);
	return add_skip(out, n, "link_type", s->link_type);
}
