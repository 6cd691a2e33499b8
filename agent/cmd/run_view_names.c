// SPDX-License-Identifier: BSD-2-Clause

/* Who a device of a snapshot is: its name and who says so, its maker, its addresses. */

#include <arpa/inet.h>

#include "agent/base/mac.h"
#include "agent/cmd/run_view_internal.h"

static void put_addresses(const struct name_entry *entry, struct json *j)
{
	char text[INET6_ADDRSTRLEN];

	json_key(j, "ips");
	json_begin_array(j);
	for (uint32_t i = 0; entry && i < entry->address_count; i++) {
		const struct name_address *a = &entry->addresses[i];

		if (inet_ntop(a->family, a->bytes, text, sizeof(text)))
			json_str(j, text);
	}
	json_end_array(j);
}

void view_put_names(const struct names *names, uint64_t mac, struct json *j)
{
	const struct name_entry *entry = names ? names_find(names, mac) : NULL;

	if (entry && *entry->name) {
		json_pair_str(j, "name", entry->name);
		json_pair_str(j, "name_source", name_source_text(entry->source));
	}
	if (entry && *entry->vendor)
		json_pair_str(j, "vendor", entry->vendor);
	json_pair_bool(j, "randomized", entry ? entry->randomized : mac_is_local(mac));
	put_addresses(entry, j);
}
