// SPDX-License-Identifier: BSD-2-Clause

#include "agent/cmd/common.h"

#include <unistd.h>

#include "agent/base/log.h"

int common_events(const struct common_values *values, bool may_wait, struct events **events)
{
	int e = events_new(NULL, events);

	if (e == 0)
		e = events_add_fd(*events, STDOUT_FILENO, values->json ? EVENTS_JSON : values->format, values->events,
				  may_wait);
	return e < 0 ? log_errno_r(e, "cannot write events") : 0;
}

void common_free(struct common_values *values)
{
	mac_list_free(&values->devices);
	mac_list_free(&values->gateways);
}
