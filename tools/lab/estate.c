/* SPDX-License-Identifier: BSD-2-Clause */
/* Which namespaces are ours. */
#include "tools/lab/estate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "tools/lab/netns.h"

#define STATE_DIR "/run/iotbpf-lab"

static void state_path(const struct lab_estate *e, const char *suffix, char out[128])
{
	snprintf(out, 128, STATE_DIR "/%s%s", e->prefix, suffix);
}

/* Lock the file that has this name now: the holder before may just have removed the one that was opened. */
static int lock_file(const char *path)
{
	struct stat opened, named;
	int fd = -1;

	do {
		if (fd >= 0)
			close(fd);
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
		if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0 || fstat(fd, &opened) < 0) {
			int r = -errno;

			if (fd >= 0)
				close(fd);
			return r;
		}
	} while (stat(path, &named) < 0 || named.st_ino != opened.st_ino);
	return fd;
}

int lab_estate_open(struct lab_estate *e, const char *prefix)
{
	char path[128];
	size_t n = strlen(prefix);

	*e = (struct lab_estate){ .prefix = prefix, .lock = -1, .self = -1 };
	if (!n || n > 20 || strspn(prefix, "abcdefghijklmnopqrstuvwxyz0123456789-") != n)
		return log_error_r(-EINVAL, "a prefix is 1 to 20 of a-z, 0-9 and '-', not '%s'", prefix);
	if (mkdir(STATE_DIR, 0755) < 0 && errno != EEXIST)
		return log_errno_r(-errno, "cannot make " STATE_DIR " (the lab needs root)");
	state_path(e, ".lock", path);
	e->lock = lock_file(path);
	if (e->lock == -EWOULDBLOCK)
		return log_error_r(-EBUSY, "a lab with the prefix '%s' is running; stop it or give another --prefix",
				   prefix);
	if (e->lock < 0)
		return log_errno_r(e->lock, "cannot lock %s (the lab needs root)", path);
	e->self = lab_ns_open(NULL);
	return e->self < 0 ? e->self : 0;
}

void lab_estate_close(struct lab_estate *e)
{
	char state[128], lock[128];

	if (e->lock >= 0) {
		state_path(e, ".state", state);
		state_path(e, ".lock", lock);
		if (access(state, F_OK) < 0)
			unlink(lock);
		close(e->lock);
	}
	if (e->self >= 0)
		close(e->self);
	e->lock = e->self = -1;
}

const char *lab_estate_ns(const struct lab_estate *e, const char *what, char out[LAB_NS_NAME_SIZE])
{
	snprintf(out, LAB_NS_NAME_SIZE, "%s-%s", e->prefix, what);
	return out;
}

static bool next_name(FILE *f, char line[256], const char **name)
{
	while (fgets(line, 256, f)) {
		line[strcspn(line, "\n")] = '\0';
		if (!strncmp(line, "ns ", 3)) {
			*name = line + 3;
			return true;
		}
	}
	return false;
}

int lab_estate_down(const struct lab_estate *e)
{
	_cleanup_(buffer_free) struct buffer commands = { 0 };
	_cleanup_fclose_ FILE *f = NULL;
	char path[128], line[256];
	const char *name;
	int r = 0;

	state_path(e, ".state", path);
	f = fopen(path, "re");
	if (!f)
		return errno == ENOENT ? 0 : log_errno_r(-errno, "cannot read %s", path);
	while (next_name(f, line, &name))
		if (lab_ns_exists(name))
			buffer_printf(&commands, "netns del %s\n", name);
	if (commands.len)
		r = lab_ip(NULL, &commands);
	if (r == 0 && unlink(path) < 0)
		r = log_errno_r(-errno, "cannot remove %s", path);
	return r;
}

static int quiet(const struct lab_estate *e, const char *name)
{
	/*
	 * Linux's defaults for the buffers, which set the window scale: some hosts raise them. Bridge filtering, on by
	 * default where it is built in, trims padding off the frames it looks at.
	 */
	static const char *const settings[][2] = {
		{ "ipv6/conf/all/disable_ipv6", "1" },      { "ipv6/conf/default/disable_ipv6", "1" },
		{ "bridge/bridge-nf-call-iptables", "0" },  { "bridge/bridge-nf-call-ip6tables", "0" },
		{ "bridge/bridge-nf-call-arptables", "0" }, { "ipv4/tcp_rmem", "4096 131072 6291456" },
		{ "ipv4/tcp_wmem", "4096 16384 4194304" },
	};
	_cleanup_close_ int ns = lab_ns_open(name);
	int r = ns < 0 ? ns : 0;

	for (size_t i = 0; r == 0 && i < sizeof(settings) / sizeof(settings[0]); i++)
		r = lab_ns_set(ns, e->self, settings[i][0], settings[i][1]);
	return r;
}

static int write_down(const struct lab_estate *e, const char *mode, const char *lead, const struct buffer *names)
{
	_cleanup_fclose_ FILE *f = NULL;
	char path[128], *save = NULL;
	_cleanup_free_ char *copy = strndup(names->data, names->len);

	state_path(e, ".state", path);
	f = fopen(path, mode);
	for (char *p = copy ? strtok_r(copy, "\n", &save) : NULL; f && p; p = strtok_r(NULL, "\n", &save))
		fprintf(f, "%s %s\n", lead, p);
	if (!f || !copy || fflush(f) != 0)
		return log_errno_r(-errno, "cannot write %s", path);
	return 0;
}

int lab_estate_claim(const struct lab_estate *e, const struct buffer *names)
{
	_cleanup_(buffer_free) struct buffer commands = { 0 };
	_cleanup_free_ char *copy = NULL;
	char *save = NULL;
	int r;

	if (names->failed || !(copy = strndup(names->data, names->len)))
		return log_error_r(-ENOMEM, "out of memory");
	for (char *p = strtok_r(copy, "\n", &save); p; p = strtok_r(NULL, "\n", &save)) {
		if (lab_ns_exists(p))
			return log_error_r(-EEXIST,
					   "the namespace %s exists and is not this lab's; give another --prefix", p);
		buffer_printf(&commands, "netns add %s\n", p);
	}
	r = write_down(e, "we", "ns", names);
	if (r == 0)
		r = lab_ip(NULL, &commands);
	memcpy(copy, names->data, names->len);
	for (char *p = strtok_r(copy, "\n", &save); r == 0 && p; p = strtok_r(NULL, "\n", &save))
		r = quiet(e, p);
	return r;
}

int lab_estate_ready(const struct lab_estate *e, const char *what)
{
	struct buffer line = { .data = (char *)what, .len = strlen(what) };

	return write_down(e, "ae", "ready", &line);
}

bool lab_estate_stands(const struct lab_estate *e, const char *what)
{
	_cleanup_fclose_ FILE *f = NULL;
	char path[128], line[4096];
	bool ready = false;

	state_path(e, ".state", path);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		if (!strncmp(line, "ns ", 3) && !lab_ns_exists(line + 3))
			return false;
		if (!strncmp(line, "ready ", 6))
			ready = !strcmp(line + 6, what);
	}
	return ready;
}
