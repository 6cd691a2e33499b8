/* SPDX-License-Identifier: BSD-2-Clause */
/* Counting frames by device and protocol. */
#include "tools/lab/tally.h"

#include <stdio.h>
#include <string.h>

#include "agent/base/mac.h"

enum { ETHER = 14, TYPE_IP4 = 0x0800, TYPE_ARP = 0x0806 };

void lab_tally_init(struct lab_tally *t, const struct lab_house *house)
{
	memset(t, 0, sizeof(*t));
	t->house = house;
	for (unsigned int i = 0; i < house->n; i++) {
		const struct lab_device *d = &house->devices[i];

		for (unsigned int j = 0; j < d->n_activities; j++)
			for (unsigned int k = 0; k < d->activities[j].n_steps; k++) {
				uint16_t port = d->activities[j].steps[k].port;

				t->service[port / 8] |= (uint8_t)(1u << port % 8);
			}
	}
}

static uint32_t get16(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

static void name_ports(const struct lab_tally *t, const char *kind, const uint8_t *p, char out[LAB_NAME_SIZE])
{
	uint32_t from = get16(p), to = get16(p + 2);
	bool known = t->service[to / 8] >> to % 8 & 1;

	snprintf(out, LAB_NAME_SIZE, "%s/%u", kind, (unsigned int)(known || to < from ? to : from));
}

static void name_protocol(const struct lab_tally *t, const uint8_t *data, size_t n, char out[LAB_NAME_SIZE])
{
	uint32_t type = n >= ETHER ? get16(data + 12) : 0;
	size_t header = n > ETHER ? (size_t)(data[ETHER] & 15) * 4 : 0;

	if (type == TYPE_ARP)
		strcpy(out, "arp");
	else if (type != TYPE_IP4 || n < ETHER + header + 4 || header < 20)
		snprintf(out, LAB_NAME_SIZE, "eth/0x%04x", (unsigned int)type);
	else if (data[ETHER + 9] == 17)
		name_ports(t, "udp", data + ETHER + header, out);
	else if (data[ETHER + 9] == 6)
		name_ports(t, "tcp", data + ETHER + header, out);
	else if (data[ETHER + 9] == 1)
		strcpy(out, "icmp");
	else
		snprintf(out, LAB_NAME_SIZE, "ip/%u", (unsigned int)data[ETHER + 9]);
}

static struct lab_flow_count *find_flow(struct lab_device_count *d, const char *protocol)
{
	for (unsigned int i = 0; i < d->n; i++)
		if (!strcmp(d->flows[i].protocol, protocol))
			return &d->flows[i];
	if (d->n == LAB_TALLY_FLOWS)
		return NULL;
	memcpy(d->flows[d->n].protocol, protocol, LAB_NAME_SIZE);
	return &d->flows[d->n++];
}

void lab_tally_sent(struct lab_tally *t, unsigned int device, const uint8_t *data, size_t n, size_t len)
{
	struct lab_device_count *d = &t->device[device];
	char protocol[LAB_NAME_SIZE] = "";
	struct lab_flow_count *flow;

	d->tx_packets++;
	d->tx_bytes += len;
	name_protocol(t, data, n, protocol);
	flow = find_flow(d, protocol);
	if (!flow)
		return;
	flow->packets++;
	flow->bytes += len;
}

void lab_tally_received(struct lab_tally *t, unsigned int device, size_t len)
{
	t->device[device].rx_packets++;
	t->device[device].rx_bytes += len;
}

void lab_tally_frame(struct lab_tally *t, const uint8_t *data, size_t n, size_t len)
{
	int from, to;

	if (n < ETHER)
		return;
	from = lab_house_find(t->house, mac_from_bytes(data + 6));
	to = lab_house_find(t->house, mac_from_bytes(data));
	if (from >= 0)
		lab_tally_sent(t, (unsigned int)from, data, n, len);
	if (to >= 0)
		lab_tally_received(t, (unsigned int)to, len);
}
