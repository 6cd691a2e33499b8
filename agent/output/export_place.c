/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/output/export_place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/base/log.h"

#define FLUSH_BYTES ((size_t)64 << 10)

static bool is_empty(const char *directory)
{
	DIR *d = opendir(directory);
	const struct dirent *entry;
	bool empty = true;

	while (d && empty && (entry = readdir(d)))
		empty = !strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..");
	if (d)
		closedir(d);
	return d && empty;
}

static int check_free(const char *path, bool directory)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 : log_errno_r(-errno, "%s", path);
	if (!directory)
		return S_ISREG(st.st_mode) ? 0 : log_error_r(-EEXIST, "%s: is there and no plain file: it is not replaced", path);
	if (S_ISDIR(st.st_mode) && is_empty(path))
		return 0;
	return log_error_r(-EEXIST, "%s: is there already: name a directory that is not", path);
}

/* "DIR/.NAME.XXXXXX": on the same file system as DIR/NAME. */
static int hidden_name(struct export_place *p)
{
	size_t length = strlen(p->path), begin;

	while (length > 1 && p->path[length - 1] == '/')
		length--;
	for (begin = length; begin > 0 && p->path[begin - 1] != '/'; begin--)
		;
	if (length + sizeof("..XXXXXX") + NAME_MAX > sizeof(p->hidden))
		return log_errno_r(-ENAMETOOLONG, "%s", p->path);
	snprintf(p->hidden, sizeof(p->hidden), "%.*s.%.*s.XXXXXX", (int)begin, p->path, (int)(length - begin), p->path + begin);
	return 0;
}

static int make_hidden(struct export_place *p)
{
	mode_t mask;
	int r = hidden_name(p);

	if (r < 0)
		return r;
	if (p->kind == PLACE_DIRECTORY) {
		r = mkdtemp(p->hidden) ? 0 : -errno;
	} else {
		p->fd = mkostemp(p->hidden, O_CLOEXEC);
		r = p->fd < 0 ? -errno : 0;
	}
	if (r < 0) {
		*p->hidden = '\0';
		return log_errno_r(r, "%s", p->path);
	}
	mask = umask(0);
	umask(mask);
	chmod(p->hidden, (p->kind == PLACE_DIRECTORY ? 0777 : 0666) & ~mask);
	return 0;
}

int export_place_open(struct export_place *p, enum export_place_kind kind, const char *path)
{
	int r;

	*p = (struct export_place){ .kind = kind, .path = path, .fd = -1, .text = { .limit = SIZE_MAX / 2 } };
	if (kind != PLACE_FILE && kind != PLACE_DIRECTORY)
		return 0;
	r = check_free(path, kind == PLACE_DIRECTORY);
	return r < 0 ? r : make_hidden(p);
}

int export_place_begin(struct export_place *p, const char *name)
{
	p->bytes = 0;
	buffer_reset(&p->text);
	if (p->kind == PLACE_STDOUT)
		p->fd = STDOUT_FILENO;
	if (p->kind != PLACE_DIRECTORY)
		return 0;
	if ((size_t)snprintf(p->file, sizeof(p->file), "%s/%s", p->hidden, name) >= sizeof(p->file))
		return log_errno_r(-ENAMETOOLONG, "%s", p->path);
	p->fd = open(p->file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
	return p->fd < 0 ? log_errno_r(-errno, "%s", p->file) : 0;
}

static int write_all(struct export_place *p)
{
	int r = buffer_write(&p->text, p->fd);

	return r == 0 || r == -EPIPE ? r : log_errno_r(r, "%s", p->kind == PLACE_STDOUT ? "standard output" : p->path);
}

int export_place_flush(struct export_place *p, bool all)
{
	int r = 0;

	if (p->text.failed)
		return log_errno_r(-ENOMEM, "%s", p->path ? p->path : "export");
	if (!all && p->text.len < FLUSH_BYTES)
		return 0;
	if (p->kind != PLACE_NOWHERE)
		r = write_all(p);
	p->bytes += p->text.len;
	buffer_reset(&p->text);
	return r;
}

int export_place_end(struct export_place *p, uint64_t *bytes)
{
	int r = export_place_flush(p, true);

	*bytes = p->bytes;
	if (r == 0 && (p->kind == PLACE_FILE || p->kind == PLACE_DIRECTORY)) {
		if (fsync(p->fd) < 0)
			r = -errno;
		if (close(TAKE_FD(p->fd)) < 0 && r == 0)
			r = -errno;
		if (r < 0)
			log_errno_r(r, "%s", p->path);
	}
	return r;
}

int export_place_keep(struct export_place *p)
{
	if (!*p->hidden)
		return 0;
	if (rename(p->hidden, p->path) < 0)
		return log_errno_r(-errno, "%s", p->path);
	*p->hidden = '\0';
	return 0;
}

static void remove_directory(const char *path)
{
	DIR *d = opendir(path);
	const struct dirent *entry;

	while (d && (entry = readdir(d)))
		unlinkat(dirfd(d), entry->d_name, 0);
	if (d)
		closedir(d);
	rmdir(path);
}

void export_place_close(struct export_place *p)
{
	if (p->fd > STDERR_FILENO)
		close(p->fd);
	if (*p->hidden && p->kind == PLACE_DIRECTORY)
		remove_directory(p->hidden);
	else if (*p->hidden)
		unlink(p->hidden);
	buffer_free(&p->text);
	*p = (struct export_place){ .fd = -1 };
}
