// SPDX-License-Identifier: BSD-2-Clause

/* Requests about names: {"request":"name","device":D,"name":N}; {"request":"merge","device":D,"into":D} or {...,"undo":true}. */

#include <errno.h>
#include <sysexits.h>

#include "agent/base/clock.h"
#include "agent/base/mac.h"
#include "agent/cmd/run_names_internal.h"
#include "agent/cmd/run_requests.h"

static const char *text_of(const cJSON *request, const char *key)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(request, key));
}

/* What the owner said is written at once; without a store, or with a full one, it holds until the agent ends. */
static void keep(struct runner *r, struct reply *reply)
{
	const char *why = r->state.store.db ? NULL : "the agent keeps no state";

	if (r->state.store.db && names_save(r->names, &r->state.store) < 0)
		why = r->state.store.why;
	json_pair_bool(&reply->json, "kept", !why);
	json_pair_str(&reply->json, "why", why);
}

int run_request_name(struct runner *r, const cJSON *request, struct reply *reply)
{
	const char *device = text_of(request, "device"), *name = text_of(request, "name");
	const struct name_entry *e;
	uint64_t mac;
	int error;

	if (!device)
		return reply_refuse(reply, EX_PROTOCOL, "a name is a device's");
	if (!r->names)
		return reply_refuse(reply, EX_OSERR, "the agent has no memory for names");
	if (run_device_find(r, device, &mac, reply) < 0)
		return -1;
	error = names_set_owner(r->names, mac, name ? name : "");
	if (error == -EINVAL)
		return reply_refuse(reply, EX_USAGE, "a name has at most %d bytes of UTF-8, no control characters and no blank at its end",
				    NAME_SIZE - 1);
	if (error < 0)
		return reply_refuse(reply, EX_OSERR, "the agent is short of memory");
	names_device(r->names, mac);
	e = names_find(r->names, mac);
	json_pair_mac(&reply->json, "mac", mac);
	json_pair_str(&reply->json, "name", e->name[0] ? e->name : NULL);
	json_pair_str(&reply->json, "name_source", name_source_text(e->source));
	keep(r, reply);
	return 0;
}

static int join(struct runner *r, uint64_t mac, uint64_t into, struct reply *reply)
{
	char text[MAC_TEXT_SIZE];
	int e = names_merge(r->names, mac, into);

	if (e == -EINVAL)
		return reply_refuse(reply, EX_USAGE, "both are the same device already");
	if (e == -ENOENT)
		return reply_refuse(reply, EX_DATAERR, "%s: not joined with another", mac_format(mac, text));
	return e < 0 ? reply_refuse(reply, EX_OSERR, "the agent is short of memory") : 0;
}

int run_request_merge(struct runner *r, const cJSON *request, struct reply *reply)
{
	const char *device = text_of(request, "device"), *other = text_of(request, "into");
	bool undo = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(request, "undo"));
	uint64_t mac, into = 0;

	if (!device || !other == !undo)
		return reply_refuse(reply, EX_PROTOCOL, "a device is joined into another, or that is undone");
	if (!r->names)
		return reply_refuse(reply, EX_OSERR, "the agent has no memory for names");
	if (run_device_find(r, device, &mac, reply) < 0 || (other && run_device_find(r, other, &into, reply) < 0) || join(r, mac, into, reply) < 0)
		return -1;
	json_pair_mac(&reply->json, "mac", mac);
	if (!undo)
		json_pair_mac(&reply->json, "into", names_find(r->names, mac)->merged_into);
	keep(r, reply);
	return 0;
}
