/* SPDX-License-Identifier: BSD-2-Clause */
/* iotbpf-lab flood IFACE: frames from random source addresses, of random protocols and with malformed headers, as fast as asked. */
#include <errno.h>
#include <linux/if_packet.h>
#include <linux/types.h>
#include <net/if.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <time.h>

#include <iotbpf/abi.h>

#include "agent/base/cleanup.h"
#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "tools/lab/lab.h"
#include "tools/lab/soak_inject.h"
#include "tools/lab/soak_odd.h"

enum { BATCH = 64, COPIES = 65536, THREADS_MAX = 16, RANDOM_PREFIX = 0x06 };

/* One thread's socket or program, frames and what it sent. */
struct flooder {
	const struct lab_args *args;
	struct lab_rng rng;
	int fd, error;
	unsigned int ifindex;
	uint64_t frames, bytes, reason[IOT_REASON_COUNT];
	int64_t end_ns;
	uint64_t limit;
	double rate;
	struct lab_frame frame[BATCH];
	unsigned int why[BATCH];
	struct iovec iov[BATCH];
	struct mmsghdr message[BATCH];
};

/* Half of the frames are sound ones of any protocol, half have something wrong. Addresses are random, unicast, locally administered. */
static void draw(struct flooder *f, unsigned int i)
{
	uint64_t random = lab_rng_next(&f->rng), from = (uint64_t)RANDOM_PREFIX << 40 | (random & 0xffffffffff);
	const struct lab_odd *odd;

	do {
		bool sound = !f->args->malformed || lab_rng_next(&f->rng) >> 63;

		odd = lab_odd_kind((unsigned int)lab_rng_range(&f->rng, sound ? 0 : LAB_ODD_SOUND,
							       sound ? LAB_ODD_SOUND - 1 : LAB_ODD_KINDS - 1));
	} while (odd->seen < (f->args->inject ? LAB_ODD_COPIES : LAB_ODD_WIRE));
	lab_odd_frame(&f->frame[i], odd, from, f->args->to, &f->rng);
	f->why[i] = odd->reason;
	f->iov[i] = (struct iovec){ f->frame[i].data, f->frame[i].len };
	f->message[i].msg_hdr = (struct msghdr){ .msg_iov = &f->iov[i], .msg_iovlen = 1 };
}

static void account(struct flooder *f, unsigned int sent, unsigned int copies)
{
	for (unsigned int i = 0; i < sent; i++) {
		f->reason[f->why[i]] += copies;
		f->bytes += copies * f->frame[i].len;
	}
	f->frames += sent * copies;
}

/* All of a batch, however often the kernel asks to try again; what it refuses for another reason was not sent. */
static int send_batch(struct flooder *f, unsigned int n)
{
	unsigned int done = 0;

	while (done < n) {
		int r = sendmmsg(f->fd, f->message + done, n - done, 0);

		if (r < 0 && errno != ENOBUFS && errno != EAGAIN && errno != EINTR) {
			account(f, done, 1);
			return -errno;
		}
		done += r > 0 ? (unsigned int)r : 0;
	}
	account(f, n, 1);
	return 0;
}

/* One frame in many copies, which differ in their source. */
static int send_copies(struct flooder *f, unsigned int n)
{
	int e;

	draw(f, 0);
	e = inject(f->fd, f->ifindex, &f->frame[0], n);
	if (e == 0)
		account(f, 1, n);
	return e;
}

static int send_some(struct flooder *f)
{
	unsigned int most = f->args->inject ? COPIES : BATCH;
	unsigned int n = f->limit - f->frames < most ? (unsigned int)(f->limit - f->frames) : most;

	if (f->args->inject)
		return send_copies(f, n);
	for (unsigned int i = 0; i < n; i++)
		draw(f, i);
	return send_batch(f, n);
}

static void pace(const struct flooder *f, int64_t start)
{
	int64_t due = start + (f->rate > 0 ? (int64_t)((double)f->frames / f->rate * NS_PER_SECOND) : 0);
	struct timespec t = { due / NS_PER_SECOND, due % NS_PER_SECOND };

	if (due > time_monotonic_ns())
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

static void *flood(void *user)
{
	struct flooder *f = user;
	int64_t start = time_monotonic_ns();

	f->end_ns = f->end_ns ? start + f->end_ns : INT64_MAX;
	while (f->error == 0 && f->frames < f->limit && time_monotonic_ns() < f->end_ns) {
		f->error = send_some(f);
		if (f->error < 0)
			log_errno_r(f->error, "%s: cannot send frames", f->args->file);
		pace(f, start);
	}
	return NULL;
}

static int open_flooder(struct flooder *f, const struct lab_args *a, unsigned int number)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(a->file) };

	f->args = a;
	f->ifindex = (unsigned int)address.sll_ifindex;
	f->rng.state = a->seed * THREADS_MAX + number;
	f->rate = a->rate / a->threads;
	f->end_ns = (int64_t)(a->seconds * 1e9);
	f->limit = a->frames ? a->frames / a->threads + (number < a->frames % a->threads) : UINT64_MAX;
	if (a->inject)
		return (f->fd = inject_open()) < 0 ? f->fd : 0;
	f->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0); /* protocol 0: it receives nothing */
	if (f->fd < 0 || bind(f->fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return log_errno_r(-errno, "%s: cannot send frames", a->file);
	return 0;
}

static void print_account(const struct flooder *f, unsigned int threads, double seconds)
{
	uint64_t frames = 0, bytes = 0, reason[IOT_REASON_COUNT] = { 0 };
	const char *comma = "";

	for (unsigned int i = 0; i < threads; i++) {
		frames += f[i].frames;
		bytes += f[i].bytes;
		for (unsigned int k = 0; k < IOT_REASON_COUNT; k++)
			reason[k] += f[i].reason[k];
	}
	printf("{\"frames\":%llu,\"bytes\":%llu,\"seconds\":%.3f,\"rate\":%.0f,\"reasons\":{", (unsigned long long)frames,
	       (unsigned long long)bytes, seconds, (double)frames / seconds);
	for (unsigned int k = 1; k < IOT_REASON_COUNT; k++) {
		if (!reason[k])
			continue;
		printf("%s\"%s\":%llu", comma, lab_odd_reason_text(k), (unsigned long long)reason[k]);
		comma = ",";
	}
	puts("}}");
}

int lab_cmd_flood(const struct lab_args *a)
{
	_cleanup_free_ struct flooder *f = calloc(a->threads, sizeof(*f));
	pthread_t thread[THREADS_MAX];
	int64_t start = time_monotonic_ns();
	int e = !f || !a->file ? -EINVAL : 0;

	if (a->threads > THREADS_MAX || e < 0 || (a->seconds <= 0 && !a->frames))
		return log_error_r(EX_USAGE, "flood: give an interface, --seconds or --frames, and at most %d threads",
				   THREADS_MAX);
	for (unsigned int i = 0; i < a->threads && e == 0; i++)
		e = open_flooder(&f[i], a, i);
	for (unsigned int i = 0; i < a->threads && e == 0; i++) {
		if (pthread_create(&thread[i], NULL, flood, &f[i]) != 0)
			return log_error_r(EX_OSERR, "cannot start a thread");
	}
	for (unsigned int i = 0; i < a->threads && e == 0; i++)
		pthread_join(thread[i], NULL);
	for (unsigned int i = 0; i < a->threads && e == 0; i++)
		e = f[i].error;
	for (unsigned int i = 0; i < a->threads; i++)
		cleanup_close(&f[i].fd);
	if (e < 0)
		return EX_IOERR;
	print_account(f, a->threads, (double)(time_monotonic_ns() - start) / 1e9);
	return EX_OK;
}
