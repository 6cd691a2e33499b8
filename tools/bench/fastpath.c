// SPDX-License-Identifier: BSD-2-Clause

/*
 * Cost of the complete program per frame, net of an empty one, against a conventional program and one that only parses and does one
 * HASH lookup, and against the floor: what the least that counts at all costs on this processor. Random flows over 256 devices, median of
 * interleaved rounds on one CPU.
 */

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "agent/source/kernel/object.h"
#include "tools/bench/bench.h"
#include "tools/bench/programs.h"

#define ROUNDS 31
#define REPEAT 200000
#define WARM_UP 1500000
#define LOOPBACK 1 /* BPF_PROG_RUN says that frames come from here */

extern const char bench_fastpath_object[], bench_fastpath_object_end[];

enum { EMPTY, COMPLETE, CONVENTIONAL, ONE_HASH, FLOOR, PROGRAMS };

static const char *const names[PROGRAMS] = {"empty", "complete", "conventional", "one-hash", "floor"};
static const char *const functions[PROGRAMS] = {"bench_empty", "bench_complete", "bench_conventional", "bench_one_hash", "bench_floor"};

/* A 60-byte UDP frame; the programs choose its source and destination port. */
static const unsigned char frame[60] = {
	0x02, 0xff, 0, 0, 0, 1, 0x02, 0, 0, 0, 0, 0, 0x08, 0,	 0x45, 0, 0, 46, 0, 0, 0x40, 0, 64, 17, 0, 0, 192, 168, 1, 2,
	192,  168,  1, 3, 0xc3, 0x50, 0x04, 0, 0, 26, 0, 0,
};

int bench_silent(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

/* Configuration of the real programs, which the object begins its read-only data with, then the number of flows. */
static int configure(struct bpf_object *object, uint32_t flows)
{
	struct slots_options options = {.devices = 1024, .flows = 16384, .device_flows = 1024, .seed = 0x5eed};
	struct bpf_map *rodata = bpf_object__find_map_by_name(object, ".rodata");
	struct iot_config config = {.second_scale = (1ULL << 32) / 1000, .ms_scale = 1ULL << 20};
	size_t size = 0;
	char *data = rodata ? (char *)bpf_map__initial_value(rodata, &size) : NULL;

	while (options.flows * 3 / 4 < flows)
		options.flows *= 2;
	if (!data || size < sizeof(config) + sizeof(struct iot_services) + sizeof(flows) || slots_configure(&config, &options) < 0)
		return -EINVAL;
	config.cpus = (uint32_t)libbpf_num_possible_cpus();
	memcpy(data, &config, sizeof(config));
	slots_services((struct iot_services *)(data + sizeof(config)));
	memcpy(data + sizeof(config) + sizeof(struct iot_services), &flows, sizeof(flows));
	return object_size(object, &config);
}

struct bpf_object *bench_load(const char *bytes, const char *end, uint32_t flows)
{
	struct bpf_object *object = bpf_object__open_mem(bytes, (size_t)(end - bytes), NULL);
	struct iot_port port = {.ifindex = LOOPBACK};
	uint32_t line = LOOPBACK;

	if (!object)
		return NULL;
	if (configure(object, flows) == 0 && bpf_object__load(object) == 0 &&
	    bpf_map_update_elem(bpf_object__find_map_fd_by_name(object, "iot_ports"), &line, &port, 0) == 0)
		return object;
	bpf_object__close(object);
	return NULL;
}

double bench_run(int program, int repeat)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = sizeof(frame), .repeat = repeat);
	double start = bench_now();

	if (bpf_prog_test_run_opts(program, &opts))
		return 0;
	return (bench_now() - start) / repeat;
}

static void print(uint32_t flows, const struct bench_rounds *rounds)
{
	const struct bench_rounds complete = bench_minus(&rounds[COMPLETE], &rounds[EMPTY]);
	char metric[64];

	bench_print("fastpath", "empty, gross", flows, bench_median(&rounds[EMPTY]), "ns/frame", NULL, 0);
	for (int i = COMPLETE; i < PROGRAMS; i++) {
		const struct bench_rounds net = bench_minus(&rounds[i], &rounds[EMPTY]);

		snprintf(metric, sizeof(metric), "%s, net", names[i]);
		bench_print("fastpath", metric, flows, bench_median(&net), "ns/frame", NULL, 0);
	}
	bench_print("fastpath", "complete, net, quiet", flows, bench_quiet(&complete), "ns/frame", NULL, 0);
	for (int i = CONVENTIONAL; i < PROGRAMS; i++) {
		const struct bench_rounds net = bench_minus(&rounds[i], &rounds[EMPTY]), ratio = bench_over(&complete, &net);

		bench_print("fastpath", "complete, net", flows, bench_median(&complete), "ns/frame", names[i], bench_median(&ratio));
	}
}

static int measure(uint32_t flows)
{
	struct bpf_object *object = bench_load(bench_fastpath_object, bench_fastpath_object_end, flows);
	struct bench_rounds rounds[PROGRAMS] = {};
	int program[PROGRAMS];

	if (!object) {
		fprintf(stderr, "iotbpf-bench: cannot load the kernel programs (%s): run as root\n", strerror(errno));
		return EX_NOPERM;
	}
	for (int i = 0; i < PROGRAMS; i++) {
		program[i] = bpf_program__fd(bpf_object__find_program_by_name(object, functions[i]));
		bench_run(program[i], WARM_UP);
	}
	for (int r = 0; r < ROUNDS; r++)
		for (int i = 0; i < PROGRAMS; i++)
			bench_add(&rounds[i], bench_run(program[i], REPEAT));
	print(flows, rounds);
	bpf_object__close(object);
	return 0;
}

int bench_fastpath(void)
{
	static const uint32_t flows[] = {1000, 10000, 100000};
	int status = 0;

	libbpf_set_print(bench_silent);
	bench_pin();
	for (size_t i = 0; !status && i < sizeof(flows) / sizeof(flows[0]); i++)
		status = measure(flows[i]);
	return status;
}
