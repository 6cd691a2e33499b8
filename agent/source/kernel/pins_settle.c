/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/pins_internal.h"

#include <errno.h>
#include <string.h>

/* The sweep after a start, and what it took away. */
struct settling {
	struct pins *pins;
	struct pins_removed removed;
};

static int settle_link(const char *path, const char *name, void *user)
{
	struct settling *s = user;
	uint32_t ifindex;
	bool egress;

	if (pins_parse_link(name, &ifindex, &egress) && !pins_is_ours(s->pins, ifindex, egress))
		s->removed.hooks += pins_remove_link(path);
	return 0;
}

static int settle_layout(const char *path, const char *name, void *user)
{
	struct settling *s = user;

	(void)name;
	if (strcmp(path, s->pins->layout) != 0)
		pins_remove_layout(path, 0, &s->removed);
	return 0;
}

static int has_links(const char *path, const char *name, void *user)
{
	(void)name;
	(void)user;
	return pins_has_links(path);
}

static int remove_layout(const char *path, const char *name, void *user)
{
	(void)name;
	pins_remove_layout(path, 0, user);
	return 0;
}

/* A namespace that is gone has taken its interfaces along, and so the hooks. */
static int settle_namespace(const char *path, const char *name, void *user)
{
	struct settling *s = user;
	_cleanup_close_ int lock = -1;

	(void)name;
	if (strcmp(path, s->pins->name_space) == 0 || pins_lock(path, &lock) < 0 || pins_each(path, has_links, NULL) > 0)
		return 0;
	pins_each(path, remove_layout, &s->removed);
	rmdir(path);
	return 0;
}

unsigned int pins_settle(struct pins *p)
{
	struct settling s = { .pins = p };

	pins_each(p->layout, settle_link, &s);
	pins_each(p->name_space, settle_layout, &s);
	pins_each(p->root, settle_namespace, &s);
	return s.removed.hooks;
}

void pins_remove(struct pins *p)
{
	struct pins_removed removed = { 0 };

	pins_each(p->name_space, remove_layout, &removed);
	rmdir(p->name_space);
	rmdir(p->root); /* stays where others use it, or where it is not ours to remove */
}

/* One interface's part of pins_detach(). */
struct detaching {
	uint32_t ifindex;
	struct pins_removed *removed;
};

static int detach_layout(const char *path, const char *name, void *user)
{
	const struct detaching *d = user;

	(void)name;
	pins_remove_layout(path, d->ifindex, d->removed);
	return 0;
}

int pins_detach(const char *directory, uint32_t ifindex, struct pins_removed *removed)
{
	struct detaching d = { ifindex, removed };
	struct pins p = { .lock = -1 };
	int r = pins_set_paths(&p, directory);

	*removed = (struct pins_removed){ 0 };
	r = r < 0 ? r : pins_lock(p.name_space, &p.lock);
	if (r == -EBUSY)
		removed->held = true;
	if (r == 0) {
		pins_each(p.name_space, detach_layout, &d);
		rmdir(p.name_space);
		cleanup_close(&p.lock);
		rmdir(p.root);
	}
	return r == -ENOENT || r == -EBUSY ? 0 : r;
}
