// SPDX-License-Identifier: BSD-2-Clause

#include "agent/cmd/run_names.h"

#include "agent/base/log.h"
#include "agent/cmd/run_internal.h"

void run_names_open(struct runner *r)
{
	int e = names_new(&r->names);

	if (e < 0)
		log_errno_r(e, "devices have no names");
}

void run_names_close(struct runner *r)
{
	if (r->names)
		names_free(r->names);
	r->names = NULL;
}

void run_names_pass(struct runner *r)
{
	const struct history *h = watch_history(r->watch);

	for (uint32_t i = 0; r->names && i < h->devices_used; i++)
		names_device(r->names, h->devices[h->device_list[i]].mac);
}
