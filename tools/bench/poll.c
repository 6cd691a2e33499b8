// SPDX-License-Identifier: BSD-2-Clause

/*
 * One pass of the agent over 10,000 live flows by pointer into the mapped table, against one pass by bpf_map_lookup_batch() over a
 * kernel HASH with as many entries of the same key and value size.
 */

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/history/history.h"
#include "tools/bench/bench.h"

#define FLOWS 10000
#define DEVICES 256
#define ROUNDS 31
#define BATCH 4096

struct hash_key {
	uint64_t mac;
	uint32_t protocol, port;
};

struct hash_value {
	uint64_t packets, bytes, activity, last;
};

struct mapped {
	struct iot_table table;
	uint32_t lock;
	void *slots;
	size_t bytes;
	struct history *history; /* what the agent keeps beside the table */
};

/* A flow table in a mapped kernel array, as the programs use it, with FLOWS live flows. */
static int map_table(struct mapped *m)
{
	const struct slots_options options = {.devices = 1024, .flows = 16384, .device_flows = FLOWS, .seed = 0x5eed};
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = BPF_F_MMAPABLE);
	static struct iot_counters counters;
	struct iot_config *config = &m->table.config;
	int fd, r = slots_configure(config, &options);

	if (r < 0)
		return r;
	m->bytes = config->slots_bytes;
	fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "bench_slots", 4, (uint32_t)m->bytes, 1, &opts);
	if (fd < 0)
		return -errno;
	m->slots = mmap(NULL, m->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (m->slots == MAP_FAILED)
		return -ENOMEM;
	m->table.arrays = iot_arrays_in(m->slots, config);
	m->table.counters = &counters;
	m->table.lock = &m->lock;
	for (uint32_t i = 0; i < FLOWS; i++)
		iot_flow_claim(&m->table, iot_flow_key(IOT_LAYER_UDP, i / DEVICES, 0, i % DEVICES),
			       iot_flow_spot(i % DEVICES, IOT_LAYER_UDP, i / DEVICES), i % DEVICES, 0);
	for (uint32_t i = 0; i < slots_flow_slots(&m->table); i++)
		if (slots_flow_key(&m->table, i) & IOT_KEY_USED)
			m->table.arrays.activity[i] = 999ULL << 32 | 1;
	m->history = history_new(&m->table);
	return m->history ? 0 : -ENOMEM;
}

/* What the agent does each second: the activity word of every flow says whether there is anything new. */
static double pass_by_pointer(struct mapped *m)
{
	static const struct history_listener nobody;
	double start = bench_now();

	history_pass(m->history, 1000, &nobody);
	return bench_now() - start;
}

/* The same with packets and bytes of every flow. */
static double pass_with_counts(const struct mapped *m, uint64_t *sum)
{
	double start = bench_now();
	uint64_t s = 0;

	for (uint32_t i = 0; i < m->history->flows_used; i++) {
		uint32_t number = m->history->flow_list[i];
		struct iot_count c = iot_tally_read(&slots_flow(&m->table, number)->sent);

		s += slots_flow_activity(&m->table, number) + c.packets + c.bytes;
	}
	*sum += s;
	return bench_now() - start;
}

static int make_hash(void)
{
	struct hash_value value = {};
	int fd = bpf_map_create(BPF_MAP_TYPE_HASH, "bench_hash", sizeof(struct hash_key), sizeof(value), 16384, NULL);

	for (uint32_t i = 0; fd >= 0 && i < FLOWS; i++) {
		struct hash_key key = {.mac = i % DEVICES, .protocol = 17, .port = i / DEVICES};

		if (bpf_map_update_elem(fd, &key, &value, BPF_ANY) < 0)
			return -1;
	}
	return fd;
}

static double pass_by_batch(int fd, uint64_t *sum)
{
	static struct hash_key keys[BATCH];
	static struct hash_value values[BATCH];
	uint32_t at, count, *from = NULL, seen = 0;
	double start = bench_now();
	int r;

	do {
		count = BATCH;
		r = bpf_map_lookup_batch(fd, from, &at, keys, values, &count, NULL);
		if (r && errno != ENOENT)
			return 0;
		for (uint32_t i = 0; i < count; i++)
			*sum += keys[i].mac + values[i].activity + values[i].packets;
		from = &at;
		seen += count;
	} while (!r);
	return seen == FLOWS ? bench_now() - start : 0;
}

int bench_poll(void)
{
	struct bench_rounds pointer = {}, counts = {}, batch = {};
	struct mapped m = {};
	int r = map_table(&m), fd = make_hash();
	uint64_t sum = 0;
	double base;

	if (r < 0 || fd < 0) {
		fprintf(stderr, "iotbpf-bench: cannot create kernel maps: run as root\n");
		return EX_NOPERM;
	}
	bench_pin();
	pass_by_pointer(&m); /* the first one makes the lists */
	for (int i = 0; i < ROUNDS; i++) {
		bench_add(&batch, pass_by_batch(fd, &sum) / 1e3);
		bench_add(&pointer, pass_by_pointer(&m) / 1e3);
		bench_add(&counts, pass_with_counts(&m, &sum) / 1e3);
	}
	base = bench_median(&batch);
	bench_print("poll", "batch, one pass", FLOWS, base, "us", NULL, 0);
	bench_print("poll", "pointer, one pass", FLOWS, bench_median(&pointer), "us", "batch", bench_median(&pointer) / base);
	bench_print("poll", "pointer with packets and bytes", FLOWS, bench_median(&counts), "us", "batch", bench_median(&counts) / base);
	munmap(m.slots, m.bytes);
	history_free(m.history);
	close(fd);
	return sum ? 0 : EX_SOFTWARE;
}
