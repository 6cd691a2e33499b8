/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/history/imported_tables.h"

#include <errno.h>
#include <string.h>

#define COLUMN(NAME, name, type, role, needed, help) { name, IMPORTED_##type, IMPORTED_##role, needed, help },

static const struct imported_column devices[] = { IMPORTED_DEVICES_COLUMNS(COLUMN) };
static const struct imported_column flows[] = { IMPORTED_FLOWS_COLUMNS(COLUMN) };
static const struct imported_column series[] = { IMPORTED_SERIES_COLUMNS(COLUMN) };
static const struct imported_column traffic[] = { IMPORTED_TRAFFIC_COLUMNS(COLUMN) };
static const struct imported_column periods[] = { IMPORTED_PERIODS_COLUMNS(COLUMN) };
static const struct imported_column functions[] = { IMPORTED_FUNCTIONS_COLUMNS(COLUMN) };
static const struct imported_column labels[] = { IMPORTED_LABELS_COLUMNS(COLUMN) };
static const struct imported_column windows[] = { IMPORTED_WINDOWS_COLUMNS(COLUMN) };

const struct imported_table imported_tables[IMPORTED_TABLES] = {
	[IMPORTED_DEVICES] = { "devices", "a row a device", devices, DEVICES_COLUMNS },
	[IMPORTED_FLOWS] = { "flows", "a row a flow: a device and the most specific protocol it sends by", flows, FLOWS_COLUMNS },
	[IMPORTED_SERIES] = { "series", "a row a second in which a flow was active", series, SERIES_COLUMNS },
	[IMPORTED_TRAFFIC] = { "traffic", "a row a second in which a device sent or received", traffic, TRAFFIC_COLUMNS },
	[IMPORTED_PERIODS] = { "periods", "a row a period that was found in a flow", periods, PERIODS_COLUMNS },
	[IMPORTED_FUNCTIONS] = { "functions", "a row an interval in which a device did something", functions, FUNCTIONS_COLUMNS },
	[IMPORTED_LABELS] = { "labels", "a row a label that the owner gave", labels, LABELS_COLUMNS },
	[IMPORTED_WINDOWS] = { "windows", "a row a window of consecutive packets of a device, with its features", windows, WINDOWS_COLUMNS },
};

const char *const imported_table_names[] = { "devices", "flows",	   "series", "traffic", "periods",
					   "functions", "labels", "windows", NULL };

_Static_assert(sizeof(imported_table_names) / sizeof(imported_table_names[0]) == IMPORTED_TABLES + 1, "a name a table");

int imported_table_find(const char *name)
{
	for (int i = 0; i < IMPORTED_TABLES; i++)
		if (!strcmp(imported_tables[i].name, name))
			return i;
	return -EINVAL;
}

const char *imported_type_name(enum imported_type type)
{
	static const char *const names[IMPORTED_TYPES] = {
		[IMPORTED_TEXT] = "string",    [IMPORTED_TIME] = "timestamp[us, tz=UTC]", [IMPORTED_INTEGER] = "int64",
		[IMPORTED_NUMBER] = "double", [IMPORTED_FLOAT] = "float",		      [IMPORTED_BOOL] = "bool",
	};

	return names[type];
}
