/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_TOP_H
#define AGENT_CMD_TOP_H

/* The two ways of `iotbpf top`: on a terminal, and as lines. */

#include "agent/cmd/top_attach.h"
#include "agent/cmd/top_client.h"
#include "agent/screen/ui.h"

struct top_values {
	const char *socket, *filter;
	int sort, colour;
	bool no_colour, ascii, batch, json;
	int64_t delay_ns;
	uint32_t iterations; /* 0: for ever */
};

/**
 * top_request - ask for snapshots
 * @flows: with the flows and past functions of the devices
 * @mac: of that device only; 0: of all
 * @delay_ms: again and again
 */
void top_request(struct buffer *request, bool flows, uint64_t mac, int64_t delay_ms);

/* An agent answers; the exit code. */
int top_live(const struct top_values *values, struct top_agent *agent, struct ui *ui);
int top_batch(const struct top_values *values, struct top_agent *agent, const struct ui *ui);

#endif
