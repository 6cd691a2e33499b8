/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_SUMMARY_H
#define AGENT_CMD_SUMMARY_H

/* What a capture held, device by device: `iotbpf read --summary`. */

#include "agent/base/options.h"
#include "agent/cmd/watch.h"
#include "agent/history/names.h"
#include "agent/source/capture/feed.h"

struct summary {
	struct watch *watch;
	const struct iot_table *table;
	const struct capture_state *state;
	struct names *names;		/* vendors are looked up as they are shown */
	const struct model *model;	/* may be NULL */
	const struct mac_list *devices; /* only these; empty: all */
};

/** summary_json - one object, a line, to stdout; 0 or -errno */
int summary_json(const struct summary *summary);

/** summary_print - a table a device and one of their flows, to stdout; 0 or -errno */
int summary_print(const struct summary *summary);

#endif
