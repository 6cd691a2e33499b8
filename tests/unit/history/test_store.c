/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/history/labels.h"
#include "tests/lib/scratch.h"

struct fixture {
	char directory[SCRATCH_SIZE];
	char path[128];
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	scratch_make(f->directory);
	snprintf(f->path, sizeof(f->path), "%s/" STORE_FILE, f->directory);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	scratch_remove(f->directory);
	free(f);
	return 0;
}

static struct label type_label(uint64_t mac, const char *type)
{
	struct label l = { .mac = mac, .made_us = 1 };

	snprintf(l.type, sizeof(l.type), "%s", type);
	return l;
}

static int64_t add_type(struct store *s, uint64_t mac, const char *type, size_t packets)
{
	static const struct iot_packet zero[4096];
	struct label_evidence e = { .start_us = 5, .packets = zero, .count = packets };
	struct label l = type_label(mac, type);
	char previous[LABEL_NAME_MAX + 1];
	int r = labels_set_type(s, &l, packets ? &e : NULL, previous);

	return r < 0 ? r : l.id;
}

static void makes_and_reopens(void **state)
{
	struct fixture *f = *state;
	struct store s;
	struct label l;
	struct stat st;

	assert_int_equal(store_open(&s, f->directory, false), 0);
	assert_int_equal(add_type(&s, 42, "plug", 3), 1);
	store_close(&s);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	assert_int_equal(store_open(&s, f->directory, false), 0);
	assert_int_equal(labels_get(&s, 1, &l), 0);
	assert_string_equal(l.type, "plug");
	assert_int_equal(l.packets, 3);
	store_close(&s);
}

static void makes_its_directory_but_not_more(void **state)
{
	struct fixture *f = *state;
	char path[128];
	struct store s;

	snprintf(path, sizeof(path), "%s/one", f->directory);
	assert_int_equal(store_open(&s, path, false), 0);
	store_close(&s);
	snprintf(path, sizeof(path), "%s/two/three", f->directory);
	assert_int_equal(store_open(&s, path, false), -ENOENT);
	assert_non_null(strstr(s.why, "two/three"));
	store_close(&s);
}

static void reads_while_another_writes(void **state)
{
	struct fixture *f = *state;
	struct store writer, reader;
	struct label l;

	assert_int_equal(store_open(&reader, f->directory, true), -ENOENT);
	store_close(&reader);
	assert_int_equal(store_open(&writer, f->directory, false), 0);
	assert_int_equal(add_type(&writer, 42, "plug", 3), 1);
	assert_int_equal(store_open(&reader, f->directory, true), 0);
	assert_int_equal(labels_get(&reader, 1, &l), 0);
	assert_int_equal(add_type(&writer, 43, "lamp", 3), 2);
	assert_int_equal(labels_get(&reader, 2, &l), 0);
	assert_true(add_type(&reader, 44, "hub", 0) < 0);
	store_close(&reader);
	store_close(&writer);
}

static void write_at(const char *path, off_t at, const void *bytes, size_t n)
{
	int fd = open(path, O_WRONLY);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes, n, at), (ssize_t)n);
	close(fd);
}

static unsigned long checksum(const char *path)
{
	FILE *f = fopen(path, "r");
	unsigned long sum = 0;
	int c;

	assert_non_null(f);
	while ((c = fgetc(f)) != EOF)
		sum = sum * 31 + (unsigned long)c;
	fclose(f);
	return sum;
}

static void names_damage_and_leaves_it(void **state)
{
	static const char rubbish[4096] = "rubbish";
	struct fixture *f = *state;
	char aside[1024];
	struct store s;
	struct stat st;
	unsigned long before;

	assert_int_equal(store_open(&s, f->directory, false), 0);
	for (uint64_t mac = 1; mac < 20; mac++)
		assert_true(add_type(&s, mac, "plug", 100) > 0);
	store_close(&s);
	write_at(f->path, 4096, rubbish, sizeof(rubbish));
	before = checksum(f->path);
	assert_int_equal(store_open(&s, f->directory, false), -EUCLEAN);
	assert_non_null(strstr(s.why, "damaged"));
	store_close(&s);
	assert_int_equal(checksum(f->path), before);
	assert_int_equal(store_set_aside(f->directory, aside), 0);
	assert_int_equal(checksum(aside), before);
	assert_int_equal(stat(f->path, &st), -1);
	assert_int_equal(store_open(&s, f->directory, false), 0);
	assert_int_equal(add_type(&s, 42, "plug", 3), 1);
	store_close(&s);
}

static void refuses_what_is_no_database(void **state)
{
	struct fixture *f = *state;
	struct store s;
	FILE *file = fopen(f->path, "w");

	assert_non_null(file);
	for (int i = 0; i < 500; i++)
		fputs("this is no database\n", file);
	fclose(file);
	assert_int_equal(store_open(&s, f->directory, false), -EUCLEAN);
	assert_non_null(strstr(s.why, f->path));
	store_close(&s);
}

static void refuses_what_was_cut(void **state)
{
	struct fixture *f = *state;
	struct store s;

	assert_int_equal(store_open(&s, f->directory, false), 0);
	for (uint64_t mac = 1; mac < 20; mac++)
		assert_true(add_type(&s, mac, "plug", 100) > 0);
	store_close(&s);
	assert_int_equal(truncate(f->path, 5000), 0);
	assert_int_equal(store_open(&s, f->directory, false), -EUCLEAN);
	store_close(&s);
}

static int no_label(void *user, const struct label *label)
{
	(void)user;
	(void)label;
	return 0;
}

static void tells_what_was_cut_in_use_from_what_is_not_there(void **state)
{
	struct fixture *f = *state;
	struct store s = { 0 };
	char log[160];

	assert_int_equal(store_open(&s, f->directory, false), 0);
	snprintf(log, sizeof(log), "%s-wal", f->path);
	assert_true(truncate(log, 100) == 0 || errno == ENOENT);
	assert_int_equal(truncate(f->path, 1000), 0);
	sqlite3_db_release_memory(s.db);
	assert_int_equal(labels_each(&s, 0, 10, no_label, NULL), -EIO);
	store_close(&s);
}

static void refuses_a_later_schema(void **state)
{
	struct fixture *f = *state;
	struct store s;

	assert_int_equal(store_open(&s, f->directory, false), 0);
	assert_int_equal(sqlite3_exec(s.db, "PRAGMA user_version = 1000", NULL, NULL, NULL), SQLITE_OK);
	store_close(&s);
	assert_int_equal(store_open(&s, f->directory, false), -EPROTONOSUPPORT);
	assert_non_null(strstr(s.why, "later version"));
	store_close(&s);
}

static void undoes_what_was_not_committed(void **state)
{
	struct fixture *f = *state;
	struct store s;
	struct label l;

	assert_int_equal(store_open(&s, f->directory, false), 0);
	assert_int_equal(store_begin(&s), 0);
	assert_int_equal(store_run(&s, "INSERT INTO label(mac, type, from_us, to_us, made_us, open, sample_s) VALUES(1, 'x', 0, 0, 0, 0, 1)",
				   NULL, 0),
			 0);
	assert_int_equal(store_finish(&s, -EIO), -EIO);
	assert_int_equal(labels_get(&s, 1, &l), -ENOENT);
	store_close(&s);
}

/* Adds labels, each with its evidence, until it is killed; says the number of each when it is stored. */
static void write_until_killed(const char *directory, int to)
{
	struct store s;

	if (store_open(&s, directory, false) < 0)
		_exit(1);
	for (uint64_t mac = 1;; mac++) {
		int64_t id = add_type(&s, mac, "plug", 2000);

		if (id < 0 || write(to, &id, sizeof(id)) != sizeof(id))
			_exit(1);
	}
}

struct tally {
	int64_t labels, whole;
};

static int count_label(void *user, const struct label *l)
{
	struct tally *t = user;

	t->labels++;
	t->whole += l->packets == 2000;
	return 0;
}

static void keeps_what_was_said_when_killed(void **state)
{
	struct fixture *f = *state;

	for (int round = 0; round < 5; round++) {
		struct tally tally = { 0 };
		int64_t id = 0, said = 0;
		struct store s;
		int ends[2], status;
		pid_t pid;

		assert_int_equal(pipe(ends), 0);
		pid = fork();
		if (!pid)
			write_until_killed(f->directory, ends[1]);
		close(ends[1]);
		/* In the middle of a write: at no moment that the child would choose. */
		for (int i = 0; i < 5 + 7 * round && read(ends[0], &id, sizeof(id)) == sizeof(id); i++)
			said = id;
		usleep((useconds_t)(round * 777));
		kill(pid, SIGKILL);
		while (read(ends[0], &id, sizeof(id)) == sizeof(id))
			said = id;
		close(ends[0]);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(store_open(&s, f->directory, false), 0);
		assert_int_equal(labels_each(&s, 0, LABELS_MAX, count_label, &tally), 0);
		assert_true(said > 0);
		assert_int_equal(tally.labels, tally.whole);
		assert_true(tally.labels >= said);
		assert_int_equal(store_run(&s, "DELETE FROM label", NULL, 0), 0);
		assert_int_equal(store_run(&s, "DELETE FROM sqlite_sequence", NULL, 0), 0);
		store_close(&s);
	}
}

static int write_ballast(const char *path)
{
	static const char bytes[100000];
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	ssize_t n = write(fd, bytes, sizeof(bytes));

	return close(fd) < 0 || n != sizeof(bytes) ? -1 : 0;
}

/* In a process of its own, which may mount what it likes. Returns the number of the step that failed. */
static int fill_a_disk(const char *directory)
{
	char ballast[128];
	struct store s;
	struct label l;
	int64_t r = 0;
	uint64_t mac;

	snprintf(ballast, sizeof(ballast), "%s/ballast", directory);
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("none", directory, "tmpfs", 0, "size=1m") < 0)
		return 2;
	if (write_ballast(ballast) < 0 || store_open(&s, directory, false) < 0)
		return 3;
	for (mac = 1; mac < 1000 && r >= 0; mac++)
		r = add_type(&s, mac, "plug", 2000);
	if (r != -ENOSPC || !strstr(s.why, "no space left"))
		return 4;
	/* What was stored is there, after a restart too; with room on the disk it goes on. */
	if (labels_get(&s, 1, &l) < 0 || l.packets != 2000)
		return 5;
	store_close(&s);
	if (store_open(&s, directory, false) < 0 || labels_get(&s, (int64_t)mac - 2, &l) < 0 || l.packets != 2000)
		return 6;
	if (unlink(ballast) < 0 || add_type(&s, 1000, "plug", 100) < 0 || labels_remove(&s, 1) < 0)
		return 7;
	store_close(&s);
	return 0;
}

static void survives_a_full_disk(void **state)
{
	struct fixture *f = *state;
	int status;
	pid_t pid;

	if (geteuid() != 0)
		skip();
	pid = fork();
	if (!pid)
		_exit(fill_a_disk(f->directory));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 2)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(makes_and_reopens),
		TEST(makes_its_directory_but_not_more),
		TEST(reads_while_another_writes),
		TEST(names_damage_and_leaves_it),
		TEST(refuses_what_is_no_database),
		TEST(refuses_what_was_cut),
		TEST(tells_what_was_cut_in_use_from_what_is_not_there),
		TEST(refuses_a_later_schema),
		TEST(undoes_what_was_not_committed),
		TEST(keeps_what_was_said_when_killed),
		TEST(survives_a_full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
