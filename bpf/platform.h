/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BPF_PLATFORM_H
#define BPF_PLATFORM_H

/*
 * What differs between the kernel and the host build of the fast path: types, byte order, the map behind an index, the lock.
 * Everything else in bpf/ is the same source for both.
 */

#ifdef __bpf__
#include "vmlinux/vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>
#define iot_be16(x) bpf_ntohs(x)
#define iot_be32(x) bpf_ntohl(x)
#define iot_be64(x) bpf_be64_to_cpu(x)
volatile __u32 iot_unknown_zero; /* 0, but the verifier cannot know */
#define IOT_UNKNOWN_ZERO iot_unknown_zero
#else
#include <linux/types.h>
#include <stddef.h>
#include <endian.h>
#define iot_be16(x) be16toh(x)
#define iot_be32(x) be32toh(x)
#define iot_be64(x) be64toh(x)
#define IOT_UNKNOWN_ZERO 0
#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif
#endif

#include <iotbpf/abi.h>
#include <iotbpf/protocols.h>

#define IOT_LOAD(x) (*(const volatile typeof(x) *)&(x))
#define IOT_STORE(x, v) (*(volatile typeof(x) *)&(x) = (v))
#define IOT_OPAQUE(x) asm volatile("" : "+r"(x)) /* the compiler knows nothing of x from here */
#define iot_likely(x) __builtin_expect(!!(x), 1)
#define iot_unlikely(x) __builtin_expect(!!(x), 0)

/* Add to a tally; bytes below 2^32 and packets below 2^16. */
static __always_inline void iot_tally_add(struct iot_tally *t, __u32 packets, __u64 bytes)
{
	__u64 old = __sync_fetch_and_add(&t->low, (__u64)packets << IOT_TALLY_SHIFT | bytes);
	__u64 reached = (old + ((__u64)packets << IOT_TALLY_SHIFT | bytes)) & ~old & (IOT_TALLY_PACKETS | IOT_TALLY_BYTES);

	if (iot_likely(!reached))
		return;
	if (reached & IOT_TALLY_PACKETS)
		__sync_fetch_and_add(&t->packets_high, 1);
	if (reached & IOT_TALLY_BYTES)
		__sync_fetch_and_add(&t->bytes_high, 1);
	__sync_fetch_and_sub(&t->low, reached);
}

/*
 * Big-endian loads. Headers begin at even offsets and addresses at multiples of four from the IP header, which is where kernels that cannot
 * load unaligned words put their frames, so the kernel build loads whole words; a capture in memory has no alignment.
 */
#ifdef __bpf__
struct iot_u16 { __u16 v; };
struct iot_u32 { __u32 v; };
struct iot_u64 { __u64 v; };
#else
struct iot_u16 { __u16 v; } __attribute__((packed));
struct iot_u32 { __u32 v; } __attribute__((packed));
struct iot_u64 { __u64 v; } __attribute__((packed));
#endif

static __always_inline __u32 iot_get16(const __u8 *p)
{
	return iot_be16(((const struct iot_u16 *)p)->v);
}

static __always_inline __u32 iot_get32(const __u8 *p)
{
	return iot_be32(((const struct iot_u32 *)p)->v);
}

/* Big-endian as it is, to be looked up with: of a port no more is wanted. */
static __always_inline __u32 iot_raw16(const __u8 *p)
{
	return ((const struct iot_u16 *)p)->v;
}

/* A MAC address as a number: first byte most significant of the low 48 bits. */
static __always_inline __u64 iot_get_mac(const __u8 *p)
{
	return (__u64)iot_get16(p) << 32 | iot_get32(p + 2);
}

/* A source address, from six bytes into a frame on: two bytes of what is behind it are loaded with it, one aligned word. */
static __always_inline __u64 iot_get_mac_source(const __u8 *p)
{
	return iot_be64(((const struct iot_u64 *)p)->v) >> 16;
}

static __always_inline int iot_mac_is_group(__u64 mac)
{
	return (mac >> 40) & 1;
}

/*
 * 1 where x is not 0, else 0; hidden from the compiler, which would make branches of it. Choose by multiplying, not by a mask of all
 * ones: newer verifiers follow both values of such a mask, as they would a branch.
 */
static __always_inline __u64 iot_not_zero(__u64 x)
{
	x |= 0 - x;
	IOT_OPAQUE(x);
	x >>= 63;
	IOT_OPAQUE(x);
	return x;
}

#endif
