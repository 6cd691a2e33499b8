/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_EXPORT_REPORT_H
#define AGENT_CMD_EXPORT_REPORT_H

#include "agent/output/export_writer.h"

/**
 * export_report - say on standard error what leaves: of every table its rows and bytes, and of every column what becomes of it
 * @salt_file: NULL: a salt was made for this export
 * @dry_run: nothing was written
 */
void export_report(const struct export_writer *w, const char *salt_file, bool dry_run);

#endif
