// SPDX-License-Identifier: BSD-2-Clause

/*
 * `iotbpf read --summary --model none` against `tcpdump -w /dev/null` on a capture of a million packets: the same file, in turns, the
 * processor time of each process. The capture is a home of three hours: cameras that stream, and devices that say something
 * periodically.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "tools/bench/bench.h"

#define FRAMES 1000000u
#define SPACING_US 10800 /* three hours in all */
#define ROUNDS 7
#define CAMERAS 4u
#define DEVICES 24u
#define START 1685068609u

struct home {
	FILE *file;
	uint64_t now_us;
	uint32_t random;
	uint64_t due_us[DEVICES]; /* when a device speaks next */
};

static uint32_t next_random(struct home *h)
{
	h->random = h->random * 1664525u + 1013904223u;
	return h->random >> 8;
}

static void put16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/* An Ethernet frame with IPv4 and TCP (or UDP) between device and gateway. */
static void put_frame(struct home *h, uint32_t device, int sent, uint32_t port, uint32_t length, int udp)
{
	static uint8_t frame[1514];
	uint32_t record[4] = {START + (uint32_t)(h->now_us / 1000000), (uint32_t)(h->now_us % 1000000), length, length};
	uint8_t mac[12] = {2, 0, 0x5e, 0x10, 0, (uint8_t)device, 2, 0, 0x5e, 0, 0, 1};
	uint32_t own = 40000 + device;

	memcpy(frame, mac + (sent ? 6 : 0), 6);
	memcpy(frame + 6, mac + (sent ? 0 : 6), 6);
	put16(frame + 12, 0x0800);
	frame[14] = 0x45;
	put16(frame + 16, length - 14);
	put16(frame + 20, 0x4000);
	frame[22] = 64;
	frame[23] = udp ? 17 : 6;
	memcpy(frame + 26, (const uint8_t[]){192, 168, 1, (uint8_t)device}, 4);
	memcpy(frame + 30, (const uint8_t[]){52, 16, 42, 7}, 4);
	put16(frame + 34, sent ? own : port);
	put16(frame + 36, sent ? port : own);
	frame[46] = 0x50;
	frame[47] = 0x18;
	fwrite(record, sizeof(record), 1, h->file);
	fwrite(frame, length, 1, h->file);
	h->now_us += SPACING_US;
}

/* A device's turn: ask, and be answered; keepalives every few seconds or minutes, a name looked up now and then. */
static uint32_t put_exchange(struct home *h, uint32_t device)
{
	int udp = next_random(h) % 8 == 0;
	uint32_t port = udp ? 53 : device & 1 ? 8883 : 443;

	put_frame(h, device, 1, port, 80 + 8 * device, udp);
	put_frame(h, device, 0, port, 66 + 4 * device, udp);
	h->due_us[device] += (5 + 7 * device) * UINT64_C(1000000);
	return 2;
}

static uint32_t put_stream(struct home *h)
{
	uint32_t camera = next_random(h) % CAMERAS;

	put_frame(h, camera, 1, 554, next_random(h) % 4 ? 200 + next_random(h) % 300 : 1400, 0);
	put_frame(h, camera, 0, 554, 66, 0);
	return 2;
}

static int write_home(struct home *h)
{
	static const uint32_t header[6] = {0xa1b2c3d4, 2 | 4 << 16, 0, 0, 262144, 1};
	uint32_t written = 0;

	fwrite(header, sizeof(header), 1, h->file);
	while (written < FRAMES) {
		uint32_t due = DEVICES;

		for (uint32_t i = CAMERAS; i < DEVICES; i++)
			if (h->due_us[i] <= h->now_us)
				due = i;
		written += due < DEVICES ? put_exchange(h, due) : put_stream(h);
	}
	return fflush(h->file) || ferror(h->file) ? -EIO : 0;
}

/* Run a command with its output thrown away; its processor time in seconds, negative where it failed. */
static double run(const char *const argv[])
{
	struct rusage usage;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) < 0 || !WIFEXITED(status) || WEXITSTATUS(status))
		return -1;
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* The agent lies beside this program. */
static int agent_path(char path[PATH_MAX])
{
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 16);
	char *slash;

	if (n <= 0)
		return -1;
	path[n] = '\0';
	slash = strrchr(path, '/');
	memcpy(slash + 1, "iotbpf", sizeof("iotbpf"));
	return 0;
}

static int measure(const char *capture)
{
	char agent[PATH_MAX];
	const char *const read[] = {agent, "read", "--summary", "--model", "none", capture, NULL};
	const char *const tcpdump[] = {"tcpdump", "-r", capture, "-w", "/dev/null", NULL};
	struct bench_rounds ours = {.n = 0}, theirs = {.n = 0};
	double base;

	if (agent_path(agent) < 0)
		return EX_OSERR;
	for (int i = 0; i <= ROUNDS; i++) {
		double a = run(tcpdump), b = run(read);

		if (a < 0 || b < 0) {
			fprintf(stderr, "bench read: %s failed\n", a < 0 ? "tcpdump (is it installed?)" : agent);
			return EX_UNAVAILABLE;
		}
		if (i == 0)
			continue; /* the file comes into the page cache */
		bench_add(&theirs, a * 1e9 / FRAMES);
		bench_add(&ours, b * 1e9 / FRAMES);
	}
	base = bench_median(&theirs);
	bench_print("read", "tcpdump -w /dev/null", FRAMES, base, "ns/packet", NULL, 0);
	bench_print("read", "read --summary --model none", FRAMES, bench_median(&ours), "ns/packet", "tcpdump -w /dev/null",
		    bench_median(&ours) / base);
	return 0;
}

int bench_read(void)
{
	const char *folder = getenv("TMPDIR");
	struct home h = {.random = 20261121};
	char path[PATH_MAX];
	int fd, r;

	/* Not hidden from tcpdump, which gives up root before it opens the file. */
	snprintf(path, sizeof(path), "%s/iotbpf-bench-XXXXXX", folder ? folder : "/tmp");
	fd = mkstemp(path);
	h.file = fd < 0 || fchmod(fd, 0644) < 0 ? NULL : fdopen(fd, "wb");
	if (!h.file) {
		perror(path);
		return EX_CANTCREAT;
	}
	r = write_home(&h);
	fclose(h.file);
	r = r < 0 ? EX_IOERR : measure(path);
	unlink(path);
	return r;
}
