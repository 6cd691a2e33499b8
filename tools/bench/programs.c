// SPDX-License-Identifier: BSD-2-Clause

#include "tools/bench/programs.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "agent/source/kernel/object.h"

#define LOOPBACK 1 /* BPF_PROG_RUN says that frames come from here */

/* A 60-byte UDP frame; the programs choose its source and destination port. */
static const unsigned char frame[60] = {
	0x02, 0xff, 0, 0, 0, 1, 0x02, 0, 0, 0, 0, 0, 0x08, 0,	 0x45, 0, 0, 46, 0, 0, 0x40, 0, 64, 17, 0, 0, 192, 168, 1, 2,
	192,  168,  1, 3, 0xc3, 0x50, 0x04, 0, 0, 26, 0, 0,
};

static int silent(enum libbpf_print_level level, const char *format, va_list args)
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

static struct bpf_object *load(const struct bench_set *set, uint32_t flows)
{
	struct bpf_object *object = bpf_object__open_mem(set->bytes, (size_t)(set->end - set->bytes), NULL);
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

static double run(int program, int repeat)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = sizeof(frame), .repeat = repeat);
	double start = bench_now();

	if (bpf_prog_test_run_opts(program, &opts))
		return 0;
	return (bench_now() - start) / repeat;
}

int bench_programs(const struct bench_set *set, uint32_t flows, struct bench_rounds *rounds)
{
	int program[BENCH_PROGRAMS_MAX];
	struct bpf_object *object;

	libbpf_set_print(silent);
	bench_pin();
	object = load(set, flows);
	if (!object) {
		fprintf(stderr, "iotbpf-bench: cannot load the kernel programs (%s): run as root\n", strerror(errno));
		return EX_NOPERM;
	}
	for (int i = 0; i < set->count; i++) {
		program[i] = bpf_program__fd(bpf_object__find_program_by_name(object, set->functions[i]));
		run(program[i], set->warm_up);
	}
	for (int r = 0; r < set->rounds; r++)
		for (int i = 0; i < set->count; i++)
			bench_add(&rounds[i], run(program[i], set->repeat));
	bpf_object__close(object);
	return 0;
}
