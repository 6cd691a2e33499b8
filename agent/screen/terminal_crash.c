// SPDX-License-Identifier: BSD-2-Clause

#include "agent/screen/terminal_crash.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define RESTORE_MAX 256
#define STACK_SIZE 65536

static const int SIGNALS[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT, SIGSYS, SIGTRAP };

#define SIGNAL_COUNT (sizeof(SIGNALS) / sizeof(SIGNALS[0]))

/* A signal handler is given nothing but the signal: what it needs has to be where it can find it, made before. */
static struct {
	struct termios modes;
	struct sigaction before[SIGNAL_COUNT];
	char restore[RESTORE_MAX];
	size_t length;
	int fd;
	char stack[STACK_SIZE]; /* of its own: the crash may be an overflow of the other one */
} guard;

/* Only what may be called in a signal handler. SA_RESETHAND: the signal does its own work now. */
static void on_crash(int signo)
{
	ssize_t n = write(guard.fd, guard.restore, guard.length);

	(void)n;
	tcsetattr(guard.fd, TCSANOW, &guard.modes);
	raise(signo);
}

int crash_guard(int fd, const struct termios *modes, const char *restore)
{
	const stack_t stack = { .ss_sp = guard.stack, .ss_size = sizeof(guard.stack) };
	struct sigaction action = { .sa_handler = on_crash, .sa_flags = SA_ONSTACK | SA_RESETHAND | SA_NODEFER };

	guard.fd = fd;
	guard.modes = *modes;
	guard.length = strlen(restore) < RESTORE_MAX ? strlen(restore) : 0;
	memcpy(guard.restore, restore, guard.length);
	if (sigaltstack(&stack, NULL) < 0)
		return -errno;
	for (size_t i = 0; i < SIGNAL_COUNT; i++) {
		if (sigaction(SIGNALS[i], &action, &guard.before[i]) < 0)
			return -errno;
	}
	return 0;
}

void crash_release(void)
{
	const stack_t none = { .ss_flags = SS_DISABLE };

	for (size_t i = 0; i < SIGNAL_COUNT; i++)
		sigaction(SIGNALS[i], &guard.before[i], NULL);
	sigaltstack(&none, NULL);
}
