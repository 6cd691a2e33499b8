// SPDX-License-Identifier: BSD-2-Clause

/* Requests about labels: {"request":"label","device":D,"type":T} or {...,"function":F,"from_us":N,"to_us":N}; "labels"; "unlabel". */

#include <errno.h>
#include <string.h>
#include <sysexits.h>

#include "agent/base/clock.h"
#include "agent/base/mac.h"
#include "agent/cmd/run_requests.h"

#define PAGE 500 /* labels in one answer */

static int no_store(const struct runner *r, struct reply *reply)
{
	if (!r->state.directory)
		return reply_refuse(reply, EX_CONFIG, "the agent keeps nothing: it was started with --state none");
	return reply_refuse(reply, EX_CONFIG, "the agent keeps nothing: %s", r->state.store.why);
}

static int exit_of(int e)
{
	switch (e) {
	case -ENODATA:
	case -EEXIST:
	case -ERANGE:
		return EX_DATAERR;
	case -ENOENT:
	case -ENODEV:
		return EX_NOINPUT;
	case -EBUSY:
		return EX_TEMPFAIL;
	case -ENOSPC:
		return EX_CANTCREAT;
	case -ENOMEM:
		return EX_OSERR;
	default:
		return EX_IOERR;
	}
}

static int refuse(const struct runner *r, struct reply *reply, int e)
{
	return reply_refuse(reply, exit_of(e), "%s", r->state.store.why);
}

static const char *text_of(const cJSON *request, const char *key)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(request, key));
}

static void put_label(struct json *j, const struct label *l)
{
	json_pair_i64(j, "id", l->id);
	json_pair_mac(j, "mac", l->mac);
	json_pair_str(j, "type", *l->type ? l->type : NULL);
	if (!label_is_type(l)) {
		json_pair_str(j, "function", l->function);
		json_pair_time(j, "from", l->from_us);
		json_pair_time(j, "to", l->to_us);
		json_pair_bool(j, "open", l->open);
	}
	json_pair_time(j, "made", l->made_us);
	json_pair_u64(j, "packets", l->packets);
}

static int label_type(struct runner *r, struct label *l, struct collect_now now, struct reply *reply)
{
	char previous[LABEL_NAME_MAX + 1];
	int e = collect_set_type(r->state.collect, l, now, previous);

	if (e < 0)
		return refuse(r, reply, e);
	if (run_state_tell(r, l->mac) < 0)
		return reply_refuse(reply, EX_OSERR, "the label is stored, but the agent cannot take it up");
	put_label(&reply->json, l);
	json_pair_str(&reply->json, "previous", *previous ? previous : NULL);
	return 0;
}

#define LIKELY 0.5f /* P(type) from which on a label is kept with it: a guess would be learnt from */

/* What the device is taken for: the owner's word, else the model's. */
static void note_type(struct runner *r, struct label *l)
{
	const char *owner = collect_type(r->state.collect, l->mac);
	const struct history *h = watch_history(r->watch);
	struct verdict v;

	for (uint32_t i = 0; !owner && i < h->devices_used; i++) {
		uint32_t number = h->device_list[i];

		if (h->devices[number].mac == l->mac && watch_verdict(r->watch, number, &v) && v.type >= 0 && v.p >= LIKELY)
			owner = model_device_name(r->model, (size_t)v.type);
	}
	snprintf(l->type, sizeof(l->type), "%s", owner ? owner : "");
}

static int label_function(struct runner *r, const cJSON *request, struct label *l, struct collect_now now, struct reply *reply)
{
	const cJSON *from = cJSON_GetObjectItemCaseSensitive(request, "from_us");
	const cJSON *to = cJSON_GetObjectItemCaseSensitive(request, "to_us");
	int64_t asked_us;
	int e;

	if (!cJSON_IsNumber(from) || !cJSON_IsNumber(to) || !(from->valuedouble >= 0) || !(to->valuedouble >= 0) ||
	    from->valuedouble > 9e15 || to->valuedouble > 9e15)
		return reply_refuse(reply, EX_PROTOCOL, "from_us and to_us must be microseconds since 1970");
	l->from_us = asked_us = (int64_t)from->valuedouble;
	l->to_us = (int64_t)to->valuedouble;
	note_type(r, l);
	e = collect_add_function(r->state.collect, l, now);
	if (e < 0)
		return refuse(r, reply, e);
	run_state_tell(r, l->mac);
	put_label(&reply->json, l);
	json_pair_bool(&reply->json, "cut", l->from_us > asked_us);
	return 0;
}

int run_request_label(struct runner *r, const cJSON *request, struct reply *reply)
{
	const char *device = text_of(request, "device"), *type = text_of(request, "type"), *function = text_of(request, "function");
	const char *name = type ? type : function, *wrong;
	struct label l = { .sample_s = LABEL_SAMPLE_S };
	struct collect_now now;

	if (!device || !name || (type && function))
		return reply_refuse(reply, EX_PROTOCOL, "a label has a device, and a type or a function");
	if (!r->state.collect)
		return no_store(r, reply);
	wrong = label_name_check(name);
	if (wrong)
		return reply_refuse(reply, EX_USAGE, "the %s's name %s", type ? "type" : "function", wrong);
	now = run_state_now(r);
	if (run_device_find(r, device, &l.mac, reply) < 0)
		return -1;
	l.made_us = now.us;
	strcpy(type ? l.type : l.function, name);
	return type ? label_type(r, &l, now, reply) : label_function(r, request, &l, now, reply);
}

/* A page of labels; `last` is one more than fits, so that the answer can say that there are more. */
struct page {
	struct reply *reply;
	uint32_t count;
};

static int put_one(void *user, const struct label *l)
{
	struct page *page = user;

	if (page->count++ == PAGE)
		return 1;
	json_begin_object(&page->reply->json);
	put_label(&page->reply->json, l);
	json_pair_u64(&page->reply->json, "samples", l->samples);
	json_end_object(&page->reply->json);
	return 0;
}

int run_request_labels(struct runner *r, const cJSON *request, struct reply *reply)
{
	const cJSON *number = cJSON_GetObjectItemCaseSensitive(request, "after");
	bool whole = cJSON_IsNumber(number) && number->valuedouble >= 0 && number->valuedouble < 9e15;
	struct page page = { .reply = reply };
	int e;

	if (!r->state.collect)
		return no_store(r, reply);
	json_key(&reply->json, "labels");
	json_begin_array(&reply->json);
	e = labels_each(&r->state.store, whole ? (int64_t)number->valuedouble : 0, PAGE + 1, put_one, &page);
	if (e < 0)
		return refuse(r, reply, e);
	json_end_array(&reply->json);
	json_pair_bool(&reply->json, "more", page.count > PAGE);
	return 0;
}

int run_request_unlabel(struct runner *r, const cJSON *request, struct reply *reply)
{
	const cJSON *id = cJSON_GetObjectItemCaseSensitive(request, "id");
	struct label l;
	int e;

	if (!r->state.collect)
		return no_store(r, reply);
	if (!cJSON_IsNumber(id) || !(id->valuedouble >= 1 && id->valuedouble < 9e15))
		return reply_refuse(reply, EX_USAGE, "not the number of a label: `iotbpf labels` lists them");
	e = collect_remove(r->state.collect, (int64_t)id->valuedouble, &l);
	if (e < 0)
		return refuse(r, reply, e);
	run_state_tell(r, l.mac);
	put_label(&reply->json, &l);
	return 0;
}
