// SPDX-License-Identifier: BSD-2-Clause

#include "agent/source/names/vendors.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "agent/base/mac.h"
#include "agent/source/names/vendors_internal.h"

#define FILE_MAX (64 << 20)
#define LISTS "/usr/share/ieee-data"

enum { FILES_MAX = 4 };

static const char *const COMPILED[] = { "/etc/udev/hwdb.bin", "/usr/lib/udev/hwdb.bin", "/lib/udev/hwdb.bin" };
static const char *const TEXTS[] = { "/usr/lib/udev/hwdb.d/20-OUI.hwdb", "/lib/udev/hwdb.d/20-OUI.hwdb" };
static const char *const IEEE[FILES_MAX] = { LISTS "/oui36.csv", LISTS "/iab.csv", LISTS "/mam.csv", LISTS "/oui.csv" };

struct vendors {
	const char *path;
	struct vendors_file files[FILES_MAX];
	size_t count;
	bool compiled;
	bool read; /* the texts are in the index */
	struct vendors_index index;
};

/* Mapped, pages that a look touched go again when memory is short: nothing of a file is the agent's. */
static int open_file(struct vendors_file *f, const char *directory, const char *name)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_close_ int fd = -1;
	struct stat st;
	void *p;

	if (asprintf(&path, "%s%s", directory, name) < 0)
		return -ENOMEM;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) || st.st_size <= 0 || st.st_size > FILE_MAX)
		return -EINVAL;
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return -errno;
	*f = (struct vendors_file){ p, (size_t)st.st_size };
	return 0;
}

static bool use(struct vendors *v, const char *directory, const char *name)
{
	if (open_file(&v->files[v->count], directory, name) < 0)
		return false;
	v->path = v->path ? v->path : name;
	v->count++;
	return true;
}

static bool use_compiled(struct vendors *v, const char *directory, const char *name)
{
	if (!use(v, directory, name))
		return false;
	if (vendors_hwdb_valid(&v->files[0]))
		return v->compiled = true;
	munmap((void *)v->files[0].bytes, v->files[0].size);
	v->count = 0;
	v->path = NULL;
	return false;
}

static void use_first(struct vendors *v, const char *directory)
{
	for (size_t i = 0; i < sizeof(COMPILED) / sizeof(COMPILED[0]); i++) {
		if (use_compiled(v, directory, COMPILED[i]))
			return;
	}
	for (size_t i = 0; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++) {
		if (use(v, directory, TEXTS[i]))
			return;
	}
	for (size_t i = 0; i < FILES_MAX; i++)
		use(v, directory, IEEE[i]);
	if (v->count)
		v->path = LISTS;
}

int vendors_open(struct vendors **vendors, const char *directory)
{
	_cleanup_(vendors_free_p) struct vendors *v = calloc(1, sizeof(*v));

	if (!v)
		return -ENOMEM;
	use_first(v, directory ? directory : "");
	if (!v->count)
		return -ENOENT;
	*vendors = TAKE_PTR(v);
	return 0;
}

void vendors_free(struct vendors *v)
{
	for (size_t i = 0; i < v->count; i++)
		munmap((void *)v->files[i].bytes, v->files[i].size);
	free(v->index.places);
	free(v);
}

const char *vendors_path(const struct vendors *v)
{
	return v->path;
}

/* One reading for all addresses, when the first is asked for. */
static void read_texts(struct vendors *v)
{
	v->read = true;
	for (uint32_t i = 0; i < v->count; i++) {
		if (vendors_index_add(&v->index, &v->files[i], i) < 0)
			break;
		madvise((void *)v->files[i].bytes, v->files[i].size, MADV_DONTNEED);
	}
	vendors_index_sort(&v->index);
}

static bool find_in_texts(struct vendors *v, uint64_t mac, char out[VENDOR_SIZE])
{
	const struct vendors_place *place;

	if (!v->read)
		read_texts(v);
	place = vendors_index_find(&v->index, mac);
	if (place)
		vendors_index_name(&v->files[place->file], place, out);
	return out[0] != '\0';
}

bool vendors_find(struct vendors *v, uint64_t mac, char out[VENDOR_SIZE])
{
	out[0] = '\0';
	if (mac_is_local(mac) || mac_is_multicast(mac))
		return false;
	return v->compiled ? vendors_hwdb_find(&v->files[0], mac, out) : find_in_texts(v, mac, out);
}
