// SPDX-License-Identifier: BSD-2-Clause

#include <stdio.h>
#include <sysexits.h>

#include "agent/cmd/command.h"
#include "agent/source/kernel/detach.h"
#include "agent/source/kernel/kernel.h"

const struct options_spec detach_options = {
	.command = "iotbpf detach",
	.summary = "Remove the hooks that a killed agent left behind, on the named interfaces or on all.",
	.operands = "[IFACE]...",
	.details = "Hooks of a running agent's XDP and tcx programs end with it; nothing that is not iotbpf's is touched.\n"
		   "Doing it again changes nothing.",
	.max_operands = -1,
};

int cmd_detach(int argc, char **argv)
{
	struct operands operands;
	struct detach_counts counts, sum = { 0 };
	int code = command_parse(&detach_options, argc, argv, NULL, &operands), e = 0;

	if (code >= 0)
		return code;
	for (int i = 0; e == 0 && i < (operands.count ? operands.count : 1); i++) {
		e = detach_all(operands.count ? operands.argv[i] : NULL, &counts);
		if (e < 0)
			break;
		sum.interfaces += counts.interfaces;
		sum.filters += counts.filters;
		sum.qdiscs += counts.qdiscs;
	}
	if (e < 0)
		return kernel_exit_code(e);
	printf("removed %u filters and %u qdiscs from %u interfaces\n", sum.filters, sum.qdiscs, sum.interfaces);
	return EX_OK;
}
