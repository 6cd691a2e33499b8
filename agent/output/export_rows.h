/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_OUTPUT_EXPORT_ROWS_H
#define AGENT_OUTPUT_EXPORT_ROWS_H

#include "agent/history/dataset.h"
#include "agent/output/export_writer.h"

/** export_rows - the rows of one device of @ds in the table that is being written, any but labels and windows; as export_writer_row() */
int export_rows(struct export_writer *w, const struct dataset *ds, const struct dataset_device *device);

#endif
