/* SPDX-License-Identifier: BSD-2-Clause */

/* The history in the state directory as the source of an export. */

#include <sysexits.h>

#include "agent/base/log.h"
#include "agent/cmd/export_input.h"

int export_archive_open(struct export_input *in, uint32_t tables)
{
	(void)in;
	(void)tables;
	return log_error_r(EX_USAGE, "--read or --import is missing");
}

void export_archive_close(struct export_input *in)
{
	(void)in;
}
