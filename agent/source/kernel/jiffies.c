/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/jiffies.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <math.h>
#include <time.h>

#include "agent/base/cleanup.h"
#include "agent/base/clock.h"

#define TICK_WAIT_NS (NS_PER_SECOND / 10) /* longer than any tick (CONFIG_HZ is 24 or more) */
#define MEASURE_NS (NS_PER_SECOND / 10)
#define MEASUREMENTS 8
#define SNAP 0.012 /* half of what separates 250 from 256 and 1000 from 1024 */

/* r0 = bpf_jiffies64() >> shift; a program's result is 32 bits wide. */
static int load(int shift)
{
	const struct bpf_insn insns[] = {
		{.code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_jiffies64},
		{.code = BPF_ALU64 | BPF_RSH | BPF_K, .dst_reg = BPF_REG_0, .imm = shift},
		{.code = BPF_JMP | BPF_EXIT},
	};

	return bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "iotbpf_jiffies", "GPL", insns, sizeof(insns) / sizeof(insns[0]), NULL);
}

static int run(int fd, uint32_t *result)
{
	char frame[64] = {0};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = sizeof(frame));
	int r = bpf_prog_test_run_opts(fd, &opts);

	if (r < 0)
		return r;
	*result = opts.retval;
	return 0;
}

/* High and low words come from two runs: read the high one on both sides of the low one. */
static int read_all(int low_fd, int high_fd, uint64_t *value)
{
	uint32_t high = 0, low = 0, again = 0;
	int r = run(high_fd, &high);

	do {
		again = high;
		r = r < 0 ? r : run(low_fd, &low);
		r = r < 0 ? r : run(high_fd, &high);
		if (r < 0)
			return r;
	} while (again != high);
	*value = (uint64_t)high << 32 | low;
	return 0;
}

int jiffies_open(struct jiffies *j)
{
	_cleanup_close_ int low = load(0);
	_cleanup_close_ int high = low < 0 ? low : load(32);
	int r;

	*j = (struct jiffies)JIFFIES_CLOSED;
	if (high < 0)
		return high;
	r = read_all(low, high, &j->last);
	if (r < 0)
		return r;
	j->fd = TAKE_FD(low);
	return 0;
}

void jiffies_close(struct jiffies *j)
{
	cleanup_close(&j->fd);
	j->fd = -1;
}

int jiffies_read(struct jiffies *j, uint64_t *now)
{
	uint32_t low = 0;
	int r = run(j->fd, &low);

	if (r < 0)
		return r;
	j->last += low - (uint32_t)j->last;
	*now = j->last;
	return 0;
}

/* Wait for the next tick; returns the counter after it and the time when it was seen. */
static int next_tick(struct jiffies *j, uint64_t *ticks, int64_t *ns)
{
	int64_t limit = time_monotonic_ns() + TICK_WAIT_NS;
	uint64_t before = 0;
	int r = jiffies_read(j, &before);

	*ticks = before;
	while (r == 0 && *ticks == before) {
		r = jiffies_read(j, ticks);
		*ns = time_monotonic_ns();
		if (*ns > limit)
			return -ERANGE;
	}
	return r;
}

static int measure(struct jiffies *j, double *hz)
{
	const struct timespec pause = {.tv_nsec = MEASURE_NS};
	uint64_t first, last;
	int64_t from = 0, to = 0;
	int r = next_tick(j, &first, &from);

	if (r < 0)
		return r;
	clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
	r = next_tick(j, &last, &to);
	if (r < 0)
		return r;
	*hz = (double)(last - first) * (double)NS_PER_SECOND / (double)(to - from);
	return 0;
}

uint32_t jiffies_snap(double hz)
{
	static const uint32_t usual[] = {24, 32, 48, 64, 100, 128, 200, 250, 256, 300, 512, 1000, 1024, 1200};

	for (unsigned int i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (fabs(hz - usual[i]) <= SNAP * usual[i])
			return usual[i];
	return hz >= 1 ? (uint32_t)(hz + 0.5) : 0;
}

int jiffies_calibrate(struct jiffies *j)
{
	uint32_t previous = 0;

	for (int i = 0; i < MEASUREMENTS; i++) {
		double hz = 0;
		int r = measure(j, &hz);

		if (r < 0)
			return r;
		j->hz = jiffies_snap(hz);
		if (j->hz && j->hz == previous)
			return 0;
		previous = j->hz;
	}
	j->hz = 0;
	return -ERANGE;
}
