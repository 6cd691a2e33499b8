// SPDX-License-Identifier: BSD-2-Clause

/* Leases files of the DHCP servers that run beside the agent, read again when they change. */

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/clock.h"
#include "agent/cmd/run_names_internal.h"

#define FILE_MAX (1 << 20)
#define NETWORKD "/var/lib/systemd/network/dhcp-server-lease"

static const struct {
	const char *path;
	enum leases_form form;
} FILES[] = {
	{ "/var/lib/misc/dnsmasq.leases", LEASES_DNSMASQ },
	{ "/tmp/dhcp.leases", LEASES_DNSMASQ }, /* OpenWrt */
	{ "/var/lib/kea/kea-leases4.csv", LEASES_KEA },
};

/* The record of a file, made where it is new; NULL where there are too many. */
static struct run_leases_file *file_of(struct run_leases *l, const char *path)
{
	struct run_leases_file *f;

	for (uint32_t i = 0; i < l->count; i++) {
		if (!strcmp(l->files[i].path, path))
			return &l->files[i];
	}
	if (l->count == LEASES_FILES_MAX || strlen(path) >= sizeof(f->path))
		return NULL;
	f = &l->files[l->count++];
	*f = (struct run_leases_file){ .size = -1 };
	strcpy(f->path, path);
	return f;
}

/* As much of a file as is looked at; of a longer one the beginning. */
static ssize_t read_all(int fd, char *text)
{
	size_t used = 0;
	ssize_t n;

	while (used < FILE_MAX && (n = read(fd, text + used, FILE_MAX - used)) > 0)
		used += (size_t)n;
	return (ssize_t)used;
}

static void take_leases(struct runner *r, struct run_leases_file *f, enum leases_form form, int fd)
{
	_cleanup_free_ char *text = malloc(FILE_MAX);
	struct leases leases = { .form = form, .text = text };
	struct lease lease;

	if (!text)
		return;
	leases.size = (size_t)read_all(fd, text);
	f->leases = 0;
	while (leases_next(&leases, &lease)) {
		names_take_lease(r->names, &lease);
		f->leases++;
	}
}

/* Read a file that is there and has changed, or any that is there where @all. */
static void look_at(struct runner *r, const char *path, enum leases_form form, bool all)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct run_leases_file *f;
	struct stat st;
	int64_t mtime_ns;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return;
	f = file_of(&r->naming->leases, path);
	mtime_ns = st.st_mtim.tv_sec * NS_PER_SECOND + st.st_mtim.tv_nsec;
	if (!f || (!all && f->mtime_ns == mtime_ns && f->size == st.st_size && f->inode == st.st_ino))
		return;
	f->mtime_ns = mtime_ns;
	f->size = st.st_size;
	f->inode = st.st_ino;
	take_leases(r, f, form, fd);
}

/* systemd-networkd has a file for each interface. */
static void look_in(struct runner *r, const char *directory, bool all)
{
	DIR *d = opendir(directory);
	struct dirent *entry;
	char path[512];

	if (!d)
		return;
	while ((entry = readdir(d))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
		look_at(r, path, LEASES_NETWORKD, all);
	}
	closedir(d);
}

/* A file that did not change says something of a device that was not there when it was read. */
void run_leases_pass(struct runner *r)
{
	struct run_leases *l = &r->naming->leases;
	uint64_t known = names_known(r->names);
	bool all = known != l->known;

	l->known = known;
	for (size_t i = 0; i < sizeof(FILES) / sizeof(FILES[0]); i++)
		look_at(r, FILES[i].path, FILES[i].form, all);
	look_in(r, NETWORKD, all);
}

void run_leases_put(const struct runner *r, struct json *j)
{
	const struct run_leases *l = &r->naming->leases;

	json_key(j, "leases");
	json_begin_array(j);
	for (uint32_t i = 0; i < l->count; i++) {
		json_begin_object(j);
		json_pair_str(j, "file", l->files[i].path);
		json_pair_u64(j, "leases", l->files[i].leases);
		json_end_object(j);
	}
	json_end_array(j);
}
