/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/hook.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/log.h"
#include "agent/source/kernel/libxdp.h"
#include "agent/source/kernel/mechanisms.h"
#include "agent/source/kernel/offload.h"

const char *const hook_choices[] = { "auto", "xdp", "tcx", "clsact", "xdp-generic", NULL };

const char *hook_name(enum hook hook)
{
	return hook == HOOK_AUTO ? "none" : hook == HOOK_XDP_DISPATCHER ? "xdp-dispatcher" : hook_choices[hook];
}

/* One attempt after the other at one direction of one interface. */
struct attempt {
	const struct kernel *kernel;
	const struct link *link;
	bool egress;
	enum hook hook; /* in force */
	int fd;
	struct libxdp_hook *dispatched;
	enum hook left; /* what an earlier agent left pinned there; HOOK_AUTO: nothing */
	int left_fd;
	char *note; /* HOOK_NOTE_SIZE bytes */
};

__attribute__((format(printf, 2, 3))) static void note(struct attempt *a, const char *format, ...)
{
	size_t used = strlen(a->note);
	va_list args;

	if (used && used + 2 < HOOK_NOTE_SIZE)
		used += (size_t)snprintf(a->note + used, HOOK_NOTE_SIZE - used, "; ");
	if (used >= HOOK_NOTE_SIZE)
		return;
	va_start(args, format);
	vsnprintf(a->note + used, HOOK_NOTE_SIZE - used, format, args);
	va_end(args);
}

/* What an earlier agent pinned there: its program is replaced, so that no frame passes unseen. */
static void find_left(struct attempt *a)
{
	struct pins *pins = kernel_pins(a->kernel);
	bool xdp = false;

	a->left_fd = pins ? pins_get_link(pins, a->link->ifindex, a->egress) : -1;
	if (a->left_fd < 0)
		return;
	link_ifindex(a->left_fd, &xdp);
	a->left = !xdp ? HOOK_TCX : xdp_is_generic(a->link->ifindex) ? HOOK_XDP_GENERIC : HOOK_XDP;
}

static void drop_left(struct attempt *a)
{
	if (a->left == HOOK_AUTO)
		return;
	pins_drop_link(kernel_pins(a->kernel), a->link->ifindex, a->egress);
	cleanup_close(&a->left_fd);
	a->left_fd = -1;
	a->left = HOOK_AUTO;
}

static int replace_left(struct attempt *a, int program)
{
	int r = link_replace(a->left_fd, program);

	if (r < 0) {
		log_debug("%s: cannot replace the earlier agent's program: %s", a->link->name, strerror(-r));
		drop_left(a);
		return r;
	}
	a->fd = TAKE_FD(a->left_fd);
	a->left = HOOK_AUTO;
	return 0;
}

static bool is_xdp(enum hook hook)
{
	return hook == HOOK_XDP || hook == HOOK_XDP_GENERIC;
}

/* Why `hook` was refused, for people. */
static void explain(struct attempt *a, enum hook hook, int r)
{
	char holder[64];

	if (r == -ECANCELED)
		return;
	if (hook == HOOK_TCX && r == -EOPNOTSUPP) {
		note(a, "kernel has no tcx (6.6)");
	} else if (is_xdp(hook) && r == -EBUSY) {
		xdp_holder(a->link->ifindex, holder, sizeof(holder));
		note(a, "XDP is held by %s", holder);
	} else if (hook == HOOK_XDP) {
		note(a, "driver refuses native XDP (%s)", strerror(-r));
	} else if (hook == HOOK_CLSACT && r == -EBUSY) {
		note(a, "an ingress qdisc is in the place of clsact");
	} else if (hook == HOOK_CLSACT && r == -EEXIST) {
		note(a, "a foreign filter has our priority %d", CLSACT_PRIORITY);
	} else {
		note(a, "%s: %s", hook_name(hook), strerror(-r));
	}
}

/* As one of several programs, or not at all: -ECANCELED, noted, leaves XDP to others. */
static int attach_xdp(struct attempt *a, int program, enum hook hook)
{
	char why[LIBXDP_WHY];

	if (!kernel_uses_dispatcher(a->kernel))
		return xdp_attach(program, a->link->ifindex, hook == HOOK_XDP_GENERIC, &a->fd);
	if (libxdp_attach(a->kernel, a->link->ifindex, hook == HOOK_XDP_GENERIC, &a->dispatched, why) == 0)
		return 0;
	note(a, "no XDP dispatcher: %s", why);
	return -ECANCELED;
}

static int attach_by(struct attempt *a, enum hook hook)
{
	uint32_t ifindex = a->link->ifindex;
	enum kernel_program which = is_xdp(hook) ? KERNEL_XDP : a->egress ? KERNEL_OUT : KERNEL_IN;
	int program = kernel_program_fd(a->kernel, which);

	if (hook == a->left && !(is_xdp(hook) && kernel_uses_dispatcher(a->kernel)) && replace_left(a, program) == 0)
		return 0;
	if (is_xdp(hook) && is_xdp(a->left)) /* in the other mode, or all alone: it would be in its own way */
		drop_left(a);
	switch (hook) {
	case HOOK_XDP:
	case HOOK_XDP_GENERIC:
		return attach_xdp(a, program, hook);
	case HOOK_TCX:
		return tcx_attach(program, ifindex, a->egress, &a->fd);
	case HOOK_CLSACT:
		return clsact_attach(program, ifindex, a->egress);
	default:
		return -EINVAL;
	}
}

static int try_hook(struct attempt *a, enum hook hook)
{
	int r = attach_by(a, hook);

	if (r == 0)
		a->hook = a->dispatched ? HOOK_XDP_DISPATCHER : hook;
	else
		explain(a, hook, r);
	return r;
}

static int try_tc(struct attempt *a)
{
	int r = try_hook(a, HOOK_TCX);

	return r == 0 || r == -EPERM ? r : try_hook(a, HOOK_CLSACT);
}

/* Asked for by name: nothing else will do, but another's program is stepped around. */
static int try_xdp_only(struct attempt *a, enum hook hook)
{
	int r = try_hook(a, hook);

	return r == -EBUSY || r == -ECANCELED ? try_tc(a) : r;
}

static int attach_ingress(struct attempt *a, enum hook asked)
{
	switch (asked) {
	case HOOK_AUTO:
		if (link_is_physical(a->link) && try_hook(a, HOOK_XDP) == 0)
			return 0;
		return try_tc(a);
	case HOOK_XDP:
	case HOOK_XDP_GENERIC:
		return try_xdp_only(a, asked);
	default:
		return try_hook(a, asked);
	}
}

static int attach_egress(struct attempt *a, enum hook asked)
{
	return asked == HOOK_TCX || asked == HOOK_CLSACT ? try_hook(a, asked) : try_tc(a);
}

static const char *remedy(enum hook asked, int r)
{
	if (r == -EPERM)
		return "run with sudo";
	return asked == HOOK_AUTO ? "see `tc filter show` and `bpftool net`" : "try --hook auto";
}

static int refused(const struct attempt *a, enum hook asked, int r)
{
	if (r == -ENODEV) {
		log_info("%s: went away before it was hooked", a->link->name);
		return r;
	}
	log_error("%s: cannot hook %s: %s: %s", a->link->name, a->egress ? "egress" : "ingress", a->note,
		  remedy(asked, r));
	return r == -EINVAL ? -EOPNOTSUPP : r;
}

/* Filters that a killed agent left would count into its orphaned tables for ever. */
static void remove_leftovers(const struct attachment *at)
{
	struct clsact_removed removed = { 0 };

	clsact_detach(at->ifindex, at->ingress != HOOK_CLSACT, at->egress != HOOK_CLSACT, &removed);
	if (removed.filters)
		log_info("interface %u: removed %u filters of an earlier agent", at->ifindex, removed.filters);
	if (!is_xdp(at->ingress) && libxdp_clean(at->ifindex, at->dispatched))
		log_info("interface %u: removed an earlier agent's program from the dispatcher", at->ifindex);
}

/* Another kind of hook than an earlier agent's is in place before that one goes: for this moment frames count twice rather than never. */
static int attach_direction(struct attempt *a, enum hook asked)
{
	struct pins *pins = kernel_pins(a->kernel);
	int r;

	find_left(a);
	r = a->egress ? attach_egress(a, asked) : attach_ingress(a, asked);
	drop_left(a);
	if (r < 0)
		return refused(a, asked, r);
	r = pins && a->fd >= 0 ? pins_put_link(pins, a->link->ifindex, a->egress, a->fd) : 0;
	if (r < 0)
		note(a, "not pinned (%s)", strerror(-r));
	return 0;
}

int hook_attach(const struct kernel *kernel, const struct link *link, enum hook asked, struct attachment *at)
{
	struct attempt in = { .kernel = kernel, .link = link, .fd = -1, .left_fd = -1, .note = at->note };
	struct attempt out = { .kernel = kernel, .link = link, .fd = -1, .left_fd = -1, .egress = true };
	char egress_note[HOOK_NOTE_SIZE] = "";
	int r;

	*at = (struct attachment)ATTACHMENT_NONE;
	at->ifindex = link->ifindex;
	at->pins = kernel_pins(kernel);
	out.note = egress_note;
	r = attach_direction(&in, asked);
	if (r < 0)
		return r;
	at->ingress = in.hook;
	at->ingress_fd = in.fd;
	at->dispatched = in.dispatched;
	r = attach_direction(&out, asked);
	if (r < 0) {
		hook_detach(at);
		return r;
	}
	at->egress = out.hook;
	at->egress_fd = out.fd;
	if (!at->note[0])
		memcpy(at->note, egress_note, sizeof(egress_note));
	if (offload_reason(link))
		note(&in, "may not see offloaded frames: %s", offload_reason(link));
	remove_leftovers(at);
	log_info("%s: ingress %s, egress %s%s%s", link->name, hook_name(at->ingress), hook_name(at->egress),
		 at->note[0] ? ": " : "", at->note);
	return 0;
}

void hook_detach(struct attachment *at)
{
	struct clsact_removed removed = { 0 };

	if (at->pins && at->ingress_fd >= 0)
		pins_drop_link(at->pins, at->ifindex, false);
	if (at->pins && at->egress_fd >= 0)
		pins_drop_link(at->pins, at->ifindex, true);
	cleanup_close(&at->ingress_fd);
	cleanup_close(&at->egress_fd);
	libxdp_detach(at->dispatched);
	if (at->ingress == HOOK_CLSACT || at->egress == HOOK_CLSACT)
		clsact_detach(at->ifindex, at->ingress == HOOK_CLSACT, at->egress == HOOK_CLSACT, &removed);
	*at = (struct attachment)ATTACHMENT_NONE;
}

void hook_leave(struct attachment *at)
{
	cleanup_close(&at->ingress_fd);
	cleanup_close(&at->egress_fd);
	libxdp_leave(at->dispatched);
	*at = (struct attachment)ATTACHMENT_NONE;
}

static bool direction_alive(const struct attachment *at, enum hook hook, int fd, bool egress)
{
	return hook == HOOK_CLSACT ? clsact_is_attached(at->ifindex, egress) : link_is_attached(fd, at->ifindex);
}

bool hook_alive(const struct attachment *at)
{
	if (at->dispatched && !libxdp_is_attached(at->dispatched))
		return false;
	return (at->dispatched || direction_alive(at, at->ingress, at->ingress_fd, false)) &&
	       direction_alive(at, at->egress, at->egress_fd, true);
}
