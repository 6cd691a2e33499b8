// SPDX-License-Identifier: BSD-2-Clause

/* iotbpf forget where an agent runs: it holds the device in memory, and erases it there and on the disk. */

#include "agent/cmd/forget.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/base/log.h"
#include "agent/base/mac.h"
#include "agent/cmd/ask.h"

#define AGENT_MS 30000
#define POLL_MS 250

/* What a running agent answers, by the same names. */
static void say_answer(const cJSON *a, bool json)
{
	uint64_t mac = 0;
	struct forgotten gone = { .addresses = (uint64_t)answer_number(a, "addresses"),
				  .labels = (uint64_t)answer_number(a, "labels"),
				  .evidence = (uint64_t)answer_number(a, "evidence"),
				  .seconds = (uint64_t)answer_number(a, "active_seconds"),
				  .functions = (uint64_t)answer_number(a, "functions"),
				  .periods = (uint64_t)answer_number(a, "periods"),
				  .names = (uint64_t)answer_number(a, "names"),
				  .damaged = (uint64_t)answer_number(a, "damaged") };

	mac_parse(answer_text(a, "mac"), &mac);
	forget_say(mac, "", &gone, json);
	if (!json)
		printf("erased\n");
}

bool forget_is_agents(const struct forget_values *v, const char *directory)
{
	_cleanup_(buffer_free) struct buffer status = { 0 };

	return ask_raw(v->socket ? v->socket : ASK_SOCKET, NULL, &status) == 0 && status.data && (!v->state || (directory && strstr(status.data, directory)));
}

static int request(const struct forget_values *v, const char *device, bool sure, cJSON **answer)
{
	_cleanup_(buffer_free) struct buffer text = { 0 };
	struct json j = ask_begin(&text, "forget");

	json_pair_str(&j, "device", device);
	json_pair_bool(&j, "sure", sure);
	json_end_object(&j);
	return ask(v->socket ? v->socket : ASK_SOCKET, &text, false, answer);
}

/* The agent takes a few seconds: it gives back what the device has, and erases then. */
static int wait_for(const struct forget_values *v, const char *device)
{
	for (int left = AGENT_MS; left > 0; left -= POLL_MS) {
		cJSON *answer;
		int code = request(v, device, true, &answer);
		bool done = code < 0 && answer_bool(answer, "done");

		if (code >= 0)
			return code;
		if (done)
			say_answer(answer, v->json);
		cJSON_Delete(answer);
		if (done)
			return EX_OK;
		usleep(POLL_MS * 1000);
	}
	return log_error_r(EX_TEMPFAIL, "the agent has not said for %d s that it is done: see its log", AGENT_MS / 1000);
}

int forget_by_agent(const struct forget_values *v, const char *device)
{
	char mac[MAC_TEXT_SIZE];
	cJSON *answer;
	int code = request(v, device, false, &answer);

	if (code >= 0)
		return code;
	snprintf(mac, sizeof(mac), "%s", answer_text(answer, "mac"));
	if (!v->yes)
		printf("%s %s\n", mac, answer_text(answer, "name"));
	cJSON_Delete(answer);
	if (v->yes || forget_is_sure())
		return wait_for(v, mac);
	printf("nothing is erased\n");
	return EX_OK;
}
