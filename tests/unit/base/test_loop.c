/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "agent/base/clock.h"
#include "agent/base/loop.h"

struct seen {
	int calls;
	uint64_t what;
	int quit_after;
	int result;
	struct loop_source *remove;
};

static int on_event(struct loop *loop, uint64_t what, void *user)
{
	struct seen *s = user;

	s->calls++;
	s->what = what;
	if (s->remove)
		loop_remove(loop, s->remove);
	s->remove = NULL;
	if (s->calls == s->quit_after)
		loop_quit(loop, 7);
	return s->result;
}

static void test_timer(void **state)
{
	_cleanup_(loop_free_p) struct loop *loop = NULL;
	struct seen s = { .quit_after = 3 };
	int64_t start = time_monotonic_ns();

	(void)state;
	assert_int_equal(loop_new(&loop), 0);
	assert_int_equal(loop_add_timer(loop, 2000000, on_event, &s, NULL), 0);
	assert_int_equal(loop_run(loop), 7);
	assert_int_equal(s.calls, 3);
	assert_true(time_monotonic_ns() - start >= 6000000);
}

static void test_late_timer_counts(void **state)
{
	_cleanup_(loop_free_p) struct loop *loop = NULL;
	struct seen s = { .quit_after = 1 };

	(void)state;
	assert_int_equal(loop_new(&loop), 0);
	assert_int_equal(loop_add_timer(loop, 1000000, on_event, &s, NULL), 0);
	usleep(10000);
	assert_int_equal(loop_run(loop), 7);
	assert_true(s.what >= 9);
}

static void test_set_timer(void **state)
{
	_cleanup_(loop_free_p) struct loop *loop = NULL;
	struct seen s = { .quit_after = 1 };
	struct loop_source *timer;

	(void)state;
	assert_int_equal(loop_new(&loop), 0);
	assert_int_equal(loop_add_timer(loop, 0, on_event, &s, &timer), 0);
	assert_int_equal(loop_set_timer(timer, 1000000, 0), 0);
	assert_int_equal(loop_run(loop), 7);
	assert_int_equal(s.calls, 1);
}

static void test_signal(void **state)
{
	sigset_t set;

	(void)state;
	{
		_cleanup_(loop_free_p) struct loop *loop = NULL;
		struct seen s = { .quit_after = 1 };

		assert_int_equal(loop_new(&loop), 0);
		assert_int_equal(loop_add_signal(loop, SIGUSR1, on_event, &s, NULL), 0);
		raise(SIGUSR1);
		assert_int_equal(loop_run(loop), 7);
		assert_int_equal(s.what, SIGUSR1);
	}
	sigprocmask(SIG_BLOCK, NULL, &set);
	assert_false(sigismember(&set, SIGUSR1));
}

static void test_fd_and_error(void **state)
{
	_cleanup_(loop_free_p) struct loop *loop = NULL;
	struct seen s = { .result = -EPIPE };
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(loop_new(&loop), 0);
	assert_int_equal(loop_add_fd(loop, fds[0], EPOLLIN, on_event, &s, NULL), 0);
	assert_int_equal(write(fds[1], "x", 1), 1);
	assert_int_equal(loop_run(loop), -EPIPE);
	assert_true(s.what & EPOLLIN);
	assert_int_equal(loop_add_fd(loop, fds[0], EPOLLIN, on_event, &s, NULL), -EEXIST);
	close(fds[0]);
	close(fds[1]);
}

/* Two descriptors ready in one wait; whichever is served first removes the other and itself is removed later. */
static void test_remove_in_callback(void **state)
{
	_cleanup_(loop_free_p) struct loop *loop = NULL;
	struct seen a = { 0 }, b = { 0 }, end = { .quit_after = 1 };
	struct loop_source *source_a, *source_b;
	int fds[2], fds2[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(pipe(fds2), 0);
	assert_int_equal(loop_new(&loop), 0);
	assert_int_equal(loop_add_fd(loop, fds[1], EPOLLOUT, on_event, &a, &source_a), 0);
	assert_int_equal(loop_add_fd(loop, fds2[1], EPOLLOUT, on_event, &b, &source_b), 0);
	assert_int_equal(loop_add_timer(loop, 5000000, on_event, &end, NULL), 0);
	a.remove = source_b;
	b.remove = source_a;
	a.quit_after = b.quit_after = 3;
	assert_int_equal(loop_run(loop), 7);
	assert_int_equal(a.calls + b.calls, 3);
	assert_true(a.calls == 0 || b.calls == 0);
	loop_remove(loop, a.calls ? source_a : source_b);
	assert_int_equal(loop_run(loop), 7);
	assert_int_equal(end.calls, 1);
	assert_int_equal(a.calls + b.calls, 3);
	for (int i = 0; i < 2; i++) {
		close(fds[i]);
		close(fds2[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_timer),        cmocka_unit_test(test_late_timer_counts),
		cmocka_unit_test(test_set_timer),    cmocka_unit_test(test_signal),
		cmocka_unit_test(test_fd_and_error), cmocka_unit_test(test_remove_in_callback),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
