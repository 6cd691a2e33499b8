/* SPDX-License-Identifier: BSD-2-Clause */

/* Any bytes as what carries names: nothing is said, or something that can be shown. One target a parser. */

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "agent/base/mac.h"
#include "agent/source/names/facts_internal.h"
#include "agent/source/names/leases.h"
#include "agent/source/names/vendors_internal.h"
#include "tests/fuzz/fuzz.h"

#define DEVICE UINT64_C(0x02005e100001) /* whom the seeds are about */

typedef bool (*parser_fn)(const struct facts_frame *frame, struct bytes payload, struct name_facts *facts);

/* A copy that ends where its memory does. */
static uint8_t *exact(const uint8_t *data, size_t size)
{
	uint8_t *p = malloc(size ? size : 1);

	if (!p)
		abort();
	memcpy(p, data, size);
	return p;
}

static int parse(parser_fn fn, const struct facts_frame *frame, const uint8_t *data, size_t size)
{
	uint8_t *p = exact(data, size);
	struct name_facts facts = { .mac = frame->src };

	if (fn(frame, (struct bytes){ p, size }, &facts) && !facts_valid(&facts))
		abort();
	free(p);
	return 0;
}

int fuzz_dhcp(const uint8_t *data, size_t size)
{
	const struct facts_frame frame = { .src = DEVICE, .dst = MAC_BROADCAST, .hops = 64 };

	return parse(facts_dhcp, &frame, data, size);
}

int fuzz_mdns(const uint8_t *data, size_t size)
{
	const struct facts_frame frame = { .src = DEVICE, .source = { AF_INET, { 192, 0, 2, 7 } }, .hops = 255 };

	return parse(facts_mdns, &frame, data, size);
}

int fuzz_arp(const uint8_t *data, size_t size)
{
	const struct facts_frame frame = { .src = DEVICE };

	return parse(facts_arp, &frame, data, size);
}

int fuzz_nd(const uint8_t *data, size_t size)
{
	const struct facts_frame frame = { .src = DEVICE, .source = { AF_INET6, { 0xfe, 0x80, [15] = 7 } }, .hops = 255 };

	return parse(facts_nd, &frame, data, size);
}

int fuzz_names(const uint8_t *data, size_t size)
{
	uint8_t *p = exact(data, size);
	struct name_facts facts;

	if (facts_read(p, size, &facts) && !facts_valid(&facts))
		abort();
	free(p);
	return 0;
}

/* The first byte chooses the form. */
int fuzz_leases(const uint8_t *data, size_t size)
{
	uint8_t *p = exact(data, size);
	struct leases leases = { .text = (const char *)p + 1, .size = size ? size - 1 : 0 };
	struct lease lease;

	leases.form = size ? p[0] % 3 : LEASES_DNSMASQ;
	while (leases_next(&leases, &lease)) {
		const struct name_facts said = { .mac = lease.mac, .protocol = FACTS_DHCP };
		struct name_facts facts = said;

		memcpy(facts.name, lease.name, sizeof(facts.name));
		if (!facts_valid(&facts) || lease.address.family != AF_INET)
			abort();
	}
	free(p);
	return 0;
}

int fuzz_vendors(const uint8_t *data, size_t size)
{
	uint8_t *p = exact(data, size);
	const struct vendors_file file = { p, size };
	struct vendors_index index = { .count = 0 };
	const struct vendors_place *place;
	char out[VENDOR_SIZE];

	if (vendors_hwdb_valid(&file))
		vendors_hwdb_find(&file, UINT64_C(0x10d561246e01), out);
	if (vendors_index_add(&index, &file, 0) < 0)
		abort();
	vendors_index_sort(&index);
	place = vendors_index_find(&index, UINT64_C(0x10d561246e01));
	if (place)
		vendors_index_name(&file, place, out);
	free(index.places);
	free(p);
	return 0;
}
