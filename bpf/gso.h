/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BPF_GSO_H
#define BPF_GSO_H

/*
 * A buffer that segmentation offload made, or receive offload merged, is many frames on the wire. This undoes it: every segment
 * repeats the headers and carries `gso_size` payload bytes, the last one what remains.
 */

#include "bpf/parse.h"

struct iot_segments {
	__u32 count;
	__u32 length; /* of every frame but the last */
	__u32 last;
	__u32 pad;
	__u64 bytes;  /* of all frames */
};

static __always_inline struct iot_segments iot_unsegmented(const struct iot_headers *h)
{
	struct iot_segments s = {.count = 1, .length = h->wire_length, .last = h->wire_length, .bytes = h->wire_length};

	return s;
}

static __always_inline struct iot_segments iot_segments(const struct iot_headers *h, __u32 gso_size, __u32 gso_segs)
{
	struct iot_segments s = iot_unsegmented(h);
	__u32 payload = h->wire_length - h->header_bytes;
	__u32 full;

	if (!gso_size || h->header_bytes >= h->wire_length || payload <= gso_size)
		return s;
	/* The kernel leaves gso_segs 0 for what a guest sent; it knows better where a tunnel hides the inner headers. */
	s.count = gso_segs ? gso_segs : (payload + gso_size - 1) / gso_size;
	if (s.count == 1)
		return s;
	full = (s.count - 1) * gso_size;
	s.length = h->header_bytes + gso_size;
	s.last = h->header_bytes + (payload > full ? payload - full : 0);
	s.bytes = (__u64)h->wire_length + (__u64)(s.count - 1) * h->header_bytes;
	return s;
}

#endif
