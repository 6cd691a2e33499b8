// SPDX-License-Identifier: BSD-2-Clause

#include "agent/cmd/run_requests.h"

#include <stdarg.h>
#include <string.h>
#include <sysexits.h>

static const struct {
	const char *name;
	int (*fn)(struct runner *r, const cJSON *request, struct reply *reply);
} HANDLERS[] = {
	{ "label", run_request_label },
	{ "labels", run_request_labels },
	{ "unlabel", run_request_unlabel },
	{ "name", run_request_name },
	{ "merge", run_request_merge },
	{ "forget", run_request_forget },
	{ "model", run_request_model },
	{ "write", run_request_write },
	{ "snapshot", run_request_snapshot },
	{ "subscribe", run_request_subscribe },
};

int reply_refuse(struct reply *reply, int exit, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(reply->error, sizeof(reply->error), format, args);
	va_end(args);
	reply->exit = exit;
	return -1;
}

static void put_refusal(struct buffer *out, int exit, const char *why)
{
	struct json j = json_init(out);

	json_begin_object(&j);
	json_pair_u64(&j, "protocol", ASK_PROTOCOL);
	json_pair_bool(&j, "ok", false);
	json_pair_str(&j, "error", why);
	json_pair_i64(&j, "exit", exit);
	json_end_object(&j);
	buffer_append_char(out, '\n', 1);
}

void run_request_refuse(struct buffer *out, const char *why)
{
	put_refusal(out, EX_TEMPFAIL, why);
}

static int handle(struct runner *r, const cJSON *request, struct reply *reply)
{
	const cJSON *protocol = cJSON_GetObjectItemCaseSensitive(request, "protocol");
	const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(request, "request"));

	if (!cJSON_IsObject(request))
		return reply_refuse(reply, EX_PROTOCOL, "the request is not a JSON object");
	if (!cJSON_IsNumber(protocol) || protocol->valuedouble != ASK_PROTOCOL)
		return reply_refuse(reply, EX_PROTOCOL, "the agent (" IOTBPF_VERSION ") speaks protocol %d only: use the same version", ASK_PROTOCOL);
	for (size_t i = 0; name && i < sizeof(HANDLERS) / sizeof(HANDLERS[0]); i++) {
		if (!strcmp(name, HANDLERS[i].name))
			return HANDLERS[i].fn(r, request, reply);
	}
	return reply_refuse(reply, EX_PROTOCOL, "the agent (" IOTBPF_VERSION ") knows no such request: use the same version");
}

static void answer(struct runner *r, const char *line, struct buffer *out, struct run_follow *follow)
{
	struct reply reply = { .json = json_init(out) };
	cJSON *request = cJSON_Parse(line);

	json_begin_object(&reply.json);
	json_pair_u64(&reply.json, "protocol", ASK_PROTOCOL);
	json_pair_bool(&reply.json, "ok", true);
	if (handle(r, request, &reply) < 0) {
		buffer_reset(out);
		put_refusal(out, reply.exit, reply.error);
	} else {
		json_end_object(&reply.json);
		buffer_append_char(out, '\n', 1);
		*follow = reply.follow;
	}
	cJSON_Delete(request);
}

void run_request(struct runner *r, const char *line, struct buffer *out, struct run_follow *follow)
{
	*follow = (struct run_follow){ 0 };
	if (line[strspn(line, " \t\r")])
		answer(r, line, out, follow);
	else
		run_status(r, out);
	if (!out->failed)
		return;
	buffer_reset(out);
	*follow = (struct run_follow){ 0 };
	put_refusal(out, EX_OSERR, "the agent is short of memory");
}
