/* SPDX-License-Identifier: BSD-2-Clause */
/* Namespaces, and ip(8) to furnish them. */
#include "tools/lab/netns.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"

extern char **environ;

int lab_ns_open(const char *name)
{
	char path[300] = "/proc/thread-self/ns/net";
	int fd;

	if (name)
		snprintf(path, sizeof(path), "/run/netns/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd >= 0 ? fd : log_errno_r(-errno, "cannot open the network namespace %s", path);
}

bool lab_ns_exists(const char *name)
{
	char path[300];

	snprintf(path, sizeof(path), "/run/netns/%s", name);
	return access(path, F_OK) == 0;
}

static int enter(int ns)
{
	return setns(ns, CLONE_NEWNET) == 0 ? 0 : log_errno_r(-errno, "cannot enter a network namespace (root?)");
}

int lab_ns_socket(int ns, int self, int domain, int type, int protocol)
{
	int r = enter(ns), fd;

	if (r < 0)
		return r;
	fd = socket(domain, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
	r = fd >= 0 ? 0 : log_errno_r(-errno, "cannot make a socket in a namespace");
	if (enter(self) < 0)
		r = -EIO;
	if (r < 0 && fd >= 0)
		close(fd);
	return r < 0 ? r : fd;
}

int lab_ns_set(int ns, int self, const char *name, const char *value)
{
	char path[200];
	int r = enter(ns), fd;

	if (r < 0)
		return r;
	snprintf(path, sizeof(path), "/proc/sys/net/%s", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		r = -errno;
	if (fd >= 0)
		close(fd);
	if (enter(self) < 0)
		return -EIO;
	/* A kernel without IPv6 or bridge filtering has nothing to switch off. */
	return r < 0 && r != -ENOENT ? log_errno_r(r, "cannot set %s", path) : 0;
}

int lab_ns_plain(int ns, int self, const char *interface)
{
	static const uint32_t commands[] = { ETHTOOL_STSO, ETHTOOL_SGSO, ETHTOOL_SGRO, ETHTOOL_STXCSUM };
	_cleanup_close_ int fd = lab_ns_socket(ns, self, AF_INET, SOCK_DGRAM, 0);

	if (fd < 0)
		return fd;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		struct ethtool_value value = { .cmd = commands[i] };
		struct ifreq request = { 0 };

		snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", interface);
		request.ifr_data = (char *)&value;
		if (ioctl(fd, SIOCETHTOOL, &request) < 0 && errno != EOPNOTSUPP)
			return log_errno_r(-errno, "cannot switch offloads of %s off", interface);
	}
	return 0;
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : log_error_r(-EIO, "ip(8) failed, see above");
}

int lab_ip(const char *ns, const struct buffer *commands)
{
	_cleanup_close_ int script = memfd_create("ip-batch", MFD_CLOEXEC);
	char *in_ns[] = { (char *)"ip", (char *)"-n", (char *)ns, (char *)"-batch", (char *)"-", NULL };
	char *here[] = { (char *)"ip", (char *)"-batch", (char *)"-", NULL };
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int r;

	if (commands->failed || script < 0)
		return log_error_r(-ENOMEM, "out of memory");
	if (write(script, commands->data, commands->len) != (ssize_t)commands->len || lseek(script, 0, SEEK_SET) < 0)
		return log_errno_r(-errno, "cannot write a script for ip(8)");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, script, STDIN_FILENO);
	r = posix_spawnp(&pid, "ip", &actions, NULL, ns ? in_ns : here, environ);
	posix_spawn_file_actions_destroy(&actions);
	return r ? log_errno_r(-r, "cannot run ip (Debian package iproute2)") : wait_for(pid);
}
