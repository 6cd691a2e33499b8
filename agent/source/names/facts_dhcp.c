// SPDX-License-Identifier: BSD-2-Clause

/* DHCP for IPv4 (RFC 2131, 2132): what a client calls itself, what it asks for, and the address that it gets. */

#include <string.h>
#include <sys/socket.h>

#include "agent/base/mac.h"
#include "agent/source/names/facts_internal.h"

enum {
	FIXED_BYTES = 240, /* before the options, magic cookie included */
	OP_REQUEST = 1,
	OP_REPLY = 2,
	MESSAGE_REQUEST = 3,
	MESSAGE_ACK = 5,
	OPTION_PAD = 0,
	OPTION_HOST_NAME = 12,
	OPTION_REQUESTED_IP = 50,
	OPTION_MESSAGE = 53,
	OPTION_SERVER = 54,
	OPTION_PARAMETERS = 55,
	OPTION_VENDOR_CLASS = 60,
	OPTION_END = 255
};

struct message {
	const uint8_t *requested; /* NULL: option 50 is not there */
	uint8_t kind;
	bool selects; /* it answers a server's offer */
};

static void read_parameters(struct name_facts *facts, const uint8_t *p, size_t n)
{
	facts->parameter_count = (uint8_t)(n < FACT_PARAMETERS ? n : FACT_PARAMETERS);
	memcpy(facts->parameters, p, facts->parameter_count);
}

static void read_option(uint8_t code, const uint8_t *p, size_t n, struct message *m, struct name_facts *facts)
{
	switch (code) {
	case OPTION_HOST_NAME:
		facts_text(facts->name, p, n);
		break;
	case OPTION_REQUESTED_IP:
		m->requested = n == 4 ? p : NULL;
		break;
	case OPTION_MESSAGE:
		m->kind = n == 1 ? p[0] : 0;
		break;
	case OPTION_SERVER:
		m->selects = true;
		break;
	case OPTION_PARAMETERS:
		read_parameters(facts, p, n);
		break;
	case OPTION_VENDOR_CLASS:
		facts_text(facts->vendor_class, p, n);
		break;
	default:
		break;
	}
}

static void read_options(struct bytes b, struct message *m, struct name_facts *facts)
{
	while (b.left && b.at[0] != OPTION_END) {
		const uint8_t *option = b.at;

		if (option[0] == OPTION_PAD) {
			bytes_skip(&b, 1);
			continue;
		}
		if (b.left < 2 || b.left - 2 < option[1])
			return;
		read_option(option[0], option + 2, option[1], m, facts);
		bytes_skip(&b, 2 + (size_t)option[1]);
	}
}

/* What a server hands out is about the client; its options are the server's opinion, but the address is the client's. */
static bool read_reply(const struct facts_frame *frame, const uint8_t *fixed, const struct message *m, struct name_facts *facts)
{
	uint64_t client = mac_from_bytes(fixed + 28);

	if (m->kind != MESSAGE_ACK || (client != frame->dst && frame->dst != MAC_BROADCAST) || !client || mac_is_multicast(client))
		return false;
	*facts = (struct name_facts){ .mac = client, .protocol = FACTS_DHCP };
	facts_address(facts, AF_INET, fixed + 16);
	return facts->address_count != 0;
}

/* A request that has its own address, or one that takes up an offer, says which it will be. */
static bool read_request(const struct facts_frame *frame, const uint8_t *fixed, const struct message *m, struct name_facts *facts)
{
	if (mac_from_bytes(fixed + 28) != frame->src)
		return false;
	facts->protocol = FACTS_DHCP;
	facts_address(facts, AF_INET, fixed + 12);
	if (m->kind == MESSAGE_REQUEST && m->selects && m->requested)
		facts_address(facts, AF_INET, m->requested);
	return facts->name[0] || facts->vendor_class[0] || facts->parameter_count || facts->address_count;
}

bool facts_dhcp(const struct facts_frame *frame, struct bytes b, struct name_facts *facts)
{
	static const uint8_t cookie[] = { 0x63, 0x82, 0x53, 0x63 };
	const uint8_t *fixed = b.at;
	struct message m = { 0 };

	if (b.left < FIXED_BYTES || fixed[1] != 1 || fixed[2] != 6 || memcmp(fixed + 236, cookie, sizeof(cookie)) != 0)
		return false;
	bytes_skip(&b, FIXED_BYTES);
	read_options(b, &m, facts);
	if (fixed[0] == OP_REPLY)
		return read_reply(frame, fixed, &m, facts);
	return fixed[0] == OP_REQUEST && m.kind && read_request(frame, fixed, &m, facts);
}
