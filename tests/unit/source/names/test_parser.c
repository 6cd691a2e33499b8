// SPDX-License-Identifier: BSD-2-Clause

/* The process that parses: it answers as the parser does, holds nothing, and dies of anything else. */

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/source/names/parser.h"

static size_t seed(const char *name, uint8_t bytes[2048])
{
	char path[256];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "tests/fuzz/corpus/names/%s", name);
	f = fopen(path, "rb");
	assert_non_null(f);
	n = fread(bytes, 1, 2048, f);
	fclose(f);
	return n;
}

static int take(struct name_parser *p, struct name_facts *facts)
{
	int r = 0;

	for (int i = 0; i < 500 && r == 0; i++) {
		r = name_parser_take(p, facts);
		if (r == 0)
			usleep(10000);
	}
	return r;
}

static void test_answers(void **state)
{
	_cleanup_(name_parser_free_p) struct name_parser *p = NULL;
	static const char *const names[] = {"dhcp-discover", "mdns-service", "arp", "mdns-loop"};
	struct name_facts facts, expected;
	uint8_t bytes[2048];

	(void)state;
	assert_int_equal(name_parser_new(&p), 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t n = seed(names[i], bytes);

		assert_int_equal(name_parser_ask(p, bytes, n), 0);
		assert_int_equal(name_parser_waiting(p), 1);
		assert_int_equal(take(p, &facts), 1);
		facts_read(bytes, n, &expected);
		assert_memory_equal(&facts, &expected, sizeof(facts));
	}
	assert_int_equal(name_parser_ask(p, "nothing", 7), 0);
	assert_int_equal(take(p, &facts), 1);
	assert_int_equal(facts.protocol, FACTS_NONE);
	assert_int_equal(name_parser_waiting(p), 0);
}

/* A line of /proc/PID/status. */
static void status_of(pid_t pid, const char *key, char value[64])
{
	char path[64], line[256];
	FILE *f;

	value[0] = '\0';
	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (strncmp(line, key, strlen(key)) == 0 && line[strlen(key)] == ':')
			sscanf(line + strlen(key) + 1, " %63[^\t\n]", value);
	}
	fclose(f);
}

static void test_confined(void **state)
{
	_cleanup_(name_parser_free_p) struct name_parser *p = NULL;
	char value[64];

	(void)state;
	assert_int_equal(name_parser_new(&p), 0);
	status_of(name_parser_pid(p), "Seccomp", value);
	assert_string_equal(value, "2");
	status_of(name_parser_pid(p), "NoNewPrivs", value);
	assert_string_equal(value, "1");
	status_of(name_parser_pid(p), "CapPrm", value);
	assert_string_equal(value, "0000000000000000");
	status_of(name_parser_pid(p), "CapEff", value);
	assert_string_equal(value, "0000000000000000");
	status_of(name_parser_pid(p), "Uid", value);
	assert_string_not_equal(value, "0");
}

/* What a confined process may do: run @act in one and say how it ended. */
static int ended(void (*act)(int fd))
{
	int pair[2], status = 0;
	pid_t pid;

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	pid = fork();
	if (pid == 0) {
		if (confine(pair[1]) < 0)
			_exit(99);
		act(pair[1]);
		syscall(SYS_exit_group, 7); /* what _exit() does, without what a sanitizer does before */
	}
	close(pair[0]);
	close(pair[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void do_nothing(int fd)
{
	(void)fd;
}

static void do_open(int fd)
{
	(void)fd;
	(void)!fopen("/etc/passwd", "r");
}

static void do_fork(int fd)
{
	(void)fd;
	(void)!fork();
}

static void do_write_elsewhere(int fd)
{
	(void)!write(fd + 1, "x", 1);
}

static void test_dies_of_anything_else(void **state)
{
	int status = ended(do_nothing);

	(void)state;
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 7);
	status = ended(do_open);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
	status = ended(do_fork);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
	status = ended(do_write_elsewhere);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
}

static void test_gone(void **state)
{
	_cleanup_(name_parser_free_p) struct name_parser *p = NULL;
	struct name_facts facts;

	(void)state;
	assert_int_equal(name_parser_new(&p), 0);
	kill(name_parser_pid(p), SIGKILL);
	assert_true(take(p, &facts) < 0);
	assert_true(name_parser_ask(p, "x", 1) < 0);
}

/* Nobody reads the answers: questions are refused, and nothing blocks. */
static void test_busy(void **state)
{
	_cleanup_(name_parser_free_p) struct name_parser *p = NULL;
	struct name_facts facts;
	int r = 0, asked = 0;

	(void)state;
	assert_int_equal(name_parser_new(&p), 0);
	for (; r == 0; asked++)
		r = name_parser_ask(p, "question", 8);
	assert_int_equal(r, -EAGAIN);
	assert_true(asked > 1);
	assert_int_equal(take(p, &facts), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers), cmocka_unit_test(test_confined), cmocka_unit_test(test_dies_of_anything_else),
		cmocka_unit_test(test_gone),	cmocka_unit_test(test_busy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
