/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "tools/train/publish.h"

static int write_all(int fd, const struct buffer *bytes)
{
	int r = buffer_write(bytes, fd);

	if (r < 0)
		return r;
	return fsync(fd) < 0 && errno != EINVAL ? -errno : 0;
}

/* The file that becomes the other when it is complete; *name is allocated. Returns its descriptor or -errno, logged. */
static int open_new(const char *path, char **name)
{
	int fd;

	if (asprintf(name, "%s.new", path) < 0) {
		*name = NULL;
		return log_errno_r(-ENOMEM, "%s", path);
	}
	fd = open(*name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	return fd < 0 ? log_errno_r(-errno, "cannot write %s", *name) : fd;
}

int publish_check(const char *path)
{
	_cleanup_free_ char *name = NULL;
	_cleanup_close_ int fd = open_new(path, &name);

	if (fd < 0)
		return fd;
	unlink(name);
	return 0;
}

int publish_write(const char *path, const struct buffer *bytes)
{
	_cleanup_free_ char *name = NULL;
	_cleanup_close_ int fd = open_new(path, &name);
	int r;

	if (fd < 0)
		return fd;
	r = write_all(fd, bytes);
	if (r == 0 && rename(name, path) < 0)
		r = -errno;
	if (r < 0) {
		unlink(name);
		return log_errno_r(r, "cannot write %s", path);
	}
	return 0;
}
