// SPDX-License-Identifier: BSD-2-Clause

/* The requests that have a sequel: snapshots and the event stream. */

#include <math.h>
#include <string.h>
#include <sysexits.h>

#include "agent/base/clock.h"
#include "agent/base/mac.h"
#include "agent/cmd/run_requests.h"

#define EVERY_MAX_MS (24 * 3600 * 1000)

static const cJSON *member(const cJSON *request, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(request, name);
}

int run_request_snapshot(struct runner *r, const cJSON *request, struct reply *reply)
{
	const cJSON *device = member(request, "device"), *every = member(request, "every_ms");
	struct run_follow *f = &reply->follow;

	(void)r;
	f->sequel = every ? SEQUEL_SNAPSHOTS : SEQUEL_SNAPSHOT;
	f->view.flows = cJSON_IsTrue(member(request, "flows"));
	if (device && (!cJSON_IsString(device) || mac_parse(device->valuestring, &f->view.device) < 0))
		return reply_refuse(reply, EX_PROTOCOL, "device is not a MAC address");
	if (every && (!cJSON_IsNumber(every) || !(every->valuedouble >= 1 && every->valuedouble <= EVERY_MAX_MS)))
		return reply_refuse(reply, EX_PROTOCOL, "every_ms is not a number of milliseconds from 1 to %d", EVERY_MAX_MS);
	f->every_ns = every ? (int64_t)every->valuedouble * (NS_PER_SECOND / 1000) : 0;
	return 0;
}

static uint32_t type_bit(const cJSON *name)
{
	for (int i = 0; cJSON_IsString(name) && event_type_names[i]; i++) {
		if (!strcmp(event_type_names[i], name->valuestring))
			return EVENT_BIT(i);
	}
	return 0;
}

/* The types asked for; 0 after a refusal. */
static uint32_t types_of(const cJSON *types, struct reply *reply)
{
	const cJSON *name;
	uint32_t mask = 0;

	cJSON_ArrayForEach(name, types)
	{
		uint32_t bit = type_bit(name);

		if (!bit) {
			reply_refuse(reply, EX_PROTOCOL, "the agent (" IOTBPF_VERSION ") has no events of type %.40s",
				     cJSON_IsString(name) ? name->valuestring : "?");
			return 0;
		}
		mask |= bit;
	}
	if (!mask)
		reply_refuse(reply, EX_PROTOCOL, "types is not a list of event types");
	return mask;
}

int run_request_subscribe(struct runner *r, const cJSON *request, struct reply *reply)
{
	const cJSON *types = member(request, "types");
	struct run_follow *f = &reply->follow;

	(void)r;
	f->sequel = SEQUEL_EVENTS;
	f->mask = types ? types_of(types, reply) : EVENTS_DEFAULT;
	f->recent = cJSON_IsTrue(member(request, "recent"));
	f->live = !cJSON_IsFalse(member(request, "live"));
	if (!f->mask)
		return -1;
	json_key(&reply->json, "types");
	json_begin_array(&reply->json);
	for (int i = 0; event_type_names[i]; i++) {
		if (f->mask & EVENT_BIT(i))
			json_str(&reply->json, event_type_names[i]);
	}
	json_end_array(&reply->json);
	return 0;
}
