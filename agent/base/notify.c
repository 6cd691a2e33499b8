/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/base/notify.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent/base/cleanup.h"
#include "agent/base/clock.h"

/* A path, or a name in the abstract namespace with an '@' in front. */
static int send_to(const char *name, const char *text, size_t size)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t n = strlen(name);
	_cleanup_close_ int fd = -1;

	if ((*name != '/' && *name != '@') || n < 2 || n >= sizeof(address.sun_path))
		return -EINVAL;
	memcpy(address.sun_path, name, n);
	if (*name == '@')
		address.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || sendto(fd, text, size, MSG_NOSIGNAL | MSG_DONTWAIT, (const struct sockaddr *)&address,
			     (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n)) < 0)
		return -errno;
	return 0;
}

int notify_send(const char *format, ...)
{
	const char *name = getenv("NOTIFY_SOCKET");
	char text[512];
	va_list args;
	int n;

	if (!name || !*name)
		return 0;
	va_start(args, format);
	n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= sizeof(text))
		return -EMSGSIZE;
	return send_to(name, text, (size_t)n);
}

int64_t notify_watchdog_ns(void)
{
	const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
	char *end;
	long long us;

	if (!usec || (pid && strtoll(pid, NULL, 10) != getpid()))
		return 0;
	errno = 0;
	us = strtoll(usec, &end, 10);
	return errno || *end || us <= 0 || us > INT64_MAX / 1000 ? 0 : us * (NS_PER_SECOND / US_PER_SECOND);
}
