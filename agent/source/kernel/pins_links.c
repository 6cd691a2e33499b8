/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/pins_internal.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#include "agent/source/kernel/mechanisms.h"

/* What is done to a link's file in every layout's directory. */
struct link_search {
	char name[24];
	const char *mine; /* the directory to leave out, NULL: none */
	uint32_t ifindex;
	int fd;
	enum { LINK_FIND, LINK_FORGET, LINK_DETACH } what;
};

static int search_layout(const char *path, const char *name, void *user)
{
	struct link_search *s = user;
	char file[PINS_PATH];

	(void)name;
	if ((s->mine && strcmp(path, s->mine) == 0) || pins_join(file, path, s->name) < 0)
		return 0;
	if (s->what == LINK_FORGET) {
		unlink(file);
	} else if (s->what == LINK_DETACH) {
		pins_remove_link(file);
	} else {
		s->fd = bpf_obj_get(file);
		if (s->fd >= 0 && link_is_attached(s->fd, s->ifindex))
			return 1;
		cleanup_close(&s->fd);
		s->fd = -ENOENT;
	}
	return 0;
}

static struct link_search search(const struct pins *p, uint32_t ifindex, bool egress, struct link_search s)
{
	s.ifindex = ifindex;
	s.fd = -ENOENT;
	pins_link_name(ifindex, egress, s.name, sizeof(s.name));
	pins_each(p->name_space, search_layout, &s);
	return s;
}

int pins_get_link(const struct pins *p, uint32_t ifindex, bool egress)
{
	return search(p, ifindex, egress, (struct link_search){ .what = LINK_FIND }).fd;
}

static uint64_t key_of(uint32_t ifindex, bool egress)
{
	return (uint64_t)ifindex << 1 | egress;
}

/* The key's place among those that were pinned, or their number. */
static size_t place_of(const struct pins *p, uint64_t key)
{
	size_t i = 0;

	while (i < p->count && p->put[i] != key)
		i++;
	return i;
}

static int remember(struct pins *p, uint64_t key)
{
	uint64_t *grown;

	if (place_of(p, key) < p->count)
		return 0;
	if (p->count == p->room) {
		grown = reallocarray(p->put, p->room + 64, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		p->put = grown;
		p->room += 64;
	}
	p->put[p->count++] = key;
	return 0;
}

static void forget(struct pins *p, uint64_t key)
{
	size_t place = place_of(p, key);

	if (place < p->count)
		p->put[place] = p->put[--p->count];
}

int pins_put_link(struct pins *p, uint32_t ifindex, bool egress, int fd)
{
	char name[24], path[PINS_PATH];
	int r;

	pins_link_name(ifindex, egress, name, sizeof(name));
	r = pins_join(path, p->layout, name);
	r = r < 0 ? r : remember(p, key_of(ifindex, egress));
	if (r < 0)
		return r;
	unlink(path);
	r = bpf_obj_pin(fd, path);
	if (r == 0)
		search(p, ifindex, egress, (struct link_search){ .what = LINK_FORGET, .mine = p->layout });
	return r;
}

void pins_drop_link(struct pins *p, uint32_t ifindex, bool egress)
{
	forget(p, key_of(ifindex, egress));
	search(p, ifindex, egress, (struct link_search){ .what = LINK_DETACH });
}

bool pins_is_ours(const struct pins *p, uint32_t ifindex, bool egress)
{
	return place_of(p, key_of(ifindex, egress)) < p->count;
}

unsigned int pins_count(const struct pins *p)
{
	return (unsigned int)p->count;
}
