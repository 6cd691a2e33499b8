// SPDX-License-Identifier: BSD-2-Clause

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "agent/base/log.h"
#include "agent/cmd/command.h"
#include "agent/source/kernel/detach.h"
#include "agent/source/kernel/kernel.h"

struct detach_values {
	const char *pin;
};

static const struct option_spec OPTIONS[] = {
	{ .name = "pin",
	  .kind = OPTION_STRING,
	  .offset = offsetof(struct detach_values, pin),
	  .argument = "DIR|none",
	  .help = "where the agent pinned its hooks and its table (" PINS_DIRECTORY ")" },
};

const struct options_spec detach_options = {
	.command = "iotbpf detach",
	.summary = "Remove the hooks and the table that an agent left behind, on the named interfaces or on all.",
	.operands = "[IFACE]...",
	.details = "An agent that was killed, or that `iotbpf run --handover` ended, leaves its hooks and its table for the next one, which\n"
		   "goes on counting. What is pinned by an agent that runs stays; nothing that is not iotbpf's is touched. Doing it again\n"
		   "changes nothing.",
	.max_operands = -1,
	.options = OPTIONS,
	.count = sizeof(OPTIONS) / sizeof(OPTIONS[0]),
};

static void add(struct detach_counts *sum, const struct detach_counts *counts)
{
	sum->interfaces += counts->interfaces;
	sum->filters += counts->filters;
	sum->qdiscs += counts->qdiscs;
	sum->hooks += counts->hooks;
	sum->held |= counts->held;
}

int cmd_detach(int argc, char **argv)
{
	struct detach_values values = { .pin = PINS_DIRECTORY };
	struct operands operands;
	struct detach_counts counts, sum = { 0 };
	int code = command_parse(&detach_options, argc, argv, &values, &operands), e = 0;
	const char *pins;

	if (code >= 0)
		return code;
	pins = strcmp(values.pin, "none") ? values.pin : NULL;
	for (int i = 0; e == 0 && i < (operands.count ? operands.count : 1); i++) {
		e = detach_all(operands.count ? operands.argv[i] : NULL, pins, &counts);
		add(&sum, &counts);
	}
	if (e < 0)
		return kernel_exit_code(e);
	printf("removed %u filters and %u qdiscs from %u interfaces, and %u pinned hooks\n", sum.filters, sum.qdiscs, sum.interfaces, sum.hooks);
	if (sum.held)
		log_info("%s: an agent runs, whose pinned hooks stay: they go when it is stopped", values.pin);
	return EX_OK;
}
