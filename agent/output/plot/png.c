// SPDX-License-Identifier: BSD-2-Clause

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include "agent/base/cleanup.h"
#include "agent/output/plot/plot.h"

extern char **environ;

#define SCALE "2" /* a picture for print and for dense screens */

/* Start the program, reading from a pipe and writing to @fd. Returns its process, with the end to write to in *@to, or -errno. */
static pid_t start(int fd, int *to)
{
	char *argv[] = { (char *)"rsvg-convert", (char *)"--zoom", (char *)SCALE, (char *)"--unlimited", NULL };
	_cleanup_close_ int from = -1;
	posix_spawn_file_actions_t actions;
	int ends[2], r;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	from = ends[0];
	*to = ends[1];
	r = posix_spawn_file_actions_init(&actions);
	if (r)
		return -r;
	r = posix_spawn_file_actions_adddup2(&actions, from, STDIN_FILENO) ?: posix_spawn_file_actions_adddup2(&actions, fd, STDOUT_FILENO);
	r = r ?: posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return r == ENOENT ? -ENOPKG : r ? -r : pid;
}

/* All of it; the program may end before it read all. */
static int feed(const struct buffer *svg, int to)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
	int r;

	sigaction(SIGPIPE, &ignore, &before);
	r = buffer_write(svg, to);
	sigaction(SIGPIPE, &before, NULL);
	return r;
}

int plot_png(const struct buffer *svg, int fd)
{
	_cleanup_close_ int to = -1;
	pid_t pid = start(fd, &to);
	int status = 0, r;

	if (pid < 0)
		return pid;
	r = feed(svg, to);
	close(TAKE_FD(to));
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return !WIFEXITED(status) || WEXITSTATUS(status) ? -EIO : r;
}
