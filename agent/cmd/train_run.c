// SPDX-License-Identifier: BSD-2-Clause

#include "agent/cmd/train_run.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/cmd/train_export.h"

#define TRAINER "iotbpf-train"

extern char **environ;

/* Beside this program, in the bin directory beside its own, or wherever $PATH says. */
static void find_trainer(char path[PATH_MAX])
{
	static const char *const places[] = { "", "../bin/" };
	char self[PATH_MAX - 64];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	self[n > 0 ? n : 0] = '\0';
	slash = strrchr(self, '/');
	for (size_t i = 0; slash && i < 2; i++) {
		slash[1] = '\0';
		snprintf(path, PATH_MAX, "%s%s" TRAINER, self, places[i]);
		if (access(path, X_OK) == 0)
			return;
	}
	strcpy(path, TRAINER);
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return EX_OSERR;
	}
	if (WIFSIGNALED(status)) {
		log_error(TRAINER ": ended by signal %d", WTERMSIG(status));
		return EX_SOFTWARE;
	}
	return WEXITSTATUS(status);
}

/* An interrupt of the terminal ends the trainer; this process stays to clean up. */
static int spawn(const char *path, char *const argv[])
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
	posix_spawnattr_t attributes;
	sigset_t defaults;
	pid_t pid;
	int e, code;

	sigemptyset(&defaults);
	sigaddset(&defaults, SIGINT);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	sigaction(SIGINT, &ignore, &before);
	e = posix_spawnp(&pid, path, NULL, &attributes, argv, environ);
	code = e ? EX_UNAVAILABLE : wait_for(pid);
	sigaction(SIGINT, &before, NULL);
	posix_spawnattr_destroy(&attributes);
	if (e)
		log_error("%s: %s: it comes with the package that has libxgboost; or train elsewhere: iotbpf train --export DIR", path,
			  strerror(e));
	return code;
}

int train_run(const struct train_run *run)
{
	char path[PATH_MAX], manifest[PATH_MAX];
	const char *fixed[] = { TRAINER, "--manifest", manifest, "--root", run->root, "--output", run->output, "--name", run->name,
				"--model-version", run->version };
	size_t n = sizeof(fixed) / sizeof(fixed[0]), more = (size_t)run->arguments->count;
	_cleanup_free_ char **argv = calloc(n + more + 1, sizeof(*argv));

	if (!argv)
		return EX_OSERR;
	snprintf(manifest, sizeof(manifest), "%s/" TRAIN_MANIFEST, run->directory);
	for (size_t i = 0; i < n + more; i++)
		argv[i] = i < n ? (char *)fixed[i] : run->arguments->argv[i - n];
	find_trainer(path);
	fflush(stdout);
	return spawn(path, argv);
}

/* Our own lines get the directory in front, the others their root; "/" is the root of both. */
static int copy_lines(FILE *in, FILE *out, const char *root)
{
	_cleanup_free_ char *line = NULL;
	size_t size = 0;

	if (getline(&line, &size, in) < 0 || strncmp(line, TRAIN_MANIFEST_HEADER, strlen(TRAIN_MANIFEST_HEADER)) != 0)
		return -EBADMSG;
	while (getline(&line, &size, in) > 0) {
		line[strcspn(line, "\r\n")] = '\0';
		if (*line)
			fprintf(out, *line == '"' ? "\"%s/%s\n" : "%s/%s\n", root, *line == '"' ? line + 1 : line);
	}
	return ferror(in) ? -EIO : 0;
}

static int copy_manifest(const char *path, FILE *out, const char *root)
{
	_cleanup_fclose_ FILE *in = fopen(path, "re");
	_cleanup_free_ char *absolute = NULL;
	int r = in ? 0 : -errno;

	if (r == 0 && !(absolute = realpath(root, NULL)))
		r = log_errno_r(-errno, "%s", root);
	else if (r == 0 && strpbrk(absolute, ",\""))
		r = log_error_r(-EINVAL, "%s: a comma or a quotation mark in this path does not go into a manifest", absolute);
	else if (r == 0 && (r = copy_lines(in, out, absolute)) == -EBADMSG)
		log_error("%s:1: the first line of a manifest must be \"" TRAIN_MANIFEST_HEADER "\"", path);
	else if (r < 0)
		log_errno_r(r, "%s", path);
	return r;
}

int train_add_captures(const char *directory, const char *with, const char *root)
{
	char own[PATH_MAX], all[PATH_MAX], parent[PATH_MAX];
	_cleanup_fclose_ FILE *out = NULL;
	char *slash;
	int r;

	snprintf(own, sizeof(own), "%s/" TRAIN_MANIFEST, directory);
	snprintf(all, sizeof(all), "%s/all.csv", directory);
	snprintf(parent, sizeof(parent), "%s", with);
	slash = strrchr(parent, '/');
	strcpy(slash ? slash + (slash == parent) : parent, slash ? "" : ".");
	out = fopen(all, "wxe");
	if (!out)
		return log_errno_r(-errno, "%s", all);
	fprintf(out, TRAIN_MANIFEST_HEADER "\n");
	r = copy_manifest(own, out, directory);
	if (r == 0)
		r = copy_manifest(with, out, root ? root : parent);
	if (r == 0 && (fflush(out) == EOF || rename(all, own) < 0))
		r = log_errno_r(-errno, "%s", own);
	return r;
}

void train_remove(const char *directory)
{
	DIR *d = opendir(directory);
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		if (entry->d_name[0] != '.' && unlinkat(dirfd(d), entry->d_name, 0) < 0)
			log_warn("%s/%s: %s", directory, entry->d_name, strerror(errno));
	}
	if (d)
		closedir(d);
	if (rmdir(directory) < 0)
		log_warn("%s: %s", directory, strerror(errno));
}
