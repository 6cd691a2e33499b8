// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause

/* The three hooks. Each reads its context into the same struct iot_frame; the frame itself always passes on untouched. */

#include "bpf/copy.h"
#include "bpf/lane.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

static __always_inline struct iot_clock iot_now(void)
{
	struct iot_clock now = {};
	__u64 jiffies;

	if (iot_config.replay)
		return iot_replay.now;
	jiffies = bpf_jiffies64() - iot_config.epoch;
	now.second = (__u32)((jiffies * iot_config.second_scale) >> 32);
	now.ms = (__u32)((jiffies * iot_config.ms_scale) >> 20);
	return now;
}

/* What a hook knows of a buffer besides its bytes. */
struct iot_meta {
	const void *data, *end;
	__u32 length;	/* without a tag that the NIC or kernel took out */
	__u32 stripped; /* bytes of that tag: on the wire they were there */
	__u32 gso_size, gso_segs;
	__u32 ifindex;
	__u32 out;	/* egress */
};

static __always_inline void iot_count_port(const struct iot_port *port, const struct iot_frame *f, __u32 out)
{
	struct iot_port_count *count = iot_port_count_of(NULL, f->port_line);
	struct iot_counters *counters = iot_counters_of(NULL);

	if (iot_likely(port && count))
		iot_count_add(NULL, out ? &count->out : &count->in, f->segments.count, f->segments.bytes);
	else if (counters)
		__sync_fetch_and_add(&counters->unknown_port, f->segments.count);
}

/* Undo segmentation offload. */
IOT_OUTLINE int iot_split(struct iot_frame *f, __u32 gso_size, __u32 gso_segs)
{
	if (f)
		f->segments = iot_segments(&f->h, gso_size, gso_segs);
	return 0;
}

/*
 * Everything after parsing; a global function, so that the verifier takes up here with one state. Returns 0, or what iot_copy_*() want to
 * know of a frame that is to be copied: kind << 16 | line of the port.
 */
IOT_OUTLINE int iot_account(struct iot_frame *f, __u32 out, __u32 parsed)
{
	int reason = IOT_SKIP_SHORT;
	struct iot_port *port;
	__u32 kind;

	if (!f)
		return 0;
	port = iot_port_find(NULL, f->ifindex, &f->port_line);
	if (parsed)
		reason = out ? iot_count_received(NULL, f) : iot_count_sent(NULL, f);
	iot_count_port(port, f, out);
	iot_finish(NULL, f, reason);
	kind = parsed ? iot_copy_wanted(&f->h, out) : IOT_COPY_NONE;
	return iot_unlikely(kind) ? (int)(kind << 16 | f->port_line) : 0;
}

/* Under test the frame's true length and its segments are told. */
static __always_inline void iot_meta_replayed(struct iot_meta *m)
{
	if (!iot_config.replay)
		return;
	m->length = iot_replay.length;
	m->gso_size = iot_replay.gso_size;
	m->gso_segs = iot_replay.gso_segs;
}

/* The long way; returns as iot_account(). */
static __always_inline __u32 iot_handle(const struct iot_meta *m)
{
	struct iot_frame f;
	int parsed;

	f.now = iot_now();
	f.ifindex = m->ifindex;
	f.port_line = 0;
	parsed = iot_parse(&f.h, m->data, m->end, m->length) == 0;
	f.h.wire_length += m->stripped;
	f.h.header_bytes += m->stripped;
	f.segments = iot_unsegmented(&f.h);
	if (iot_unlikely(m->gso_size))
		iot_split(&f, m->gso_size, m->gso_segs);
	return (__u32)iot_account(&f, m->out, (__u32)parsed);
}

#define IOT_HEADERS_WANTED 256 /* linear bytes that hold the headers of any sane frame */

/* A length as the verifier wants to see it: neither 0 nor more than a copy holds. */
static __always_inline __u64 iot_copy_bounded(__u64 length)
{
	length = length - 1;
	IOT_OPAQUE(length);
	return (length & (IOT_COPY_BYTES - 1)) + 1;
}

/*
 * Copy the frame out for the agent. `wanted`: of iot_handle(). Global functions: what they do multiplies no states.
 */
IOT_OUTLINE int iot_copy_skb(struct __sk_buff *skb, __u32 wanted)
{
	__u32 length = skb->len < IOT_COPY_BYTES ? skb->len : IOT_COPY_BYTES;
	__u64 number;
	struct iot_copy *copy = iot_copy_new(NULL, wanted >> 16, wanted & 0xffff, iot_now().second, &number);

	if (!copy)
		return 0;
	if (bpf_skb_load_bytes(skb, 0, copy->bytes, (__u32)iot_copy_bounded(length)) < 0)
		length = 0;
	iot_copy_done(copy, wanted >> 16, skb->ifindex, length, number);
	return 0;
}

/* Word by word, as kernels before 5.18 have no helper for it; an odd byte at the end is left out. */
static __always_inline __u32 iot_copy_words(struct iot_copy *copy, const struct xdp_md *xdp)
{
	const __u8 *p = (void *)(long)xdp->data, *end = (void *)(long)xdp->data_end;
	struct iot_u16 *to = (void *)copy->bytes;
	__u32 length = (__u32)(end - p) & ~1U;

	for (__u32 i = 0; i < IOT_COPY_BYTES / 2; i++) {
		if (p + 2 * i + 2 > end)
			break;
		to[i] = ((const struct iot_u16 *)p)[i];
	}
	return length < IOT_COPY_BYTES ? length : IOT_COPY_BYTES;
}

static __always_inline __u32 iot_copy_linear(struct iot_copy *copy, struct xdp_md *xdp)
{
	__u32 length;

	if (!iot_config.frags)
		return iot_copy_words(copy, xdp);
	length = (__u32)bpf_xdp_get_buff_len(xdp);
	length = length < IOT_COPY_BYTES ? length : IOT_COPY_BYTES;
	return bpf_xdp_load_bytes(xdp, 0, copy->bytes, (__u32)iot_copy_bounded(length)) < 0 ? 0 : length;
}

IOT_OUTLINE int iot_copy_xdp(struct xdp_md *xdp, __u32 wanted)
{
	__u64 number;
	struct iot_copy *copy = iot_copy_new(NULL, wanted >> 16, wanted & 0xffff, iot_now().second, &number);

	if (copy)
		iot_copy_done(copy, wanted >> 16, xdp->ingress_ifindex, iot_copy_linear(copy, xdp), number);
	return 0;
}

static __always_inline struct iot_meta iot_meta_skb(struct __sk_buff *skb, __u32 out)
{
	struct iot_meta m = {.data = (void *)(long)skb->data,
			     .end = (void *)(long)skb->data_end,
			     .length = skb->len,
			     .stripped = skb->vlan_present ? 4 : 0,
			     .gso_size = skb->gso_size,
			     .gso_segs = skb->gso_segs,
			     .ifindex = skb->ifindex,
			     .out = out};

	iot_meta_replayed(&m);
	return m;
}

/* The long way of a buffer: a function of its own, so that what it needs is no burden to the lane. */
IOT_OUTLINE int iot_long_skb(struct __sk_buff *skb, __u32 out)
{
	__u32 wanted, linear = (__u32)((long)skb->data_end - (long)skb->data);
	struct iot_meta m;

	if (linear < skb->len && linear < IOT_HEADERS_WANTED)
		bpf_skb_pull_data(skb, skb->len < IOT_HEADERS_WANTED ? skb->len : IOT_HEADERS_WANTED);
	m = iot_meta_skb(skb, out);
	wanted = iot_handle(&m);
	if (iot_unlikely(wanted))
		iot_copy_skb(skb, wanted);
	return 0;
}

static __always_inline struct iot_meta iot_meta_xdp(struct xdp_md *xdp)
{
	struct iot_meta m = {.data = (void *)(long)xdp->data,
			     .end = (void *)(long)xdp->data_end,
			     .length = (__u32)((long)xdp->data_end - (long)xdp->data),
			     .ifindex = xdp->ingress_ifindex};

	if (iot_config.frags)
		m.length = (__u32)bpf_xdp_get_buff_len(xdp);
	iot_meta_replayed(&m);
	return m;
}

IOT_OUTLINE int iot_long_xdp(struct xdp_md *xdp)
{
	struct iot_meta m = iot_meta_xdp(xdp);
	__u32 wanted = iot_handle(&m);

	if (iot_unlikely(wanted))
		iot_copy_xdp(xdp, wanted);
	return 0;
}

SEC("xdp")
int iotbpf_xdp(struct xdp_md *xdp)
{
	struct iot_meta m = iot_meta_xdp(xdp);
	__u32 tag = 0;

	if (iot_unlikely(m.gso_size) || !iot_likely(iot_lane(NULL, m.data, m.end, m.length, &tag, &xdp->ingress_ifindex, iot_now())))
		iot_long_xdp(xdp);
	return XDP_PASS;
}

static __always_inline void iot_in(struct __sk_buff *skb)
{
	struct iot_meta m = iot_meta_skb(skb, 0);

	if (iot_unlikely(m.gso_size) || !iot_likely(iot_lane(NULL, m.data, m.end, m.length, &skb->vlan_present, &skb->ifindex, iot_now())))
		iot_long_skb(skb, 0);
}

SEC("tc")
int iotbpf_in(struct __sk_buff *skb)
{
	iot_in(skb);
	return TC_ACT_UNSPEC;
}

SEC("tc")
int iotbpf_out(struct __sk_buff *skb)
{
	iot_long_skb(skb, 1);
	return TC_ACT_UNSPEC;
}
