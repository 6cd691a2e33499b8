/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/jiffies.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <math.h>
#include <time.h>

#include "agent/base/cleanup.h"
#include "agent/base/clock.h"

#define TICK_WAIT_NS NS_PER_SECOND /* many ticks (CONFIG_HZ is 24 or more): some are sharp even on a busy machine */
#define TICK_SHARP_NS 100000
#define MEASURE_NS (NS_PER_SECOND / 10)
#define LATE_TIMES 300			/* a tick is seen so late at most, as a part of what is measured: well below SNAP */
#define LATE_MAX_NS (NS_PER_SECOND / 60)
#define DEADLINE_NS (30 * NS_PER_SECOND)
#define MEASUREMENTS 24
#define VOTES 3
#define SNAP 0.012 /* half of what separates 250 from 256 and 1000 from 1024 */

/* r0 = bpf_jiffies64() >> shift; a program's result is 32 bits wide. */
static int load(int shift)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_jiffies64 },
		{ .code = BPF_ALU64 | BPF_RSH | BPF_K, .dst_reg = BPF_REG_0, .imm = shift },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	return bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "iotbpf_jiffies", "GPL", insns, sizeof(insns) / sizeof(insns[0]),
			     NULL);
}

static int run(int fd, uint32_t *result)
{
	char frame[64] = { 0 };
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

/* A change of the counter, and the time at which it was seen: it happened at most `late` before. */
struct tick {
	uint64_t count;
	int64_t ns, late;
};

/*
 * Wait for a tick that is seen as it happens. One during which this process was not running tells less; on a starved machine the
 * sharpest of a second has to do.
 */
static int next_tick(struct jiffies *j, struct tick *tick)
{
	int64_t ns = time_monotonic_ns(), limit = ns + TICK_WAIT_NS;
	uint64_t before = 0, now = 0;
	int r = jiffies_read(j, &before);

	tick->late = INT64_MAX;
	for (; r == 0 && ns < limit && tick->late >= TICK_SHARP_NS; before = now) {
		int64_t from = ns;

		r = jiffies_read(j, &now);
		ns = time_monotonic_ns();
		if (r == 0 && now != before && ns - from < tick->late)
			*tick = (struct tick){ now, ns, ns - from };
	}
	return r < 0 ? r : tick->late == INT64_MAX ? -ERANGE : 0;
}

/* The time between two ticks is long enough for their lateness not to matter. */
static int measure(struct jiffies *j, struct tick *first, struct tick *last)
{
	struct timespec pause = { .tv_nsec = MEASURE_NS };
	int r = next_tick(j, first);

	if (r < 0)
		return r;
	if (first->late * LATE_TIMES > MEASURE_NS) {
		int64_t ns = first->late < LATE_MAX_NS ? first->late * LATE_TIMES : LATE_MAX_NS * LATE_TIMES;

		pause = (struct timespec){ .tv_sec = ns / NS_PER_SECOND, .tv_nsec = ns % NS_PER_SECOND };
	}
	clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
	return next_tick(j, last);
}

static double rate(const struct tick *first, const struct tick *last)
{
	return (double)(last->count - first->count) * (double)NS_PER_SECOND / (double)(last->ns - first->ns);
}

static const uint32_t usual_hz[] = { 24, 32, 48, 64, 100, 128, 200, 250, 256, 300, 512, 1000, 1024, 1200 };

enum { USUAL = sizeof(usual_hz) / sizeof(usual_hz[0]) };

static int usual_index(double hz)
{
	for (int i = 0; i < USUAL; i++)
		if (fabs(hz - usual_hz[i]) <= SNAP * usual_hz[i])
			return i;
	return -1;
}

uint32_t jiffies_snap(double hz)
{
	int i = usual_index(hz);

	return i >= 0 ? usual_hz[i] : hz >= 1 ? (uint32_t)(hz + 0.5) : 0;
}

/*
 * On a busy virtual machine a tick may itself be late, and several in a row alike: measurements vote, and from the first tick of all to the
 * last it must be the same rate. A second without a tick that was seen tells nothing.
 */
int jiffies_calibrate(struct jiffies *j)
{
	int votes[USUAL] = { 0 };
	int64_t deadline = time_monotonic_ns() + DEADLINE_NS;
	struct tick origin = { 0 }, first, last;
	double hz = 0;

	for (int i = 0; i < MEASUREMENTS && time_monotonic_ns() < deadline; i++) {
		int r = measure(j, &first, &last), u;

		if (r == -ERANGE)
			continue;
		if (r < 0)
			return r;
		if (!origin.ns)
			origin = first;
		u = usual_index(rate(&first, &last));
		hz = rate(&origin, &last);
		if (u >= 0 && ++votes[u] >= VOTES && usual_index(hz) == u) {
			j->hz = usual_hz[u];
			return 0;
		}
	}
	j->hz = jiffies_snap(hz);
	return j->hz ? 0 : -ERANGE;
}
