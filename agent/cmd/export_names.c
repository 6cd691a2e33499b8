/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/cmd/export_names.h"

#include <stdio.h>
#include <string.h>

#include "agent/base/log.h"

struct names *export_names_open(struct store *store)
{
	struct names *names = NULL;
	int r = names_new(&names);

	if (r == 0 && store)
		r = names_load(names, store);
	if (r < 0)
		log_warn("names are left out: %s", store && *store->why ? store->why : strerror(-r));
	return names;
}
