// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause

/* The complete programs at TC and in XDP beside empty ones that make the same frames: of a random flow out of bench_flows. */

#include "vmlinux/vmlinux.h"

/* Programs cannot call each other. */
__attribute__((always_inline)) int iotbpf_xdp(struct xdp_md *xdp);
__attribute__((always_inline)) int iotbpf_in(struct __sk_buff *skb);

#include "bpf/iotbpf.bpf.c"

const volatile __u32 bench_flows = 1; /* flow i is of device i mod 64 */
__u64 bench_random = 1;

#define FRAME_LENGTH 60
#define DEVICES 64
#define FIRST_PORT 1024

/* Writes the source address, with the EtherType behind it, and the destination port. */
static __always_inline int bench_make(long data, long data_end)
{
	__u8 *frame = (void *)data, *end = (void *)data_end;
	__u64 x = bench_random;
	__u32 flow;

	if (frame + FRAME_LENGTH > end)
		return 0;
	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	bench_random = x;
	flow = (__u32)(((x >> 32) * bench_flows) >> 32);
	*(__u64 *)(frame + 6) = 0x0008000000000002ULL | (__u64)(flow % DEVICES) << 40;
	*(__u16 *)(frame + 36) = bpf_htons((__u16)(FIRST_PORT + flow / DEVICES));
	return 1;
}

SEC("tc")
int bench_tc_empty(struct __sk_buff *skb)
{
	return bench_make((long)skb->data, (long)skb->data_end) ? TC_ACT_UNSPEC : 0;
}

SEC("tc")
int bench_tc_complete(struct __sk_buff *skb)
{
	return bench_make((long)skb->data, (long)skb->data_end) ? iotbpf_in(skb) : 0;
}

SEC("xdp")
int bench_xdp_empty(struct xdp_md *xdp)
{
	return bench_make((long)xdp->data, (long)xdp->data_end) ? XDP_PASS : 0;
}

SEC("xdp")
int bench_xdp_complete(struct xdp_md *xdp)
{
	return bench_make((long)xdp->data, (long)xdp->data_end) ? iotbpf_xdp(xdp) : 0;
}
