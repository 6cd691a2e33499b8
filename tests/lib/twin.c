// SPDX-License-Identifier: BSD-2-Clause

#include "tests/lib/twin.h"

#include <string.h>

void twin_count(const struct iot_table *t, const void *data, uint32_t captured, const struct iot_replay *replay, uint32_t ifindex,
		int out)
{
	struct iot_frame frame = {.ifindex = ifindex, .now = replay->now};
	const struct iot_port *port = iot_port_find(t, ifindex, &frame.port_line);
	struct iot_port_count *count = iot_port_count_of(t, frame.port_line);
	int parsed = iot_parse(&frame.h, data, (const uint8_t *)data + captured, replay->length) == 0;
	int reason = IOT_SKIP_SHORT;

	frame.segments = iot_segments(&frame.h, replay->gso_size, replay->gso_segs);
	if (port)
		iot_count_add(t, out ? &count->out : &count->in, frame.segments.count, frame.segments.bytes);
	if (parsed)
		reason = out ? iot_count_received(t, &frame) : iot_count_sent(t, &frame);
	iot_finish(t, &frame, reason);
}

const char *twin_difference(const struct iot_table *a, const struct iot_table *b)
{
	if (memcmp(a->counters, b->counters, sizeof(*a->counters)) != 0)
		return "counters";
	if (memcmp(a->ports, b->ports, IOT_PORTS * sizeof(*a->ports)) != 0)
		return "ports";
	for (uint32_t line = 0; line < IOT_PORTS; line++) {
		const struct iot_port_count x = slots_port_count(a, line), y = slots_port_count(b, line);

		if (memcmp(&x, &y, sizeof(x)) != 0)
			return "port counts";
	}
	if (memcmp(a->arrays.device_keys, b->arrays.device_keys, slots_device_slots(a) * sizeof(*a->arrays.device_keys)) != 0)
		return "device keys";
	if (memcmp(a->arrays.devices, b->arrays.devices, slots_device_slots(a) * sizeof(*a->arrays.devices)) != 0)
		return "devices";
	if (memcmp(a->arrays.flows, b->arrays.flows, slots_flow_slots(a) * sizeof(*a->arrays.flows)) != 0)
		return "flows";
	if (memcmp(a->arrays.activity, b->arrays.activity, slots_flow_slots(a) * sizeof(*a->arrays.activity)) != 0)
		return "activity";
	if (memcmp(a->rings, b->rings, slots_device_slots(a) * sizeof(*a->rings)) != 0)
		return "rings";
	return NULL;
}
