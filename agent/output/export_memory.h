/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_OUTPUT_EXPORT_MEMORY_H
#define AGENT_OUTPUT_EXPORT_MEMORY_H

/* Sources of an export that are in memory already. */

#include "agent/history/imported.h"
#include "agent/output/export.h"

/** export_from_dataset - @ds, finished, must stay; without labels and windows */
struct export_source export_from_dataset(const struct dataset *ds);

/** export_from_import - all of an import, which must stay; its dataset may have been clipped and filtered */
struct export_source export_from_import(const struct imported *import);

#endif
