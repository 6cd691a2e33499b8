/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A day at one second a step, and whoever lives through it is killed at random moments: what was said to be written is there, nothing is
 * there twice, and the file is whole. FULL=1: 24 hours and 200 kills.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/base/clock.h"
#include "agent/history/archive.h"
#include "tests/lib/scratch.h"
#include "tests/lib/traffic.h"

#define OFFSET INT64_C(1700000000)
#define BEGIN UINT32_C(36000)
#define EVERY UINT32_C(60)
#define DEVICES 3

static const struct archive_limits unlimited;

/* Lives from @from on, says how far it has written, and does not return. */
static void live(const char *path, int out, uint32_t from, uint32_t to)
{
	struct traffic t;
	struct archive a;
	struct store s;

	traffic_init(&t, DEVICES, 0);
	if (store_open(&s, path, false) < 0 || archive_open(&a, &s, &unlimited, (OFFSET + from) * US_PER_SECOND) < 0)
		_exit(1);
	for (uint32_t second = from; second < to; second++) {
		uint32_t next = second + 1;

		traffic_second(&t, second);
		if (next % EVERY && next < to)
			continue;
		if (archive_write(&a, t.record, OFFSET, (OFFSET + next) * US_PER_SECOND) < 0)
			_exit(1);
		if (write(out, &next, sizeof(next)) != sizeof(next))
			_exit(1);
	}
	_exit(0);
}

/*
 * Second up to which a life said that it had written; @from where it said nothing. Killed @us after its begin, or, if @working, after it said
 * so for the first time; 0: never.
 */
static uint32_t one_life(const char *path, uint32_t from, uint32_t to, useconds_t us, bool working)
{
	uint32_t said, last = from;
	int ends[2], status;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (!pid)
		live(path, ends[1], from, to);
	close(ends[1]);
	if (us) {
		if (working && read(ends[0], &said, sizeof(said)) == sizeof(said))
			last = said;
		usleep(us);
		kill(pid, SIGKILL);
	}
	while (read(ends[0], &said, sizeof(said)) == sizeof(said))
		last = said;
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
	return last;
}

static void is_whole(struct store *s)
{
	_cleanup_statement_ sqlite3_stmt *statement = NULL;

	assert_int_equal(store_prepare(s, "PRAGMA integrity_check", &statement), 0);
	assert_int_equal(store_step(s, statement), 1);
	assert_string_equal((const char *)sqlite3_column_text(statement, 0), "ok");
}

static int add_packets(void *user, const struct archive_device *d)
{
	*(uint64_t *)user += d->tx_packets;
	return 0;
}

static uint64_t sent_packets(const struct dataset *ds)
{
	struct dataset_totals sent;
	uint64_t sum = 0;

	for (size_t i = 0; i < ds->count; i++) {
		dataset_device_totals(&ds->devices[i], &sent, NULL);
		sum += sent.packets;
	}
	return sum;
}

/* Whoever opens the store after a kill; returns the second from which on nothing is written. */
static uint32_t look(const char *path, const struct traffic *t, uint32_t from, uint32_t said, bool all)
{
	_cleanup_(dataset_free_p) struct dataset *ds = NULL;
	int64_t first_s, end_s;
	uint64_t packets = 0;
	uint32_t end = said;
	struct store s;

	assert_int_equal(store_open(&s, path, false), 0);
	is_whole(&s);
	assert_int_equal(archive_span(&s, &first_s, &end_s), 0);
	/* A change may be complete and nobody has heard of it. */
	if (end_s > OFFSET + said)
		end = (uint32_t)(end_s - OFFSET);
	assert_true(end <= said + EVERY);
	assert_int_equal(archive_load(&s, all ? 0 : OFFSET + from, OFFSET + end, 0, &ds), 0);
	ds->from_s -= OFFSET;
	traffic_check(t, ds, all ? BEGIN : from, end);
	assert_int_equal(archive_devices(&s, add_packets, &packets), 0);
	if (all)
		assert_int_equal(packets, sent_packets(ds));
	store_close(&s);
	return end;
}

static void nothing_written_is_lost(void **state)
{
	const char *full = getenv("FULL"), *path = *state;
	uint32_t kills = full && *full ? 200 : 12, end = BEGIN + (full && *full ? 86400 : 7200), at = BEGIN, written = 0;
	uint64_t chance = (uint64_t)getpid();
	struct traffic t;

	traffic_init(&t, DEVICES, 0);
	print_message("seed %llu\n", (unsigned long long)chance);
	for (uint32_t k = 0; k < kills; k++) {
		uint32_t said;

		chance = chance * 6364136223846793005u + 1442695040888963407u;
		said = one_life(path, at, end, 1 + (useconds_t)(chance >> 33) % (k % 2 ? 18000 : 6000), k % 2);
		written += said > at;
		at = look(path, &t, at, said, false);
	}
	print_message("%u kills, %u of them after something was written, at second %u of %u\n", kills, written, at - BEGIN, end - BEGIN);
	at = one_life(path, at, end, 0, false);
	assert_int_equal(at, end);
	look(path, &t, BEGIN, at, true);
	traffic_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_written_is_lost, scratch_set_up, scratch_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
