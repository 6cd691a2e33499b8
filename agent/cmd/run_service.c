// SPDX-License-Identifier: BSD-2-Clause

#include "agent/cmd/run_service.h"

#include <signal.h>
#include <string.h>

#include "agent/base/log.h"
#include "agent/base/notify.h"
#include "agent/cmd/run_config.h"

#define STATUS_EVERY 60 /* passes, which are seconds */

static void send_status(struct runner *r)
{
	const struct history *h = watch_history(r->watch);
	size_t ports;
	int e;

	ports_list(r->ports, &ports);
	e = notify_send("STATUS=%u devices, %u flows, %zu ports", h->devices_used, h->flows_used, ports);
	if (e < 0)
		log_debug("$NOTIFY_SOCKET: %s", strerror(-e));
}

static int on_hangup(struct loop *loop, uint64_t what, void *user)
{
	struct runner *r = user;

	(void)loop;
	(void)what;
	notify_send("RELOADING=1");
	run_config_reload(r);
	notify_send("READY=1");
	return 0;
}

int run_service_start(struct runner *r)
{
	int e = loop_add_signal(r->loop, SIGHUP, on_hangup, r, NULL);

	if (e == 0)
		e = notify_send("READY=1");
	if (e < 0)
		return log_errno_r(e, "cannot tell the service manager");
	send_status(r);
	return 0;
}

void run_service_pass(struct runner *r)
{
	if (notify_watchdog_ns())
		notify_send("WATCHDOG=1");
	if (++r->passes % STATUS_EVERY == 0)
		send_status(r);
}

void run_service_stop(void)
{
	notify_send("STOPPING=1");
}
