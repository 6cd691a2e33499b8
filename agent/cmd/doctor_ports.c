// SPDX-License-Identifier: BSD-2-Clause

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/base/log.h"
#include "agent/cmd/doctor_internal.h"
#include "agent/source/kernel/desired.h"
#include "agent/source/kernel/mechanisms.h"
#include "agent/source/kernel/offload.h"

/* /sys/class/net/NAME/FILE */
static bool net_file(const char *name, const char *file, char *out, size_t size)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/class/net/%s/%s", name, file);
	return doctor_file(path, out, size);
}

static bool is_wireless(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/class/net/%s/phy80211", name);
	return access(path, F_OK) == 0;
}

static void check_bridge(struct doctor *d, const struct link *bridge, size_t ports)
{
	char text[16];

	if (!ports)
		doctor_find(d, FINDING_WARNING, bridge->name, "ip link set PORT master BRIDGE: the agent takes it up by itself", "a bridge without ports");
	if (net_file(bridge->name, "bridge/vlan_filtering", text, sizeof(text)) && !strcmp(text, "1"))
		doctor_find(d, FINDING_GOOD, bridge->name, NULL, "filters VLANs: tagged frames count for their device, whatever the VLAN");
	if (doctor_file("/proc/sys/net/bridge/bridge-nf-call-iptables", text, sizeof(text)) && !strcmp(text, "1"))
		doctor_find(d, FINDING_WARNING, bridge->name, "sysctl net.bridge.bridge-nf-call-iptables=0, where no firewall rule needs it",
			    "bridged frames pass iptables (bridge-nf-call-iptables), which costs a third of their speed; counts are not affected");
}

static void check_hook(struct doctor *d, const struct link *port)
{
	char holder[64];
	bool held = xdp_is_held(port->ifindex);

	if (held)
		xdp_holder(port->ifindex, holder, sizeof(holder));
	if (held && !strncmp(holder, "iotbpf", 6))
		doctor_find(d, FINDING_GOOD, port->name, NULL, "ingress: XDP, ours, attached already; egress: TC");
	else if (held && !strncmp(holder, "xdp_dispatcher", 14))
		doctor_find(d, FINDING_GOOD, port->name, NULL,
			    "ingress and egress: TC, for XDP is held by %s, which stays; iotbpf run --coexist libxdp joins it", holder);
	else if (held)
		doctor_find(d, FINDING_GOOD, port->name, NULL, "ingress and egress: TC, for XDP is held by %s, which stays", holder);
	else if (link_is_physical(port))
		doctor_find(d, FINDING_GOOD, port->name, NULL, "ingress: XDP where its driver takes it, else TC; egress: TC");
	else
		doctor_find(d, FINDING_GOOD, port->name, NULL, "ingress and egress: TC (%s: native XDP would cost its peer segmentation offload)",
			    *port->kind ? port->kind : "no physical port");
}

static void check_port(struct doctor *d, const struct link *port)
{
	const char *offload = offload_reason(port);

	check_hook(d, port);
	if (!port->up)
		doctor_find(d, FINDING_WARNING, port->name, "ip link set up", "is down");
	if (offload)
		doctor_find(d, FINDING_BLIND, port->name, "ethtool -K PORT hw-tc-offload off, or accept it: what is forwarded in hardware is not counted",
			    "%s: frames that the hardware forwards by itself pass no program", offload);
	if (is_wireless(port->name))
		doctor_find(d, FINDING_BLIND, port->name, "ap_isolate=1 in hostapd.conf sends them through the bridge",
			    "frames between two stations of one radio stay inside it");
}

static void close_pipe(FILE **pipe)
{
	if (*pipe)
		pclose(*pipe);
}

/* Flow tables in hardware take frames past every hook, those in software past the bridge's but not past a port's. */
static void check_flow_offload(struct doctor *d)
{
	_cleanup_(close_pipe) FILE *nft = popen("exec nft list flowtables 2>/dev/null", "re");
	char line[256];
	bool any = false, hardware = false;

	while (nft && fgets(line, sizeof(line), nft)) {
		any |= strstr(line, "flowtable ") != NULL;
		hardware |= strstr(line, "flags offload") != NULL;
	}
	if (hardware)
		doctor_find(d, FINDING_BLIND, "nftables", "remove `flags offload` from the flowtable", "a flowtable in hardware: its flows pass no program");
	else if (any)
		doctor_find(d, FINDING_GOOD, "nftables", NULL, "a flowtable in software: its flows still pass the ports' programs");
}

static void check_named(struct doctor *d, const struct links *links, const struct desired *desired, char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct link *named = links_by_name(links, names[i]);
		size_t ports = 0;

		if (!link_is_bridge(named))
			continue;
		for (size_t k = 0; k < desired->count; k++)
			ports += desired->link[k]->master == named->ifindex;
		check_bridge(d, named, ports);
	}
	for (size_t k = 0; k < desired->count; k++)
		check_port(d, desired->link[k]);
}

/* What a user means who names nothing: the bridges, or the wires. */
static size_t default_names(const struct links *links, char **names)
{
	size_t count = 0;

	for (uint32_t i = 0; i < links->count; i++) {
		if (link_is_bridge(&links->link[i]))
			names[count++] = links->link[i].name;
	}
	for (uint32_t i = 0; !count && i < links->count; i++) {
		if (link_is_physical(&links->link[i]))
			names[count++] = links->link[i].name;
	}
	return count;
}

int doctor_ports(struct doctor *d, char *const *names, size_t count)
{
	_cleanup_(links_free) struct links links = { 0 };
	_cleanup_(desired_free) struct desired desired = { 0 };
	_cleanup_free_ char **found = NULL;
	int e = links_dump(&links);

	if (e < 0)
		return log_errno_r(e, "cannot list the interfaces"), EX_OSERR;
	for (size_t i = 0; i < count; i++) {
		if (desired_check(&links, names[i]) < 0)
			return EX_NOINPUT;
	}
	found = calloc(links.count + 1, sizeof(*found));
	if (!found)
		return EX_OSERR;
	if (!count) {
		count = default_names(&links, found);
		names = found;
	}
	if (!count)
		doctor_find(d, FINDING_PROBLEM, "interfaces", "make a bridge, or name an Ethernet interface", "neither a bridge nor a physical interface here");
	if (desired_expand(&links, names, count, &desired) < 0)
		return EX_OSERR;
	check_named(d, &links, &desired, names, count);
	check_flow_offload(d);
	return EX_OK;
}
