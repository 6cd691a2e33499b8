// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause

/* Somebody else's programs: each counts the frames that it meets and drops those of more than 500 bytes. */

#include "vmlinux/vmlinux.h"
#include <bpf/bpf_helpers.h>

#define LARGE 500
#define XDP_DROP 1
#define TC_ACT_SHOT 2

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 3);
	__type(key, __u32);
	__type(value, __u64);
} other_seen SEC(".maps");

static __always_inline int meet(__u32 where, __u32 length)
{
	__u64 *seen = bpf_map_lookup_elem(&other_seen, &where);

	if (seen)
		__sync_fetch_and_add(seen, 1);
	return length > LARGE;
}

SEC("xdp")
int other_xdp(struct xdp_md *xdp)
{
	return meet(0, (__u32)((long)xdp->data_end - (long)xdp->data)) ? XDP_DROP : XDP_PASS;
}

SEC("tc")
int other_in(struct __sk_buff *skb)
{
	return meet(1, skb->len) ? TC_ACT_SHOT : TC_ACT_UNSPEC;
}

SEC("tc")
int other_out(struct __sk_buff *skb)
{
	meet(2, skb->len);
	return TC_ACT_UNSPEC;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
