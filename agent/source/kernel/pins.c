/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/pins_internal.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "agent/source/kernel/layout.h"

#define TRIES 5
#define TRY_PAUSE_NS 20000000

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

/* Never given twice while the system runs. */
static uint64_t namespace_cookie(void)
{
	_cleanup_close_ int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	uint64_t cookie = 0;
	socklen_t size = sizeof(cookie);

	return fd >= 0 && getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &size) == 0 ? cookie : 0;
}

int pins_set_paths(struct pins *p, const char *directory)
{
	char cookie[24];
	int r;

	snprintf(cookie, sizeof(cookie), "%" PRIx64, namespace_cookie());
	r = snprintf(p->root, sizeof(p->root), "%s", directory) < PINS_PATH ? 0 : -ENAMETOOLONG;
	r = r < 0 ? r : pins_join(p->name_space, p->root, cookie);
	return r < 0 ? r : pins_join(p->layout, p->name_space, layout_hash());
}

static bool is_bpf_fs(const char *path)
{
	struct statfs fs;

	return statfs(path, &fs) == 0 && (unsigned long)fs.f_type == BPF_FS_MAGIC;
}

static int make_directory(const char *path)
{
	return mkdir(path, 0700) < 0 && errno != EEXIST ? -errno : 0;
}

int pins_lock(const char *path, int *fd)
{
	*fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*fd < 0)
		return -errno;
	if (flock(*fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	cleanup_close(fd);
	*fd = -1;
	return errno == EWOULDBLOCK ? -EBUSY : -errno;
}

static int explain(int r, const char *directory, char why[PINS_WHY])
{
	const char *text = strerror(-r);

	if (r == -ENODEV)
		text = "not in a bpf file system (mount -t bpf bpf /sys/fs/bpf)";
	else if (r == -EBUSY)
		text = "another agent works there (give this one a --pin DIR of its own)";
	snprintf(why, PINS_WHY, "%s: %s", directory, text);
	return r;
}

/* The directory, or where it would be made. */
static int check(const char *root)
{
	char above[PINS_PATH];

	if (snprintf(above, sizeof(above), "%s", root) >= PINS_PATH)
		return -ENAMETOOLONG;
	if (access(root, F_OK) < 0)
		root = dirname(above);
	if (!is_bpf_fs(root))
		return -ENODEV;
	return access(root, W_OK | X_OK) < 0 ? -errno : 0;
}

int pins_check(const char *directory, char why[PINS_WHY])
{
	int r = check(directory);

	return r < 0 ? explain(r, directory, why) : 0;
}

static int make_all(struct pins *p)
{
	int r = check(p->root);

	if (r < 0)
		return r;
	r = make_directory(p->root) ?: make_directory(p->name_space) ?: pins_lock(p->name_space, &p->lock);
	r = r < 0 ? r : make_directory(p->layout);
	return r == 0 && access(p->layout, W_OK) < 0 ? -errno : r;
}

/* Who sweeps or detaches holds a lock for a moment, and may take a directory away that was just made. */
static int try_all(struct pins *p)
{
	const struct timespec pause = { .tv_nsec = TRY_PAUSE_NS };
	int r = make_all(p);

	for (int i = 1; i < TRIES && (r == -EBUSY || r == -ENOENT); i++) {
		cleanup_close(&p->lock);
		p->lock = -1;
		nanosleep(&pause, NULL);
		r = make_all(p);
	}
	return r;
}

int pins_open(struct pins **pins, const char *directory, char why[PINS_WHY])
{
	_cleanup_(pins_close_p) struct pins *p = calloc(1, sizeof(*p));
	int r;

	if (!p)
		return explain(-ENOMEM, directory, why);
	p->lock = -1;
	r = pins_set_paths(p, directory);
	r = r < 0 ? r : try_all(p);
	if (r < 0)
		return explain(r, directory, why);
	*pins = TAKE_PTR(p);
	return 0;
}

/* Directories that stayed empty go, as after a start that was refused. */
void pins_close(struct pins *p)
{
	if (p->lock >= 0) {
		rmdir(p->layout);
		rmdir(p->name_space);
		rmdir(p->root);
	}
	cleanup_close(&p->lock);
	free(p->put);
	free(p);
}

const char *pins_path(const struct pins *p)
{
	return p->layout;
}

static int find_other(const char *path, const char *name, void *user)
{
	const struct pins *p = user;

	(void)name;
	return strcmp(path, p->layout) != 0;
}

bool pins_has_other(const struct pins *p)
{
	return pins_each(p->name_space, find_other, (void *)p) > 0;
}

int pins_get_map(const struct pins *p, const char *name)
{
	char path[PINS_PATH];
	int r = pins_join(path, p->layout, name);

	return r < 0 ? r : bpf_obj_get(path);
}

int pins_drop_map(struct pins *p, const char *name)
{
	char path[PINS_PATH];
	int r = pins_join(path, p->layout, name);

	return r == 0 && unlink(path) < 0 ? -errno : r;
}

int pins_put_map(struct pins *p, const char *name, int fd)
{
	char path[PINS_PATH];
	int r = pins_join(path, p->layout, name);

	if (r < 0)
		return r;
	unlink(path);
	return bpf_obj_pin(fd, path);
}
