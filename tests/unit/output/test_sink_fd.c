/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/base/cleanup.h"
#include "agent/output/sink.h"

static struct sink *sink_to(int fd, bool may_wait)
{
	struct sink *sink;

	assert_int_equal(sink_fd_new(fd, may_wait, &sink), 0);
	return sink;
}

static void test_full_pipe_drops_whole_lines(void **state)
{
	char line[1000], text[200000];
	size_t taken = 0, got = 0;
	struct sink *sink;
	int fds[2];

	(void)state;
	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\n';
	assert_int_equal(pipe(fds), 0);
	sink = sink_to(fds[1], false);
	while (sink->ops->write(sink, line, sizeof(line)) == 0)
		taken++;
	assert_true(taken > 10);
	assert_int_equal(sink->ops->write(sink, line, sizeof(line)), -EAGAIN);
	close(fds[1]);
	for (ssize_t n; (n = read(fds[0], text + got, sizeof(text) - got)) > 0;)
		got += (size_t)n;
	assert_int_equal(got, taken * sizeof(line));
	for (size_t i = 1; i <= taken; i++)
		assert_int_equal(text[i * sizeof(line) - 1], '\n');
	close(fds[0]);
	sink->ops->free(sink);
}

static void test_closed_and_failing(void **state)
{
	struct sink *sink;
	int fds[2];
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	(void)state;
	assert_int_equal(pipe(fds), 0);
	close(fds[0]);
	sink = sink_to(fds[1], false);
	assert_int_equal(sink->ops->write(sink, "x\n", 2), -EPIPE);
	sink->ops->free(sink);
	close(fds[1]);
	sink = sink_to(full, true);
	assert_int_equal(sink->ops->write(sink, "x\n", 2), -ENOSPC);
	sink->ops->free(sink);
	close(full);
}

/* A file that may not grow past 1 kB takes half of a line; the next line starts afresh. */
static void test_torn_line(void **state)
{
	const struct rlimit small = { 1024, RLIM_INFINITY };
	struct rlimit before;
	char line[700], text[4096];
	FILE *file = tmpfile();
	struct sink *sink = sink_to(fileno(file), true);
	size_t n;

	(void)state;
	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\n';
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &before);
	setrlimit(RLIMIT_FSIZE, &small);
	assert_int_equal(sink->ops->write(sink, line, sizeof(line)), 0);
	assert_int_equal(sink->ops->write(sink, line, sizeof(line)), -EFBIG);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_int_equal(sink->ops->write(sink, "next\n", 5), 0);
	rewind(file);
	n = fread(text, 1, sizeof(text), file);
	assert_int_equal(n, 1024 + 6);
	assert_memory_equal(text + 1024, "\nnext\n", 6);
	sink->ops->free(sink);
	fclose(file);
}

/* A line longer than the pipe reaches a slow reader in one piece, also over a non-blocking descriptor. */
static void test_long_line(void **state)
{
	static char line[300000];
	int fds[2];
	pid_t child;
	int status;

	(void)state;
	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\n';
	assert_int_equal(pipe2(fds, O_NONBLOCK), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		struct sink *sink = sink_to(fds[1], true);

		_exit(sink->ops->write(sink, line, sizeof(line)) == 0 ? 0 : 1);
	}
	close(fds[1]);
	for (size_t got = 0; got < sizeof(line);) {
		char part[5000];
		ssize_t n = read(fds[0], part, sizeof(part));

		assert_true(n != 0);
		if (n < 0)
			usleep(200);
		else
			got += (size_t)n;
	}
	waitpid(child, &status, 0);
	assert_int_equal(status, 0);
	close(fds[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_full_pipe_drops_whole_lines),
		cmocka_unit_test(test_closed_and_failing),
		cmocka_unit_test(test_torn_line),
		cmocka_unit_test(test_long_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
