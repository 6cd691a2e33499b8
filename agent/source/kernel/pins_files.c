/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/pins_files.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/source/kernel/mechanisms.h"

void pins_link_name(uint32_t ifindex, bool egress, char *out, size_t size)
{
	snprintf(out, size, "%s-%u", egress ? "out" : "in", ifindex);
}

bool pins_parse_link(const char *name, uint32_t *ifindex, bool *egress)
{
	int end = 0;

	*egress = strncmp(name, "out-", 4) == 0;
	return sscanf(name, *egress ? "out-%u%n" : "in-%u%n", ifindex, &end) == 1 && !name[end];
}

int pins_join(char out[PINS_PATH], const char *directory, const char *name)
{
	return snprintf(out, PINS_PATH, "%s/%s", directory, name) < PINS_PATH ? 0 : -ENAMETOOLONG;
}

int pins_each(const char *directory, int (*fn)(const char *path, const char *name, void *user), void *user)
{
	char path[PINS_PATH];
	DIR *d = opendir(directory);
	const struct dirent *e;
	int r = 0;

	if (!d)
		return -errno;
	while (r == 0 && (e = readdir(d))) {
		if (*e->d_name != '.' && pins_join(path, directory, e->d_name) == 0)
			r = fn(path, e->d_name, user);
	}
	closedir(d);
	return r;
}

bool pins_remove_link(const char *path)
{
	_cleanup_close_ int fd = bpf_obj_get(path);
	bool attached = fd >= 0 && link_ifindex(fd, NULL);

	unlink(path);
	if (attached)
		bpf_link_detach(fd); /* the kernel itself gets round to it later, when nobody holds it any more */
	return attached;
}

/* A layout that is being removed. */
struct removal {
	struct pins_removed *removed;
	uint32_t ifindex; /* only of that interface; 0: of all */
	bool maps;	  /* the maps, too */
	unsigned int left; /* links that stay */
};

static int remove_file(const char *path, const char *name, void *user)
{
	struct removal *how = user;
	uint32_t ifindex;
	bool egress;

	if (!pins_parse_link(name, &ifindex, &egress)) {
		if (how->maps && unlink(path) == 0)
			how->removed->maps++;
	} else if (how->ifindex && how->ifindex != ifindex) {
		how->left++;
	} else {
		how->removed->hooks += pins_remove_link(path);
	}
	return 0;
}

void pins_remove_layout(const char *path, uint32_t ifindex, struct pins_removed *removed)
{
	struct removal how = { .removed = removed, .ifindex = ifindex, .maps = !ifindex };

	pins_each(path, remove_file, &how);
	if (ifindex && !how.left) {
		how.maps = true;
		pins_each(path, remove_file, &how);
	}
	rmdir(path);
}

static int is_attached(const char *path, const char *name, void *user)
{
	uint32_t ifindex;
	bool egress;
	_cleanup_close_ int fd = pins_parse_link(name, &ifindex, &egress) ? bpf_obj_get(path) : -1;

	(void)user;
	return fd >= 0 && link_ifindex(fd, NULL);
}

bool pins_has_links(const char *path)
{
	return pins_each(path, is_attached, NULL) > 0;
}
