/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef IOTBPF_ABI_H
#define IOTBPF_ABI_H

/*
 * The memory that the kernel programs write and the agent reads by pointer. The programs are compiled a second time for the host,
 * where `iotbpf read` drives them, so both sides see these structs and nothing else of each other.
 *
 * Include <linux/types.h> (host) or vmlinux/vmlinux.h (BPF) first. All structs are explicitly padded; sizes are asserted.
 * IOT_ABI changes whenever struct iot_packet does, the only one that is kept over a restart.
 */

#include <iotbpf/limits.h>

#define IOT_ABI 2

/* Direction of a packet as its device sees it. */
enum iot_direction { IOT_SENT = 0, IOT_RECEIVED = 1 };

/* Where the other end is. */
enum iot_remote { IOT_REMOTE_LAN = 0, IOT_REMOTE_GROUP = 1, IOT_REMOTE_WAN = 2 };

/* Header traits, iot_packet.traits. */
#define IOT_TRAIT_DF 0x01	/* IPv4 don't fragment */
#define IOT_TRAIT_OPTIONS 0x02	/* IPv4 options or IPv6 extension headers */
#define IOT_TRAIT_FRAGMENT 0x04 /* part of a fragmented datagram */
#define IOT_TRAIT_IP6 0x08
#define IOT_TRAIT_SYN_WSCALE 0x10 /* options of a TCP SYN */
#define IOT_TRAIT_SYN_SACK 0x20
#define IOT_TRAIT_SYN_TIME 0x40
#define IOT_TRAIT_SYN_OTHER 0x80 /* any besides MSS and the three above */

/* iot_packet.kind */
#define IOT_KIND_LAYER 0x07 /* enum iot_layer */
#define IOT_KIND_RECEIVED 0x08
#define IOT_KIND_REMOTE 0x30 /* enum iot_remote */
#define IOT_KIND_REMOTE_SHIFT 4

/*
 * One packet of a device's ring. Two 64-bit words: the writer fills the first, then the second with its number and a hash of the first,
 * so a reader that finds what it expects, and afterwards the head not yet a lap ahead, holds an untorn packet.
 */
struct iot_packet {
	__u32 ms;	  /* time in milliseconds of the table's clock, modulo 2^32 (49.7 days) */
	__u16 length;	  /* Ethernet frame length without FCS, saturating */
	__u16 window;	  /* TCP window as on the wire; 0 otherwise */
	__u16 proto;	  /* of the layer in kind: service port, IP protocol, EtherType, ... */
	__u8 kind;	  /* IOT_KIND_* */
	__u8 ttl;	  /* TTL or hop limit; 0 without IP */
	__u8 tcp_flags;
	__u8 traits;	  /* IOT_TRAIT_* */
	__u16 seq;	  /* number of the packet in this ring, tied to the first word: iot_ring_seq() */
};
_Static_assert(sizeof(struct iot_packet) == 16, "a ring entry is two words");

/* The line of padding keeps the heads of many rings, which advance alike, from falling into the same sets of a cache. */
struct iot_ring {
	struct iot_packet packet[IOT_RING];
	__u64 pad[8];
};

/*
 * Packets and bytes by one atomic addition, which is most of what counting costs: packets above bit 40, bytes below. Whoever makes the
 * packets reach 2^16 or the bytes 2^32 moves that much into the high parts, so nothing is ever lost. Read with iot_tally_read().
 */
struct iot_tally {
	__u64 low;	     /* packets << 40 | bytes */
	__u32 packets_high;  /* in 2^16 packets */
	__u32 bytes_high;    /* in 2^32 bytes */
};
_Static_assert(sizeof(struct iot_tally) == 16, "no padding");

#define IOT_TALLY_SHIFT 40
#define IOT_TALLY_PACKETS (1ULL << (IOT_TALLY_SHIFT + 16)) /* a packets_high */
#define IOT_TALLY_BYTES (1ULL << 32)			   /* a bytes_high */

struct iot_count {
	__u64 packets, bytes;
};

/* What a tally says; for a moment too much by one high part where another CPU is just moving it, so read again if that matters. */
static inline struct iot_count iot_tally_read(const struct iot_tally *t)
{
	const volatile struct iot_tally *now = t;
	__u64 low = now->low;
	struct iot_count c = {((__u64)now->packets_high << 16) + (low >> IOT_TALLY_SHIFT),
			      ((__u64)now->bytes_high << 32) + (low & ((1ULL << IOT_TALLY_SHIFT) - 1))};

	return c;
}

/*
 * One flow: what one device sends by one protocol. Key and counts lie together: a frame of a known flow touches this one line of it.
 *
 * The flow's activity word is apart, under the same number in an array of its own, so that the agent's pass over all flows reads eight
 * bytes of each: second << 32 | bits, bit k set when the flow sent in second - k. It moves forward by compare-and-swap, so a reader
 * needs one load and never clears anything.
 */
struct iot_flow {
	__u64 key;	       /* IOT_KEY_EMPTY, IOT_KEY_DEAD or iot_flow_key() */
	struct iot_tally sent; /* wire packets, frame lengths */
	__u32 ports;	/* source-port changes << 16 (saturating) | last source port; TCP and UDP */
	__u32 born;	/* second of the claim */
};
_Static_assert(sizeof(struct iot_flow) == 32, "two flows a cache line");

/*
 * Where a device is and what it is to the programs, one word, to be compared and changed at once: line:8 | flags:8 | generation:16 | port:32.
 * The port is the interface where it last sent, the line that port's, whose counts a frame adds to without looking for it; the generation is
 * the slot's, in every flow key, so that a flow never outlives its device.
 */
#define IOT_PLACE_IGNORED (1ULL << 48) /* a gateway: never counted */
#define IOT_PLACE_LINE_SHIFT 56
_Static_assert(IOT_PORTS <= 1 << (64 - IOT_PLACE_LINE_SHIFT), "a line has room in a place");

static inline __u64 iot_place_of(__u32 port, __u32 generation) { return (__u64)(generation & 0xffff) << 32 | port; }
static inline __u32 iot_place_port(__u64 place) { return (__u32)place; }
static inline __u32 iot_place_generation(__u64 place) { return (__u32)(place >> 32) & 0xffff; }
static inline __u32 iot_place_line(__u64 place) { return (__u32)(place >> IOT_PLACE_LINE_SHIFT); }

/* A device that was at another port is at this one, which has this line. */
static inline __u64 iot_place_moved(__u64 place, __u32 port, __u32 line)
{
	const __u64 kept = place & ((1ULL << IOT_PLACE_LINE_SHIFT) - (1ULL << 32));

	return kept | port | (__u64)line << IOT_PLACE_LINE_SHIFT;
}

/* One device. Packets sent are the sum over its flows plus `other`: those whose flow was refused. */
struct iot_device {
	struct iot_tally received;
	struct iot_tally other;
	__u64 head;	/* packets ever pushed to the ring */
	__u64 place;	/* IOT_PLACE_*, iot_place_*() */
	__u32 flows;	/* flow slots held, bounded by the quota */
	__u32 born_ms;	/* time of the claim, as iot_packet.ms */
	__u16 listen[IOT_LISTEN]; /* TCP ports it was seen to listen on, newest first */
};
_Static_assert(sizeof(struct iot_device) == 64, "a device is a cache line");

/*
 * The table is four arrays in one piece of memory, and the rings. A device or flow has the same number in each of its arrays. Eight numbers
 * from a multiple of eight on are a bucket.
 */
struct iot_arrays {
	struct iot_flow *flows;
	__u64 *activity; /* of the flows */
	struct iot_device *devices;
	__u64 *device_keys; /* IOT_KEY_EMPTY, IOT_KEY_DEAD or IOT_KEY_USED | MAC */
};


/*
 * Keys are one word, so a claim is one store and a match one compare. A slot is freed in two steps: the agent marks it dead
 * (matches nothing, cannot be claimed), waits until no program can still hold it, clears it and only then marks it empty.
 */
#define IOT_KEY_EMPTY 0ULL
#define IOT_KEY_DEAD 1ULL
#define IOT_KEY_USED (1ULL << 63)
#define IOT_KEY_MAC ((1ULL << 48) - 1)

/* Flow key: used:1 | zero:7 | layer:8 | protocol:16 | generation:16 | device:16. Exact: nothing is hashed away. */
static inline __u64 iot_flow_key(__u32 layer, __u32 proto, __u32 generation, __u32 device)
{
	return IOT_KEY_USED | (__u64)(layer & 0xff) << 48 | (__u64)(proto & 0xffff) << 32 |
	       (__u64)(generation & 0xffff) << 16 | (device & 0xffff);
}

/* Where the flow with this key and this sender is looked for: by the address, so that its bucket is known before its device is. */
static inline __u64 iot_flow_spot(__u64 mac, __u32 layer, __u32 proto)
{
	return (mac << 16 | (proto & 0xffff)) ^ (__u64)layer << 61;
}

/* Of a flow key: layer and protocol, and that it is in use. */
static inline __u32 iot_key_kind(__u64 key) { return (__u32)(key >> 32); }
static inline __u32 iot_key_layer(__u64 key) { return (__u32)(key >> 48) & 0xff; }
static inline __u32 iot_key_proto(__u64 key) { return (__u32)(key >> 32) & 0xffff; }
static inline __u32 iot_key_generation(__u64 key) { return (__u32)(key >> 16) & 0xffff; }
static inline __u32 iot_key_device(__u64 key) { return (__u32)key & 0xffff; }

/* One hooked interface. */
struct iot_port {
	__u64 newcomers; /* second << 32 | devices claimed in it */
	__u32 ifindex;	 /* 0: free line */
	__u32 pad;
};
_Static_assert(sizeof(struct iot_port) == 16, "no padding");

/*
 * What one CPU saw at a port: all of a port's frames pass here, from every CPU, so each has its own line (number CPU * IOT_PORTS + line)
 * and adds to it plainly. Frames are wire packets; every one of them ends in a device's counters or in one `skip` reason.
 */
struct iot_port_count {
	struct iot_count in, out; /* ingress, egress */
};
_Static_assert(sizeof(struct iot_port_count) == 32, "no padding");

/*
 * Reasons, X(name, text, meaning). SKIP_* say why a frame counted for no device; the others qualify a frame that did count.
 * The text is what events and `iotbpf status` print.
 */
#define IOT_REASONS(X)                                                                                        \
	X(SKIP_SHORT, "frame_short", "shorter than an Ethernet header")                                       \
	X(SKIP_SOURCE, "source_not_unicast", "source address is a group or zero")                             \
	X(SKIP_GATEWAY, "gateway", "sent by a gateway")                                                       \
	X(SKIP_RATE, "newcomer_limit", "new device above the port's limit in this second")                    \
	X(SKIP_FULL, "device_table_full", "new device and no slot left")                                      \
	X(SKIP_GROUP, "egress_group", "multicast leaving a port: counted where it came in")                   \
	X(SKIP_UNKNOWN, "egress_unknown", "leaving to an address that is no known device")                    \
	X(SKIP_ELSEWHERE, "egress_elsewhere", "flooded to a port where the device does not live")             \
	X(FLOW_QUOTA, "flow_quota", "device holds its quota of flows: counted as its other packets")          \
	X(FLOW_FULL, "flow_table_full", "no flow slot left: counted as the device's other packets")           \
	X(ACTIVITY, "activity_lost", "activity bit lost: contention, or a time stamp over 32 s in the past")  \
	X(CUT, "headers_cut", "capture holds less than the headers")                                          \
	X(VLAN, "vlan_malformed", "tag truncated or nested too deep")                                         \
	X(PPPOE, "pppoe_malformed", "session header truncated or not version 1, type 1")                      \
	X(LLC, "llc_malformed", "802.3 header truncated")                                                     \
	X(ARP, "arp_malformed", "ARP packet truncated")                                                       \
	X(IP4, "ip4_malformed", "bad version, header or total length")                                        \
	X(IP6, "ip6_malformed", "bad version or truncated header")                                            \
	X(IP6_HEADERS, "ip6_headers_malformed", "extension headers truncated or too many")                    \
	X(TCP, "tcp_malformed", "header truncated or bad offset")                                             \
	X(UDP, "udp_malformed", "header truncated")                                                           \
	X(ICMP, "icmp_malformed", "header truncated")

enum iot_reason {
	IOT_COUNTED = 0,
#define IOT_REASON_ENUM(name, text, meaning) IOT_##name,
	IOT_REASONS(IOT_REASON_ENUM)
#undef IOT_REASON_ENUM
	IOT_REASON_COUNT
};

#define IOT_SKIP_LAST IOT_SKIP_ELSEWHERE /* reasons 1..this leave a frame uncounted */

struct iot_counters {
	__u64 reason[32];   /* frames by enum iot_reason */
	__u64 unknown_port; /* frames at an interface without a port line: must stay 0 */
	__u64 claims;	    /* slots claimed: while it stands still, nobody need look for new keys */
	__u64 pad[6];
};
_Static_assert(IOT_REASON_COUNT <= 32, "counters have room");
_Static_assert(sizeof(struct iot_counters) == 320, "whole cache lines");

/* What a copied frame may say. */
enum iot_copy_kind {
	IOT_COPY_NONE = 0,
	IOT_COPY_NAME = 1,    /* DHCP, multicast DNS */
	IOT_COPY_ADDRESS = 2, /* ARP, neighbour discovery */
	IOT_COPY_KINDS = 2
};

/* One frame that was copied out for the agent. */
struct iot_copy {
	__u64 number;  /* number of the copy, plus one: written last, so a reader that finds it finds a whole frame */
	__u32 ifindex;
	__u16 length;  /* bytes that were copied */
	__u8 kind;     /* enum iot_copy_kind */
	__u8 pad;
	__u8 bytes[IOT_COPY_BYTES];
};

/*
 * The frames that carry names and addresses: a ring that programs write at `head` and the agent reads at `tail`. What does not fit is
 * refused, and so is what a port brings beyond its limit in a second; both are counted. Addresses leave half of the ring to names.
 */
struct iot_copies {
	__u64 head, pad0[7];
	__u64 tail, pad1[7];
	__u64 refused_rate, refused_full, pad2[6];
	__u64 seen[IOT_PORTS][IOT_COPY_KINDS]; /* by port line: second << 32 | frames copied in it */
	struct iot_copy copy[IOT_COPIES];
};
_Static_assert(sizeof(struct iot_copy) == IOT_COPY_BYTES + 16, "no hidden padding");

/* Read-only data of the programs, set before load. */
struct iot_config {
	__u64 seed;		/* of the bucket hashes: unpredictable, so that nobody can aim at a bucket */
	__u64 epoch;		/* bpf_jiffies64 at second 0 of the table's clock */
	__u64 second_scale;	/* seconds = ((jiffies - epoch) * second_scale) >> 32 */
	__u64 ms_scale;		/* milliseconds = ((jiffies - epoch) * ms_scale) >> 20 */
	__u32 device_buckets;	/* power of two */
	__u32 flow_buckets;	/* power of two */
	__u32 device_shift;	/* a 64-bit hash shifted right by it is a slot's number */
	__u32 flow_shift;
	__u32 device_mask;	/* slots less one */
	__u32 flow_mask;
	__u32 activity_at;	/* where the arrays begin, in bytes from the first: iot_arrays_in() */
	__u32 devices_at;
	__u32 device_keys_at;
	__u32 slots_bytes;	/* of all four */
	__u32 device_flows;	/* quota */
	__u32 newcomers;	/* per port and second; 0: no limit */
	__u32 cpus;		/* that have lines of port counts */
	__u8 claim_received;	/* a frame's destination becomes a device too (captures: nothing else tells who is there) */
	__u8 replay;		/* clock and frame length come from struct iot_replay (tests) */
	__u8 frags;		/* kernel has bpf_xdp_get_buff_len() */
	__u8 realtime;		/* PREEMPT_RT: one program may interrupt another on its CPU */
	__u32 copies[IOT_COPY_KINDS]; /* frames of each kind that a port may bring in a second; 0: no limit */
};
_Static_assert(sizeof(struct iot_config) == 96, "no hidden padding");

/* The arrays of a table at `slots`; all NULL where that is. */
static inline struct iot_arrays iot_arrays_in(void *slots, const volatile struct iot_config *config)
{
	struct iot_arrays a = {0};

	if (slots) {
		a.flows = (struct iot_flow *)slots;
		a.activity = (__u64 *)((char *)slots + config->activity_at);
		a.devices = (struct iot_device *)((char *)slots + config->devices_at);
		a.device_keys = (__u64 *)((char *)slots + config->device_keys_at);
	}
	return a;
}

/* The clock of a packet. */
struct iot_clock {
	__u32 second;
	__u32 ms;
};

/* Under config.replay the test sets these before it runs a program on a frame. */
struct iot_replay {
	struct iot_clock now;
	__u32 length;	 /* true frame length */
	__u32 gso_size;
	__u32 gso_segs;
	__u32 pad;
};

#endif
