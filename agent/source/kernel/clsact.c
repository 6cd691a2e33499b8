/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/kernel/mechanisms.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "agent/source/kernel/netlink.h"

enum qdisc { QDISC_NONE, QDISC_CLSACT, QDISC_INGRESS };

/* What stands in the ingress place of an interface. */
struct qdisc_search {
	uint32_t ifindex;
	enum qdisc found;
};

static int read_kind(const struct nlattr *a, void *user)
{
	struct qdisc_search *search = user;

	if (mnl_attr_get_type(a) == TCA_KIND && mnl_attr_validate(a, MNL_TYPE_NUL_STRING) == 0)
		search->found = strcmp(mnl_attr_get_str(a), "clsact") == 0 ? QDISC_CLSACT : QDISC_INGRESS;
	return MNL_CB_OK;
}

static int read_qdisc(const struct nlmsghdr *h, void *user)
{
	const struct tcmsg *tc = mnl_nlmsg_get_payload(h);
	struct qdisc_search *search = user;

	if (mnl_nlmsg_get_payload_len(h) < sizeof(*tc) || tc->tcm_ifindex != (int)search->ifindex ||
	    tc->tcm_parent != TC_H_CLSACT)
		return MNL_CB_OK;
	return mnl_attr_parse(h, sizeof(*tc), read_kind, search);
}

static int find_qdisc(uint32_t ifindex, enum qdisc *found)
{
	const struct tcmsg all = { .tcm_family = AF_UNSPEC, .tcm_ifindex = (int)ifindex };
	struct qdisc_search search = { .ifindex = ifindex };
	int r = netlink_dump(RTM_GETQDISC, &all, sizeof(all), read_qdisc, NULL, &search);

	*found = search.found;
	return r;
}

/* The filters of one direction: how many there are, and which of them is ours. */
struct filters {
	const char *program; /* our program's name, as the filter's begins */
	uint32_t others;
	uint32_t handle; /* of ours; 0: none */
	bool foreign;    /* somebody else's has our priority and one of our handles */
};

static int read_name(const struct nlattr *a, void *user)
{
	if (mnl_attr_get_type(a) == TCA_BPF_NAME && mnl_attr_validate(a, MNL_TYPE_NUL_STRING) == 0)
		*(const char **)user = mnl_attr_get_str(a);
	return MNL_CB_OK;
}

/* libbpf names a filter "program:[id]". */
static bool is_named(const char *name, const char *program)
{
	size_t n = strlen(program);

	return name && strncmp(name, program, n) == 0 && (name[n] == ':' || name[n] == '\0');
}

static int read_options(const struct nlattr *a, void *user)
{
	return mnl_attr_get_type(a) == TCA_OPTIONS ? mnl_attr_parse_nested(a, read_name, user) : MNL_CB_OK;
}

static int read_filter(const struct nlmsghdr *h, void *user)
{
	const struct tcmsg *tc = mnl_nlmsg_get_payload(h);
	struct filters *filters = user;
	const char *name = NULL;

	if (mnl_nlmsg_get_payload_len(h) < sizeof(*tc) ||
	    !tc->tcm_handle) /* a classifier announces itself with handle 0 */
		return MNL_CB_OK;
	mnl_attr_parse(h, sizeof(*tc), read_options, &name);
	if (tc->tcm_info >> 16 != CLSACT_PRIORITY ||
	    (tc->tcm_handle != CLSACT_HANDLE_FOUND && tc->tcm_handle != CLSACT_HANDLE_MADE))
		filters->others++;
	else if (is_named(name, filters->program))
		filters->handle = tc->tcm_handle;
	else
		filters->foreign = true;
	return MNL_CB_OK;
}

static void forget_filters(void *user)
{
	struct filters *filters = user;

	*filters = (struct filters){ .program = filters->program };
}

static int find_filters(uint32_t ifindex, bool egress, struct filters *filters)
{
	const struct tcmsg where = {
		.tcm_family = AF_UNSPEC,
		.tcm_ifindex = (int)ifindex,
		.tcm_parent = TC_H_MAKE(TC_H_CLSACT, egress ? TC_H_MIN_EGRESS : TC_H_MIN_INGRESS),
	};

	filters->program = egress ? "iotbpf_out" : "iotbpf_in";
	return netlink_dump(RTM_GETTFILTER, &where, sizeof(where), read_filter, forget_filters, filters);
}

static struct bpf_tc_hook hook_of(uint32_t ifindex, enum bpf_tc_attach_point point)
{
	return (struct bpf_tc_hook){ .sz = sizeof(struct bpf_tc_hook), .ifindex = (int)ifindex, .attach_point = point };
}

/* Make sure of a clsact qdisc. 1: we made it now, 0: it was there. */
static int ensure_qdisc(uint32_t ifindex)
{
	struct bpf_tc_hook hook = hook_of(ifindex, BPF_TC_INGRESS | BPF_TC_EGRESS);
	enum qdisc found;
	int r = find_qdisc(ifindex, &found);

	if (r < 0)
		return r;
	if (found == QDISC_INGRESS)
		return -EBUSY;
	if (found == QDISC_CLSACT)
		return 0;
	r = bpf_tc_hook_create(&hook);
	return r < 0 ? r : 1;
}

/* Did we make the qdisc that is there? Either direction's filter says so. */
static int was_made(uint32_t ifindex)
{
	struct filters in, out;
	int r = find_filters(ifindex, false, &in);

	r = r < 0 ? r : find_filters(ifindex, true, &out);
	return r < 0 ? r : in.handle == CLSACT_HANDLE_MADE || out.handle == CLSACT_HANDLE_MADE;
}

static int remove_filter(uint32_t ifindex, bool egress, uint32_t handle)
{
	struct bpf_tc_hook hook = hook_of(ifindex, egress ? BPF_TC_EGRESS : BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = handle, .priority = CLSACT_PRIORITY);

	return bpf_tc_detach(&hook, &opts);
}

int clsact_attach(int program, uint32_t ifindex, bool egress)
{
	struct bpf_tc_hook hook = hook_of(ifindex, egress ? BPF_TC_EGRESS : BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, opts, .prog_fd = program, .priority = CLSACT_PRIORITY, .flags = BPF_TC_F_REPLACE);
	struct filters filters;
	int made = ensure_qdisc(ifindex);
	int r;

	if (made == 0)
		made = was_made(ifindex);
	r = made < 0 ? made : find_filters(ifindex, egress, &filters);
	if (r < 0)
		return r;
	if (filters.foreign)
		return -EEXIST;
	opts.handle = made ? CLSACT_HANDLE_MADE : CLSACT_HANDLE_FOUND;
	r = bpf_tc_attach(&hook, &opts);
	if (r == 0 && filters.handle && filters.handle != opts.handle)
		remove_filter(ifindex, egress, filters.handle);
	return r;
}

static int detach_direction(uint32_t ifindex, bool egress, bool wanted, bool *made, struct filters *filters,
			    struct clsact_removed *removed)
{
	int r = find_filters(ifindex, egress, filters);

	if (r < 0 || !filters->handle || !wanted)
		return r;
	*made |= filters->handle == CLSACT_HANDLE_MADE;
	r = remove_filter(ifindex, egress, filters->handle);
	if (r < 0)
		return r;
	removed->filters++;
	filters->handle = 0;
	return 0;
}

static bool is_empty(const struct filters *filters)
{
	return !filters->others && !filters->foreign && !filters->handle;
}

int clsact_detach(uint32_t ifindex, bool ingress, bool egress, struct clsact_removed *removed)
{
	struct bpf_tc_hook both = hook_of(ifindex, BPF_TC_INGRESS | BPF_TC_EGRESS);
	struct filters in, out;
	bool made = false;
	int r = detach_direction(ifindex, false, ingress, &made, &in, removed);

	r = r < 0 ? r : detach_direction(ifindex, true, egress, &made, &out, removed);
	if (r < 0 || !made || !is_empty(&in) || !is_empty(&out))
		return r;
	r = bpf_tc_hook_destroy(&both);
	removed->qdiscs += r == 0;
	return r;
}

bool clsact_is_attached(uint32_t ifindex, bool egress)
{
	struct filters filters;

	return find_filters(ifindex, egress, &filters) == 0 && filters.handle;
}
