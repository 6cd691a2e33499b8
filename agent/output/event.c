/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/output/event.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

const char *const event_type_names[] = { "start", "stop", "stats", "device", "function", "period", "flow", "shadow", "lost", NULL };

const char *event_device_action_name(enum event_device_action action)
{
	static const char *const names[] = { "new", "identified", "changed", "gone" };

	return names[action];
}

const char *event_function_action_name(enum event_function_action action)
{
	return action == FUNCTION_START ? "start" : "stop";
}

const char *event_period_action_name(enum event_period_action action)
{
	return action == PERIOD_FOUND ? "found" : "lost";
}

const char *event_action_name(const struct event *event)
{
	switch (event->type) {
	case EVENT_DEVICE:
		return event_device_action_name(event->device.action);
	case EVENT_FUNCTION:
		return event_function_action_name(event->function.action);
	case EVENT_PERIOD:
		return event_period_action_name(event->period.action);
	default:
		return "";
	}
}

const char *event_protocol(const struct event *event)
{
	if (event->type == EVENT_PERIOD)
		return event->period.protocol;
	return event->type == EVENT_FLOW ? event->flow.protocol : NULL;
}

static int service_port(const char *digits)
{
	char *end;
	long port = strtol(digits, &end, 10);

	return end != digits && !*end && port >= 0 && port <= 65535 ? (int)port : -1;
}

struct event_transport event_transport(const char *protocol)
{
	static const struct {
		const char *name, *proto;
	} names[] = {
		{ "tcp", "TCP" },         { "udp", "UDP" },          { "icmp", "ICMP" },
		{ "icmp6", "IPv6-ICMP" }, { "icmpv6", "IPv6-ICMP" }, { "igmp", "IGMP" },
	};
	size_t n = strcspn(protocol, "/");

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i].name) == n && strncasecmp(protocol, names[i].name, n) == 0)
			return (struct event_transport){ names[i].proto,
							 protocol[n] ? service_port(protocol + n + 1) : -1 };
	return (struct event_transport){ NULL, -1 };
}

static uint64_t fnv1a(uint64_t hash, uint8_t byte)
{
	return (hash ^ byte) * UINT64_C(0x100000001b3);
}

uint64_t event_flow_id(uint64_t mac, const char *protocol)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (int shift = 40; shift >= 0; shift -= 8)
		hash = fnv1a(hash, (uint8_t)(mac >> shift));
	for (; *protocol; protocol++)
		hash = fnv1a(hash, (uint8_t)*protocol);
	return (hash ^ hash >> 51) & UINT64_C(0x7ffffffffffff);
}
