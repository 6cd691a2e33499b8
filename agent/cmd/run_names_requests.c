// SPDX-License-Identifier: BSD-2-Clause

/* Requests about names: {"request":"name","device":D,"name":N}; {"request":"merge","device":D,"into":D} or {...,"undo":true}. */

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>

#include "agent/base/clock.h"
#include "agent/base/mac.h"
#include "agent/cmd/run_names_internal.h"
#include "agent/cmd/run_requests.h"

/* A device by what somebody wrote: how the ways to read it are gone through. */
struct search {
	const char *text;
	char digits[MAC_ID_SIZE]; /* "": no beginning of an address */
	struct name_address address; /* family 0: none */
	uint64_t mac;
	size_t count; /* devices that fit */
};

static void found(struct search *s, uint64_t mac)
{
	s->count += !s->count || s->mac != mac;
	s->mac = mac;
}

static void by_name(void *user, uint64_t mac, const struct name_entry *e)
{
	struct search *s = user;

	if (e->name[0] && strcasecmp(e->name, s->text) == 0)
		found(s, mac);
}

static void by_address(void *user, uint64_t mac, const struct name_entry *e)
{
	struct search *s = user;

	for (uint32_t i = 0; i < e->address_count; i++) {
		if (memcmp(&e->addresses[i], &s->address, sizeof(s->address)) == 0)
			found(s, mac);
	}
}

static void by_digits(void *user, uint64_t mac, const struct name_entry *e)
{
	struct search *s = user;
	char id[MAC_ID_SIZE];

	(void)e;
	if (strncmp(mac_format_id(mac, id), s->digits, strlen(s->digits)) == 0)
		found(s, mac);
}

/* Two hexadecimal digits or more, with or without separators; of anything else none. */
static void read_digits(struct search *s)
{
	size_t n = 0;

	for (const char *p = s->text; *p; p++) {
		if (*p == ':' || *p == '-')
			continue;
		if (!isxdigit((unsigned char)*p) || n == MAC_ID_SIZE - 1) {
			n = 0;
			break;
		}
		s->digits[n++] = (char)tolower((unsigned char)*p);
	}
	s->digits[n > 1 ? n : 0] = '\0';
}

static void read_address(struct search *s)
{
	if (inet_pton(AF_INET, s->text, s->address.bytes) == 1)
		s->address.family = AF_INET;
	else if (inet_pton(AF_INET6, s->text, s->address.bytes) == 1)
		s->address.family = AF_INET6;
}

/* A MAC address, known or not; else a name, an IP address or the beginning of a MAC address that is one device's. */
static int find_device(const struct runner *r, const char *text, uint64_t *mac, struct reply *reply)
{
	struct search s = { .text = text };

	if (mac_parse(text, mac) == 0)
		return *mac && !mac_is_multicast(*mac) ? 0 : reply_refuse(reply, EX_USAGE, "%.64s: not the address of a device", text);
	names_each(r->names, by_name, &s);
	read_address(&s);
	if (!s.count && s.address.family)
		names_each(r->names, by_address, &s);
	read_digits(&s);
	if (!s.count && s.digits[0])
		names_each(r->names, by_digits, &s);
	*mac = s.mac;
	if (s.count == 1)
		return 0;
	return s.count ? reply_refuse(reply, EX_USAGE, "%.64s: several devices are called like that: give the address", text) :
			 reply_refuse(reply, EX_NOINPUT, "%.64s: no such device: `iotbpf devices` lists them", text);
}

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
	if (find_device(r, device, &mac, reply) < 0)
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
	if (find_device(r, device, &mac, reply) < 0 || (other && find_device(r, other, &into, reply) < 0) || join(r, mac, into, reply) < 0)
		return -1;
	json_pair_mac(&reply->json, "mac", mac);
	if (!undo)
		json_pair_mac(&reply->json, "into", names_find(r->names, mac)->merged_into);
	keep(r, reply);
	return 0;
}
