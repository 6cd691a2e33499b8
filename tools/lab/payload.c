/* SPDX-License-Identifier: BSD-2-Clause */
/* What datagrams carry: enough of DNS, NTP and DHCP for a dissector to be content. */
#include "tools/lab/payload.h"

#include <string.h>

#include "agent/base/mac.h"

enum { LEASE_SECONDS = 41400 };

static uint8_t *put(uint8_t *p, const void *bytes, size_t n)
{
	memcpy(p, bytes, n);
	return p + n;
}

static uint8_t *put32(uint8_t *p, uint32_t v)
{
	const uint8_t bytes[4] = { (uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v };

	return put(p, bytes, 4);
}

static uint8_t *put_name(uint8_t *p, const char *name)
{
	while (*name) {
		size_t n = strcspn(name, ".");

		*p++ = (uint8_t)n;
		p = put(p, name, n);
		name += n + (name[n] == '.');
	}
	*p++ = 0;
	return p;
}

static void dns(const char *name, bool answer, uint32_t address, uint8_t *out)
{
	static const uint8_t query[12] = { 0x4a, 0x11, 0x01, 0x00, 0, 1 };
	static const uint8_t reply[12] = { 0x4a, 0x11, 0x81, 0x80, 0, 1, 0, 1 };
	static const uint8_t question[4] = { 0, 1, 0, 1 };
	static const uint8_t record[12] = { 0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0x01, 0x2c, 0, 4 };
	uint8_t *p = put(out, answer ? reply : query, 12);

	p = put(put_name(p, name), question, sizeof(question));
	if (answer)
		put32(put(p, record, sizeof(record)), address);
}

void lab_payload(const struct lab_step *step, bool answer, uint32_t address, uint8_t *out, size_t n)
{
	memset(out, 0, n);
	if (step->verb == LAB_DNS)
		dns(step->host, answer, address, out);
	else if (step->verb == LAB_NTP)
		out[0] = answer ? 0x24 : 0x23;
}

void lab_payload_dhcp(const struct lab_device *device, enum lab_dhcp type, uint32_t xid, uint8_t out[300])
{
	bool answer = type == LAB_DHCP_MSG_OFFER || type == LAB_DHCP_MSG_ACK;
	const uint8_t head[4] = { answer ? 2 : 1, 1, 6, 0 };
	uint8_t *p;

	memset(out, 0, 300);
	put32(put(out, head, 4), xid);
	if (answer)
		put32(out + 16, device->address);
	mac_to_bytes(device->mac, out + 28);
	p = put32(out + 236, 0x63825363);
	p = put(p, (const uint8_t[]){ 53, 1, (uint8_t)type }, 3);
	if (answer) {
		p = put32(put(p, (const uint8_t[]){ 54, 4 }, 2), LAB_GATEWAY);
		p = put32(put(p, (const uint8_t[]){ 51, 4 }, 2), LEASE_SECONDS);
	} else {
		*p++ = 12;
		*p++ = (uint8_t)strlen(device->name);
		p = put(p, device->name, strlen(device->name));
		p = put(p, (const uint8_t[]){ 55, 4, 1, 3, 6, 42 }, 6);
	}
	*p = 255;
}
