/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/history/import_tables.h"

#include <errno.h>
#include <string.h>

#define COLUMN(NAME, name, type, role, needed, help) { name, IMPORT_##type, IMPORT_##role, needed, help },

static const struct import_column devices[] = { IMPORT_DEVICES_COLUMNS(COLUMN) };
static const struct import_column flows[] = { IMPORT_FLOWS_COLUMNS(COLUMN) };
static const struct import_column series[] = { IMPORT_SERIES_COLUMNS(COLUMN) };
static const struct import_column traffic[] = { IMPORT_TRAFFIC_COLUMNS(COLUMN) };
static const struct import_column periods[] = { IMPORT_PERIODS_COLUMNS(COLUMN) };
static const struct import_column functions[] = { IMPORT_FUNCTIONS_COLUMNS(COLUMN) };
static const struct import_column labels[] = { IMPORT_LABELS_COLUMNS(COLUMN) };
static const struct import_column windows[] = { IMPORT_WINDOWS_COLUMNS(COLUMN) };

const struct import_table import_tables[IMPORT_TABLES] = {
	[IMPORT_DEVICES] = { "devices", "a row a device", devices, DEVICES_COLUMNS },
	[IMPORT_FLOWS] = { "flows", "a row a flow: a device and the most specific protocol it sends by", flows, FLOWS_COLUMNS },
	[IMPORT_SERIES] = { "series", "a row a second in which a flow was active", series, SERIES_COLUMNS },
	[IMPORT_TRAFFIC] = { "traffic", "a row a second in which a device sent or received", traffic, TRAFFIC_COLUMNS },
	[IMPORT_PERIODS] = { "periods", "a row a period that was found in a flow", periods, PERIODS_COLUMNS },
	[IMPORT_FUNCTIONS] = { "functions", "a row an interval in which a device did something", functions, FUNCTIONS_COLUMNS },
	[IMPORT_LABELS] = { "labels", "a row a label that the owner gave", labels, LABELS_COLUMNS },
	[IMPORT_WINDOWS] = { "windows", "a row a window of consecutive packets of a device, with its features", windows, WINDOWS_COLUMNS },
};

const char *const import_table_names[] = { "devices", "flows",	   "series", "traffic", "periods",
					   "functions", "labels", "windows", NULL };

_Static_assert(sizeof(import_table_names) / sizeof(import_table_names[0]) == IMPORT_TABLES + 1, "a name a table");

int import_table_find(const char *name)
{
	for (int i = 0; i < IMPORT_TABLES; i++)
		if (!strcmp(import_tables[i].name, name))
			return i;
	return -EINVAL;
}

const char *import_type_name(enum import_type type)
{
	static const char *const names[IMPORT_TYPES] = {
		[IMPORT_TEXT] = "string",    [IMPORT_TIME] = "timestamp[us, tz=UTC]", [IMPORT_INTEGER] = "int64",
		[IMPORT_NUMBER] = "double", [IMPORT_FLOAT] = "float",		      [IMPORT_BOOL] = "bool",
	};

	return names[type];
}
