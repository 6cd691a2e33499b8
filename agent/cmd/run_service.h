/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_RUN_SERVICE_H
#define AGENT_CMD_RUN_SERVICE_H

/* `iotbpf run` under a service manager: ready, alive, reload (base/notify.h). */

#include "agent/cmd/run_internal.h"

/** run_service_start - the hooks are attached: say so, take up SIGHUP; 0 or -errno, logged */
int run_service_start(struct runner *r);

/** run_service_pass - a pass over the table is done: the watchdog is fed by nothing else */
void run_service_pass(struct runner *r);

/** run_service_stop - the end begins */
void run_service_stop(void);

#endif
