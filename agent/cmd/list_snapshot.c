// SPDX-License-Identifier: BSD-2-Clause

/* A snapshot of the running agent, taken apart; see agent/share/schema/snapshot.json. */

#include <math.h>
#include <string.h>

#include "agent/cmd/ask.h"
#include "agent/cmd/label_time.h"
#include "agent/cmd/list_data.h"

static const cJSON *member(const cJSON *object, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(object, name);
}

static uint64_t count_of(const cJSON *object, const char *name)
{
	double value = answer_number(object, name);

	return value > 0 && value < 0x1p63 ? (uint64_t)value : 0;
}

static double number_of(const cJSON *object, const char *name)
{
	const cJSON *item = member(object, name);

	return cJSON_IsNumber(item) ? item->valuedouble : NAN;
}

static int64_t time_of(const cJSON *object, const char *name)
{
	int64_t us = 0;

	label_time_parse(answer_text(object, name), 0, &us);
	return us;
}

static void copy(char *to, size_t size, const cJSON *object, const char *name)
{
	snprintf(to, size, "%s", answer_text(object, name));
}

/* Room for the members of an array; *@count must count those that were written. */
static void *room_for(const cJSON *array, size_t size)
{
	return calloc((size_t)cJSON_GetArraySize(array) + 1, size);
}

static struct listed_counts read_counts(const cJSON *object)
{
	return (struct listed_counts){ count_of(object, "tx_packets"), count_of(object, "tx_bytes"), count_of(object, "rx_packets"),
				       count_of(object, "rx_bytes") };
}

static int read_periods(const cJSON *flow, struct listed_flow *to)
{
	const cJSON *array = member(flow, "periods"), *p;

	to->periods = room_for(array, sizeof(*to->periods));
	if (!to->periods)
		return -ENOMEM;
	cJSON_ArrayForEach(p, array)
	{
		to->periods[to->period_count++] = (struct listed_period){ .seconds = number_of(p, "seconds"),
									  .support = number_of(p, "support"),
									  .log_p = number_of(p, "log_p") };
	}
	return 0;
}

static int read_flow(const cJSON *flow, struct listed_flow *to)
{
	*to = (struct listed_flow){
		.packets = count_of(flow, "packets"),
		.bytes = count_of(flow, "bytes"),
		.active_seconds = count_of(flow, "active_seconds"),
		.share = number_of(flow, "share"),
		.first_us = time_of(flow, "first"),
		.last_us = time_of(flow, "last"),
	};
	copy(to->protocol, sizeof(to->protocol), flow, "protocol");
	copy(to->strip, sizeof(to->strip), flow, "strip");
	return read_periods(flow, to);
}

static int read_flows(const cJSON *device, struct listed_device *to)
{
	const cJSON *array = member(device, "flows"), *flow;
	int e = 0;

	to->flows = room_for(array, sizeof(*to->flows));
	if (!to->flows)
		return -ENOMEM;
	cJSON_ArrayForEach(flow, array)
	{
		if (e == 0)
			e = read_flow(flow, &to->flows[to->flow_count++]);
	}
	return e;
}

/* Past functions, and the one that runs. */
static int read_functions(const cJSON *device, struct listed_device *to)
{
	const cJSON *array = member(device, "functions"), *f;
	struct listed_function *one;

	to->functions = calloc((size_t)cJSON_GetArraySize(array) + 2, sizeof(*to->functions));
	if (!to->functions)
		return -ENOMEM;
	cJSON_ArrayForEach(f, array)
	{
		one = &to->functions[to->function_count++];
		*one = (struct listed_function){ .p = number_of(f, "p"), .from_us = time_of(f, "start"), .to_us = time_of(f, "stop") };
		copy(one->label, sizeof(one->label), f, "label");
	}
	if (to->function_us) {
		one = &to->functions[to->function_count++];
		*one = (struct listed_function){ .p = to->function_p, .from_us = to->function_us };
		memcpy(one->label, to->function, sizeof(one->label));
	}
	return 0;
}

static void read_identity(const cJSON *device, struct listed_device *to)
{
	const cJSON *address;

	copy(to->id, sizeof(to->id), device, "mac");
	copy(to->name, sizeof(to->name), device, "name");
	copy(to->name_source, sizeof(to->name_source), device, "name_source");
	copy(to->vendor, sizeof(to->vendor), device, "vendor");
	copy(to->in_iface, sizeof(to->in_iface), device, "in_iface");
	to->randomized = answer_bool(device, "randomized");
	cJSON_ArrayForEach(address, member(device, "ips"))
	{
		if (cJSON_IsString(address) && to->address_count < KNOWN_ADDRESSES)
			snprintf(to->addresses[to->address_count++], LISTED_ADDRESS, "%s", address->valuestring);
	}
}

static int read_device(const cJSON *device, struct listed_device *to)
{
	const cJSON *type = member(device, "type"), *function = member(device, "function");
	int e;

	*to = (struct listed_device){
		.label_p = number_of(type, "p"),
		.function_p = number_of(function, "p"),
		.function_us = time_of(function, "since"),
		.total = read_counts(device),
		.rate = read_counts(member(device, "rates")),
		.first_us = time_of(device, "first"),
		.last_us = time_of(device, "last"),
	};
	read_identity(device, to);
	copy(to->label, sizeof(to->label), type, "label");
	copy(to->level, sizeof(to->level), type, "level");
	copy(to->source, sizeof(to->source), type, "source");
	copy(to->function, sizeof(to->function), function, "label");
	copy(to->strip, sizeof(to->strip), device, "strip");
	e = read_flows(device, to);
	return e < 0 ? e : read_functions(device, to);
}

int list_from_snapshot(const cJSON *snapshot, struct list *list)
{
	const cJSON *array = member(snapshot, "devices"), *device;
	int e = 0;

	*list = (struct list){ .devices = room_for(array, sizeof(*list->devices)), .live = true };
	if (!list->devices)
		return -ENOMEM;
	cJSON_ArrayForEach(device, array)
	{
		if (e == 0)
			e = read_device(device, &list->devices[list->count++]);
	}
	list_shortest_periods(list);
	return e;
}
