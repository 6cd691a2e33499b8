// SPDX-License-Identifier: BSD-2-Clause

#include "agent/cmd/model_library.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"

static void close_directory(DIR **d)
{
	if (*d)
		closedir(*d);
}

int library_init(struct library *l, const char *state)
{
	int n = snprintf(l->directory, sizeof(l->directory), "%s/models", state);

	return n < 0 || (size_t)n >= sizeof(l->directory) ? -ENAMETOOLONG : 0;
}

int library_make(const struct library *l, const char *state)
{
	if ((mkdir(state, 0750) < 0 && errno != EEXIST) || (mkdir(l->directory, 0755) < 0 && errno != EEXIST))
		return log_errno_r(-errno, "%s", l->directory);
	return 0;
}

static bool is_plain(char c)
{
	return isascii(c) && (isalnum(c) || c == '.' || c == '_' || c == '+' || c == '-');
}

bool library_is_name(const char *name)
{
	size_t n = strlen(name), suffix = strlen(LIBRARY_SUFFIX);

	if (n <= suffix || n >= LIBRARY_NAME || *name == '.' || strcmp(name + n - suffix, LIBRARY_SUFFIX) != 0)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!is_plain(name[i]))
			return false;
	}
	return true;
}

void library_file_name(const char *name, const char *version, char out[LIBRARY_NAME])
{
	int n = snprintf(out, LIBRARY_NAME - sizeof(LIBRARY_SUFFIX), "%.100s-%.40s", name, version);

	for (int i = 0; i < n; i++) {
		if (!is_plain(out[i]) || (i == 0 && out[i] == '.'))
			out[i] = '_';
	}
	strcat(out, LIBRARY_SUFFIX);
}

void library_path(const struct library *l, const char *name, char out[PATH_MAX])
{
	snprintf(out, PATH_MAX, "%s/%.*s", l->directory, LIBRARY_NAME, name);
}

int library_link(const struct library *l, const char *link, char target[LIBRARY_NAME])
{
	char path[PATH_MAX];
	ssize_t n;

	library_path(l, link, path);
	n = readlink(path, target, LIBRARY_NAME - 1);
	if (n < 0)
		return -errno;
	target[n] = '\0';
	return strcmp(target, LIBRARY_BUILT_IN) == 0 || library_is_name(target) ? 0 : -EUCLEAN;
}

int library_sync(const struct library *l)
{
	_cleanup_close_ int fd = open(l->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 || fsync(fd) < 0 ? log_errno_r(-errno, "%s", l->directory) : 0;
}

int library_set_link(const struct library *l, const char *link, const char *target)
{
	char path[PATH_MAX], fresh[PATH_MAX], name[LIBRARY_NAME];

	library_path(l, link, path);
	if (!target)
		return unlink(path) < 0 && errno != ENOENT ? log_errno_r(-errno, "%s", path) : 0;
	snprintf(name, sizeof(name), ".%.40s.new", link);
	library_path(l, name, fresh);
	if (unlink(fresh) < 0 && errno != ENOENT)
		return log_errno_r(-errno, "%s", fresh);
	if (symlink(target, fresh) < 0 || rename(fresh, path) < 0)
		return log_errno_r(-errno, "%s", path);
	return library_sync(l);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int library_list(const struct library *l, char ***names)
{
	_cleanup_(close_directory) DIR *d = opendir(l->directory);
	struct dirent *entry;
	int count = 0;

	*names = NULL;
	if (!d)
		return errno == ENOENT ? 0 : log_errno_r(-errno, "%s", l->directory);
	*names = calloc(LIBRARY_MODELS_MAX, sizeof(**names));
	if (!*names)
		return log_errno_r(-ENOMEM, "%s", l->directory);
	while ((entry = readdir(d)) && count < LIBRARY_MODELS_MAX) {
		if (!library_is_name(entry->d_name))
			continue;
		(*names)[count] = strdup(entry->d_name);
		if (!(*names)[count++]) {
			library_list_free(TAKE_PTR(*names), count);
			return log_errno_r(-ENOMEM, "%s", l->directory);
		}
	}
	qsort(*names, (size_t)count, sizeof(**names), compare);
	return count;
}

void library_list_free(char **names, int count)
{
	for (int i = 0; i < count; i++)
		free(names[i]);
	free(names);
}

/* The only version of a model in the library: NAME-*.iotm. */
static bool find_version(const struct library *l, const char *name, char found[LIBRARY_NAME])
{
	size_t n = strlen(name), matches = 0;
	char **names;
	int count = strchr(name, '/') ? 0 : library_list(l, &names);

	if (count <= 0)
		return false;
	for (int i = 0; i < count; i++) {
		if (strncmp(names[i], name, n) != 0 || names[i][n] != '-')
			continue;
		strcpy(found, names[i]);
		matches++;
	}
	library_list_free(names, count);
	return matches == 1;
}

void library_resolve(const struct library *l, const char *name, char path[PATH_MAX], bool *inside)
{
	char full[LIBRARY_NAME];
	int n = snprintf(full, sizeof(full), "%s", name);

	if (n > 0 && (size_t)n < sizeof(full) - sizeof(LIBRARY_SUFFIX) && !library_is_name(full))
		strcat(full, LIBRARY_SUFFIX);
	library_path(l, full, path);
	*inside = library_is_name(full) && access(path, F_OK) == 0;
	if (*inside)
		return;
	snprintf(path, PATH_MAX, "%s", name);
	if (access(path, F_OK) == 0 || !find_version(l, name, full))
		return;
	library_path(l, full, path);
	*inside = true;
}
