/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BPF_HOST_H
#define BPF_HOST_H

/* The fast path compiled for the host: a captured frame goes through the same parser, table and rings as a live one. */

#include "bpf/copy.h"
#include "bpf/frame.h"

/*
 * Count one captured frame of which `captured` of `length` bytes are at `data`. Nobody says at which port it was seen, so it counts
 * as sent by its source and as received by its destination. Returns IOT_COUNTED where it counted for at least one of them, else
 * the reason that the source was refused for.
 */
static inline int iot_frame_captured(const struct iot_table *t, const void *data, __u32 captured, __u32 length,
				     struct iot_clock now)
{
	struct iot_frame f = {.now = now};
	int sent = IOT_SKIP_SHORT, received;

	/* A damaged record may claim less than an Ethernet header; where the header is there, the frame counts with what it claims. */
	if (iot_parse(&f.h, data, (const __u8 *)data + captured, length < 14 ? 14 : length) == 0) {
		f.h.wire_length = length;
		f.segments = iot_segments(&f.h, 0, 0);
		sent = iot_count_sent(t, &f);
		received = iot_count_received(t, &f);
		if (received == IOT_COUNTED)
			sent = IOT_COUNTED;
	} else {
		f.segments.count = 1;
	}
	iot_finish(t, &f, sent);
	iot_copy_captured(t, &f.h, data, captured, now.second);
	return sent;
}

#endif
