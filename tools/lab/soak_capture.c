/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * iotbpf-lab soak: days of 64 devices as a capture, with what befalls a router in that time: floods of addresses, odd frames, devices that
 * fall silent, and a clock that steps either way. What was written is accounted for as it is written.
 */
#include <errno.h>
#include <string.h>
#include <sysexits.h>

#include "agent/base/cleanup.h"
#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "tools/lab/lab.h"
#include "tools/lab/soak_account.h"

enum { DEVICE_FLOWS = 4, FLOWS = SOAK_DEVICES * DEVICE_FLOWS, ODD_ONE_IN = 50, LAN_ONE_IN = 8, SHORT_ONE_IN = 5000, MAGIC = (int)0xa1b2c3d4 };

#define EPOCH_US INT64_C(1700000000000000)
#define MINUTE_US (60 * US_PER_SECOND)
#define EPISODE_US (10 * MINUTE_US) /* mean time between two things that happen to all */

struct flow {
	int64_t next_us, period_us;
	uint16_t port;
	uint16_t size;
	bool tcp;
};

struct soak {
	FILE *out;
	struct lab_rng rng;
	struct soak_account account;
	struct flow flow[FLOWS];
	int64_t now_us, offset_us, end_us, episode_us; /* since the start; the offset is the clock's error */
	int error;
};

static struct lab_end end_of(int who)
{
	if (who < 0)
		return (struct lab_end){ .mac = SOAK_GATEWAY, .address = 10 << 24 | 9 << 16 | 1 };
	return (struct lab_end){ .mac = soak_mac((unsigned int)who), .address = 10U << 24 | 9 << 16 | (100 + (uint32_t)who) };
}

static void put(struct soak *s, const struct lab_frame *f, int from, int to, unsigned int reason)
{
	int64_t us = EPOCH_US + s->now_us + s->offset_us;
	const uint32_t head[4] = { (uint32_t)(us / US_PER_SECOND), (uint32_t)(us % US_PER_SECOND), (uint32_t)f->len, (uint32_t)f->len };

	if (fwrite(head, sizeof(head), 1, s->out) != 1 || fwrite(f->data, f->len, 1, s->out) != 1)
		s->error = -EIO;
	soak_count(&s->account, from, to, f->len, reason);
	s->now_us += lab_rng_range(&s->rng, 1, 200);
}

static void put_odd(struct soak *s, int from, int to)
{
	const struct lab_odd *odd = lab_odd_kind((unsigned int)lab_rng_range(&s->rng, LAB_ODD_SOUND, LAB_ODD_KINDS - 1));
	struct lab_frame f;

	lab_odd_frame(&f, odd, end_of(from).mac, end_of(to).mac, &s->rng);
	put(s, &f, from, to, odd->reason);
}

static void put_short(struct soak *s)
{
	struct lab_frame f = { .len = (size_t)lab_rng_range(&s->rng, 1, 13) };

	memset(f.data, 2, f.len);
	put(s, &f, SOAK_STRANGER, SOAK_EVERYBODY, IOT_SKIP_SHORT);
}

static void put_plain(struct soak *s, const struct flow *flow, int from, int to, bool answer)
{
	struct lab_end source = end_of(from), sink = end_of(to);
	const struct lab_packet packet = { .from = &source, .to = &sink, .ttl = 64, .id = (uint16_t)lab_rng_next(&s->rng) };
	const struct lab_segment segment = { .flags = 16 | 8, .window = 500, .size = flow->size };
	struct lab_frame f;

	source.port = answer ? flow->port : 40000;
	sink.port = answer ? 40000 : flow->port;
	if (flow->tcp)
		lab_frame_tcp(&f, &packet, &segment);
	else
		lab_frame_udp(&f, &packet, NULL, flow->size);
	put(s, &f, from, to, IOT_COUNTED);
}

/* One occurrence of a flow: a frame, mostly answered by the gateway. */
static void occur(struct soak *s, unsigned int number)
{
	struct flow *flow = &s->flow[number];
	int device = (int)(number / DEVICE_FLOWS), to = SOAK_AT_GATEWAY;

	s->now_us = flow->next_us;
	if (lab_rng_range(&s->rng, 1, LAN_ONE_IN) == 1)
		to = (int)lab_rng_range(&s->rng, 0, SOAK_DEVICES - 1);
	if (to == device)
		to = SOAK_AT_GATEWAY;
	put_plain(s, flow, device, to, false);
	if (to == SOAK_AT_GATEWAY)
		put_plain(s, flow, SOAK_AT_GATEWAY, device, true);
	if (lab_rng_range(&s->rng, 1, ODD_ONE_IN) == 1)
		put_odd(s, device, to);
	if (lab_rng_range(&s->rng, 1, SHORT_ONE_IN) == 1)
		put_short(s);
	flow->next_us += flow->period_us + lab_rng_range(&s->rng, -flow->period_us / 20, flow->period_us / 20);
	if (flow->next_us < s->now_us)
		flow->next_us = s->now_us;
}

/* Up to 50,000 frames in as little time as they take, each from an address of its own. */
static void flood(struct soak *s)
{
	int64_t n = lab_rng_range(&s->rng, 1000, 50000);

	s->account.floods++;
	for (int64_t i = 0; i < n && !s->error; i++) {
		const struct lab_odd *odd = lab_odd_kind((unsigned int)lab_rng_range(&s->rng, 0, LAB_ODD_KINDS - 1));
		struct lab_frame f;

		lab_odd_frame(&f, odd, UINT64_C(0x06) << 40 | (lab_rng_next(&s->rng) & 0xffffffffff), SOAK_GATEWAY, &s->rng);
		put(s, &f, SOAK_STRANGER, SOAK_AT_GATEWAY, odd->reason);
	}
}

/* From a second to two hours, either way. */
static void step(struct soak *s)
{
	int64_t by = lab_rng_range(&s->rng, 1, lab_rng_range(&s->rng, 0, 1) ? 10 : 7200) * US_PER_SECOND;
	bool back = lab_rng_range(&s->rng, 0, 1);

	s->account.steps++;
	s->account.stepped_us[back] += by;
	s->offset_us += back ? -by : by;
}

/* Some devices say nothing for a while. */
static void silence(struct soak *s)
{
	unsigned int device = (unsigned int)lab_rng_range(&s->rng, 0, SOAK_DEVICES - 1);
	int64_t until = s->now_us + lab_rng_range(&s->rng, 1, 120) * MINUTE_US;

	s->account.silences++;
	for (unsigned int i = device * DEVICE_FLOWS; i < (device + 1) * DEVICE_FLOWS; i++)
		s->flow[i].next_us = s->flow[i].next_us > until ? s->flow[i].next_us : until;
}

static void episode(struct soak *s)
{
	static void (*const kinds[])(struct soak *) = { flood, step, silence, silence };

	s->now_us = s->episode_us;
	kinds[lab_rng_range(&s->rng, 0, 3)](s);
	s->episode_us = s->now_us + lab_rng_range(&s->rng, 1, 2 * EPISODE_US);
}

static unsigned int next_flow(const struct soak *s)
{
	unsigned int best = 0;

	for (unsigned int i = 1; i < FLOWS; i++)
		if (s->flow[i].next_us < s->flow[best].next_us)
			best = i;
	return best;
}

static int write_capture(struct soak *s)
{
	static const uint32_t head[6] = { (uint32_t)MAGIC, 2 | 4 << 16, 0, 0, 262144, 1 };
	static const int64_t periods_s[DEVICE_FLOWS] = { 10, 30, 120, 1800 };
	int64_t from = 0;

	if (fwrite(head, sizeof(head), 1, s->out) != 1)
		return -EIO;
	for (unsigned int i = 0; i < FLOWS; i++) {
		int64_t p = periods_s[i % DEVICE_FLOWS] * US_PER_SECOND;

		p = lab_rng_range(&s->rng, p / 2, p * 2);
		s->flow[i] = (struct flow){ .period_us = p, .next_us = lab_rng_range(&s->rng, 0, p), .tcp = i % 3 == 0,
					    .port = (uint16_t)(1024 + 7 * i), .size = (uint16_t)lab_rng_range(&s->rng, 1, 1000) };
	}
	s->episode_us = lab_rng_range(&s->rng, 1, EPISODE_US);
	while (from < s->end_us && !s->error) {
		unsigned int next = next_flow(s);

		from = s->flow[next].next_us;
		if (s->episode_us < from)
			episode(s);
		else
			occur(s, next);
	}
	return s->error;
}

static int save_account(const struct soak *s, const char *path)
{
	_cleanup_fclose_ FILE *out = path ? fopen(path, "we") : NULL;

	if (path && !out)
		return log_errno_r(-errno, "%s", path);
	if (out)
		soak_print(&s->account, out);
	return out && fflush(out) ? log_errno_r(-errno, "%s", path) : 0;
}

int lab_cmd_soak(const struct lab_args *a)
{
	_cleanup_free_ struct soak *s = calloc(1, sizeof(*s));
	int e;

	if (!s || !a->output)
		return log_error_r(EX_USAGE, "soak: say with -o where the capture goes");
	s->out = strcmp(a->output, "-") ? fopen(a->output, "we") : stdout;
	if (!s->out)
		return log_error_r(EX_CANTCREAT, "%s: %s", a->output, strerror(errno));
	s->rng.state = a->seed;
	s->end_us = (int64_t)((a->seconds > 0 ? a->seconds : 86400) * US_PER_SECOND);
	e = write_capture(s);
	if ((s->out == stdout ? fflush(s->out) : fclose(s->out)) != 0 || e < 0)
		return log_error_r(EX_IOERR, "%s: cannot write the capture", a->output);
	return save_account(s, a->truth) < 0 ? EX_CANTCREAT : EX_OK;
}
