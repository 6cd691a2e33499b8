/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/libxdp.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xdp/libxdp.h>

#include "agent/base/library.h"
#include "agent/base/log.h"
#include "agent/source/kernel/kernel_internal.h"
#include "agent/source/kernel/mechanisms.h"

#define LIBRARY "libxdp.so.1"
#define PROGRAM "iotbpf_xdp"
#define SECTION "xdp"
#define PRIORITY 5	 /* of libxdp's 50 where nothing is said: what others drop is seen, too */
#define PROGRAMS_MAX 10 /* that a dispatcher has room for */

struct library {
	void *handle;
	__typeof__(libxdp_set_print) *set_print;
	__typeof__(libxdp_get_error) *get_error;
	__typeof__(xdp_program__from_bpf_obj) *from_object;
	__typeof__(xdp_program__set_run_prio) *set_priority;
	__typeof__(xdp_program__attach) *attach;
	__typeof__(xdp_program__detach) *detach;
	__typeof__(xdp_program__is_attached) *is_attached;
	__typeof__(xdp_program__id) *id;
	__typeof__(xdp_program__name) *name;
	__typeof__(xdp_program__close) *close;
	__typeof__(xdp_multiprog__get_from_ifindex) *get;
	__typeof__(xdp_multiprog__is_legacy) *is_single;
	__typeof__(xdp_multiprog__attach_mode) *mode;
	__typeof__(xdp_multiprog__next_prog) *next;
	__typeof__(xdp_multiprog__close) *put;
};

struct libxdp_hook {
	struct library library;
	struct bpf_object *object; /* the XDP program alone, on the maps of all */
	struct xdp_program *program;
	enum xdp_attach_mode mode;
	int ifindex;
};

/* What the library says is explained in a line by those who call it. */
static int print_debug(enum libxdp_print_level level, const char *format, va_list args)
{
	_cleanup_free_ char *text = NULL;

	if (level == LIBXDP_DEBUG || log_get_level() < LOG_LEVEL_DEBUG || vasprintf(&text, format, args) < 0)
		return 0;
	text[strcspn(text, "\n")] = '\0';
	log_debug("libxdp: %s", text);
	return 0;
}

static void library_close(struct library *l)
{
	if (l->handle)
		dlclose(l->handle);
	*l = (struct library){ 0 };
}

static int library_open(struct library *l)
{
	int e;

	*l = (struct library){ .handle = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL) };
	e = l->handle ? 0 : -ENOPKG;
	e = e ?: library_find(l->handle, "libxdp_set_print", &l->set_print);
	e = e ?: library_find(l->handle, "libxdp_get_error", &l->get_error);
	e = e ?: library_find(l->handle, "xdp_program__from_bpf_obj", &l->from_object);
	e = e ?: library_find(l->handle, "xdp_program__set_run_prio", &l->set_priority);
	e = e ?: library_find(l->handle, "xdp_program__attach", &l->attach);
	e = e ?: library_find(l->handle, "xdp_program__detach", &l->detach);
	e = e ?: library_find(l->handle, "xdp_program__is_attached", &l->is_attached);
	e = e ?: library_find(l->handle, "xdp_program__id", &l->id);
	e = e ?: library_find(l->handle, "xdp_program__name", &l->name);
	e = e ?: library_find(l->handle, "xdp_program__close", &l->close);
	e = e ?: library_find(l->handle, "xdp_multiprog__get_from_ifindex", &l->get);
	e = e ?: library_find(l->handle, "xdp_multiprog__is_legacy", &l->is_single);
	e = e ?: library_find(l->handle, "xdp_multiprog__attach_mode", &l->mode);
	e = e ?: library_find(l->handle, "xdp_multiprog__next_prog", &l->next);
	e = e ?: library_find(l->handle, "xdp_multiprog__close", &l->put);
	if (e == 0)
		l->set_print(print_debug);
	return e;
}

/* The program is loaded once more, as one that replaces a function of the dispatcher; what it counts into is what the others count into. */
static int share_maps(struct bpf_object *object, const struct kernel *kernel)
{
	struct bpf_program *program;
	struct bpf_map *map;
	int r = 0;

	bpf_object__for_each_map(map, object)
	{
		const struct bpf_map *shared = bpf_object__find_map_by_name(kernel->object, bpf_map__name(map));

		r = r < 0 ? r : shared ? bpf_map__reuse_fd(map, bpf_map__fd(shared)) : -ENOENT;
	}
	bpf_object__for_each_program(program, object)
		bpf_program__set_autoload(program, !strcmp(bpf_program__name(program), PROGRAM));
	return r;
}

static int open_program(struct libxdp_hook *h, const struct kernel *kernel)
{
	int r = object_open(&h->object, &kernel->table.config);

	r = r < 0 ? r : share_maps(h->object, kernel);
	if (r < 0)
		return r;
	h->program = h->library.from_object(h->object, SECTION);
	r = (int)h->library.get_error(h->program);
	if (r < 0 || !h->program) {
		h->program = NULL;
		return r < 0 ? r : -EINVAL;
	}
	return h->library.set_priority(h->program, PRIORITY);
}

static void hook_free(struct libxdp_hook *h)
{
	if (h->program)
		h->library.close(h->program);
	object_close(&h->object);
	library_close(&h->library);
	free(h);
}

/* Where the kernel has no dispatchers the library attaches a program all alone, which would outlive us. */
static bool is_alone(const struct libxdp_hook *h)
{
	struct xdp_multiprog *all = h->library.get(h->ifindex);
	bool alone = h->library.get_error(all) || !all || h->library.is_single(all);

	if (!h->library.get_error(all))
		h->library.put(all);
	return alone;
}

static const char *explain(int r)
{
	switch (-r) {
	case ENOPKG:
		return "libxdp is not installed (Debian: libxdp1)";
	case EOPNOTSUPP:
		return "kernel or driver lacks what a dispatcher needs (5.10, BTF, trampolines, XDP), or no bpffs";
	case EPERM:
	case EACCES:
		return "not permitted: needs CAP_SYS_ADMIN and a writable /sys/fs/bpf";
	default:
		return strerror(-r);
	}
}

/* The library finds programs by their numbers: without the right to that it could not take out what it put in. */
static int may_look(const struct kernel *kernel)
{
	struct bpf_prog_info info = { 0 };
	__u32 length = sizeof(info);
	_cleanup_close_ int fd = -1;

	if (bpf_obj_get_info_by_fd(kernel_program_fd(kernel, KERNEL_XDP), &info, &length) < 0)
		return -errno;
	fd = bpf_prog_get_fd_by_id(info.id);
	return fd < 0 ? -errno : 0;
}

static int attach(struct libxdp_hook *h, const struct kernel *kernel)
{
	int r = library_open(&h->library);

	r = r < 0 ? r : may_look(kernel);
	r = r < 0 ? r : open_program(h, kernel);
	r = r < 0 ? r : h->library.attach(h->program, h->ifindex, h->mode, 0);
	if (r == 0 && is_alone(h)) {
		h->library.detach(h->program, h->ifindex, h->mode, 0);
		r = -EOPNOTSUPP;
	}
	return r;
}

int libxdp_attach(const struct kernel *kernel, uint32_t ifindex, bool generic, struct libxdp_hook **hook, char why[LIBXDP_WHY])
{
	struct libxdp_hook *h = calloc(1, sizeof(*h));
	int r;

	*hook = NULL;
	if (!h)
		return -ENOMEM;
	h->ifindex = (int)ifindex;
	h->mode = generic ? XDP_MODE_SKB : XDP_MODE_NATIVE;
	r = attach(h, kernel);
	if (r < 0) {
		snprintf(why, LIBXDP_WHY, "%s", explain(r));
		hook_free(h);
		return r;
	}
	*hook = h;
	return 0;
}

bool libxdp_is_attached(const struct libxdp_hook *h)
{
	return h->library.is_attached(h->program, h->ifindex) != XDP_MODE_UNSPEC;
}

void libxdp_detach(struct libxdp_hook *h)
{
	if (!h)
		return;
	h->library.detach(h->program, h->ifindex, h->mode, 0);
	hook_free(h);
}

void libxdp_leave(struct libxdp_hook *h)
{
	if (h)
		hook_free(h);
}

static unsigned int clean(const struct library *l, struct xdp_multiprog *all, int ifindex, uint32_t but)
{
	struct xdp_program *p = NULL, *ours[PROGRAMS_MAX];
	unsigned int n = 0, removed = 0;

	while (n < PROGRAMS_MAX && (p = l->next(p, all))) {
		if (!strcmp(l->name(p), PROGRAM) && l->id(p) != but)
			ours[n++] = p;
	}
	for (unsigned int i = 0; i < n; i++)
		removed += l->detach(ours[i], ifindex, l->mode(all), 0) == 0;
	return removed;
}

unsigned int libxdp_clean(uint32_t ifindex, const struct libxdp_hook *but)
{
	struct library l = { 0 };
	struct xdp_multiprog *all;
	unsigned int removed = 0;

	if (!xdp_is_held(ifindex) || library_open(&l) < 0) {
		library_close(&l);
		return 0;
	}
	all = l.get((int)ifindex);
	if (all && !l.get_error(all)) {
		if (!l.is_single(all))
			removed = clean(&l, all, (int)ifindex, but ? l.id(but->program) : 0);
		l.put(all);
	}
	library_close(&l);
	return removed;
}
