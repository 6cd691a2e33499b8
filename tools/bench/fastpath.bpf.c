// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause

/*
 * The fast path beside what it is measured against. Every program first makes the frame one of a random flow, also the empty one,
 * so that its time can be subtracted. TC programs, because running an unattached XDP program costs a fixed 25 ms.
 */

#include "bpf/iotbpf.bpf.c"

const volatile __u32 bench_flows = 1; /* flows: frame i is of device i mod 256 */
__u64 bench_random = 1;

#define FRAME_LENGTH 60
#define DEVICES 256
#define FIRST_PORT 1024
#define CELL_BITS 17 /* room for 100,000 flows */
#define CELLS (1 << CELL_BITS)

/* Write source address (with the EtherType behind it) and destination port of a random flow. */
static __always_inline __u8 *bench_frame(struct __sk_buff *skb)
{
	__u8 *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
	__u64 x = bench_random;
	__u32 flow;

	if (data + FRAME_LENGTH > end)
		return NULL;
	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	bench_random = x;
	flow = (__u32)(((x >> 32) * bench_flows) >> 32);
	*(__u64 *)(data + 6) = 0x0008000000000002ULL | (__u64)(flow % DEVICES) << 40;
	*(__u16 *)(data + 36) = bpf_htons((__u16)(FIRST_PORT + flow / DEVICES));
	return data;
}

SEC("tc")
int bench_empty(struct __sk_buff *skb)
{
	return bench_frame(skb) ? TC_ACT_UNSPEC : 0;
}

SEC("tc")
int bench_complete(struct __sk_buff *skb)
{
	if (bench_frame(skb))
		iot_in(skb);
	return TC_ACT_UNSPEC;
}

/*
 * The floor: the least that counts a frame for its flow and keeps it in a ring, in own memory, without a helper call. It takes every frame
 * for plain UDP, knows no device, and loses counts where two CPUs meet.
 */
struct bench_cell {
	__u64 key, packets, bytes;
	__u32 second, pad;
} bench_cells[CELLS];

struct bench_ring {
	__u64 head, word[2 * IOT_RING], pad[7];
} bench_rings[DEVICES];

static __always_inline struct bench_cell *bench_cell_of(__u64 key)
{
	__u64 at = key * 0x9e3779b97f4a7c15ULL >> (64 - CELL_BITS);

	for (int i = 0; i < 16; i++, at++) {
		struct bench_cell *cell = &bench_cells[at & (CELLS - 1)];

		if (!cell->key)
			cell->key = key;
		if (cell->key == key)
			return cell;
	}
	return NULL;
}

static __always_inline void bench_keep(struct bench_ring *ring, __u64 word0, __u64 word1)
{
	__u64 at = ring->head++ % IOT_RING;

	ring->word[2 * at] = word0;
	ring->word[2 * at + 1] = word1;
}

SEC("tc")
int bench_floor(struct __sk_buff *skb)
{
	__u8 *data = bench_frame(skb), *end = (void *)(long)skb->data_end;
	struct bench_cell *cell;
	__u64 key;

	if (!data || data + FRAME_LENGTH > end || *(__u16 *)(data + 12) != bpf_htons(IOT_ETH_IP4) || data[23] != IOT_IP_UDP)
		return TC_ACT_UNSPEC;
	key = *(__u32 *)(data + 6) | (__u64) * (__u16 *)(data + 10) << 32 | (__u64) * (__u16 *)(data + 36) << 48;
	cell = bench_cell_of(key);
	if (!cell)
		return TC_ACT_UNSPEC;
	cell->packets++;
	cell->bytes += skb->len;
	cell->second = (__u32)(bpf_jiffies64() >> 10);
	bench_keep(&bench_rings[data[11]], key, skb->len);
	return TC_ACT_UNSPEC;
}

struct bench_key {
	__u64 mac;
	__u32 protocol;
	__u32 port;
};

struct bench_value {
	__u64 packets, bytes, last_ns;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 131072);
	__type(key, struct bench_key);
	__type(value, struct bench_value);
} bench_flow_map SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u64);
	__type(value, struct bench_value);
} bench_device_map SEC(".maps");

/* What everybody's parser does: Ethernet, IPv4 with options, UDP or TCP. */
static __always_inline int bench_parse(struct __sk_buff *skb, struct bench_key *key)
{
	__u8 *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end, *ip = data + 14, *transport;

	if (ip + 20 > end || *(__u16 *)(data + 12) != bpf_htons(IOT_ETH_IP4))
		return -1;
	key->mac = *(__u32 *)(data + 6) | (__u64) * (__u16 *)(data + 10) << 32;
	key->protocol = ip[9];
	transport = ip + (ip[0] & 15) * 4;
	if (transport + 8 > end || (key->protocol != IOT_IP_UDP && key->protocol != IOT_IP_TCP))
		return -1;
	key->port = bpf_ntohs(*(__u16 *)(transport + 2));
	return 0;
}

static __always_inline void bench_count(void *map, const void *key, __u64 bytes, __u64 now)
{
	struct bench_value *v = bpf_map_lookup_elem(map, key), fresh = {.packets = 1, .bytes = bytes, .last_ns = now};

	if (!v) {
		bpf_map_update_elem(map, key, &fresh, 0);
		return;
	}
	__sync_fetch_and_add(&v->packets, 1);
	__sync_fetch_and_add(&v->bytes, bytes);
	v->last_ns = now;
}

/* What everybody writes: two HASH lookups (device and flow), the clock, atomic counters. */
SEC("tc")
int bench_conventional(struct __sk_buff *skb)
{
	struct bench_key key = {};
	__u64 now;

	if (!bench_frame(skb) || bench_parse(skb, &key))
		return TC_ACT_UNSPEC;
	now = bpf_ktime_get_ns();
	bench_count(&bench_device_map, &key.mac, skb->len, now);
	bench_count(&bench_flow_map, &key, skb->len, now);
	return TC_ACT_UNSPEC;
}

/* Only parse and look up one HASH entry: the least that a program on kernel hashes can cost. */
SEC("tc")
int bench_one_hash(struct __sk_buff *skb)
{
	struct bench_value *v, fresh = {};
	struct bench_key key = {};

	if (!bench_frame(skb) || bench_parse(skb, &key))
		return TC_ACT_UNSPEC;
	v = bpf_map_lookup_elem(&bench_flow_map, &key);
	if (!v)
		bpf_map_update_elem(&bench_flow_map, &key, &fresh, 0);
	return TC_ACT_UNSPEC;
}
