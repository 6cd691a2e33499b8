/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_IMPORT_TABLES_H
#define AGENT_HISTORY_IMPORT_TABLES_H

/*
 * The tables of an export and their columns: what `iotbpf export` writes, `iotbpf import` reads and iotbpf-export(5) explains. Whoever
 * changes a column's name, type or meaning raises IMPORT_VERSION.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IMPORT_VERSION 1
#define IMPORT_MAGIC "iotbpf_export"	 /* first member of a file's head: the version */
#define IMPORT_END "iotbpf_export_end"	 /* of its last line, where all is one file */
#define IMPORT_SCHEMA_FILE "schema.json" /* the head, where every table is a file of its own */

/* What a cell holds. A time is two columns in a file: NAME, RFC 3339 in UTC, and NAME_us, microseconds since 1970. */
enum import_type { IMPORT_TEXT, IMPORT_TIME, IMPORT_INTEGER, IMPORT_NUMBER, IMPORT_FLOAT, IMPORT_BOOL, IMPORT_TYPES };

/* What becomes of a cell where identities do not leave. */
enum import_role {
	IMPORT_PLAIN,	 /* leaves as it is: times, sizes, protocols, numbers */
	IMPORT_DEVICE,	 /* the device: a token instead */
	IMPORT_NAME,	 /* names and addresses: left out */
	IMPORT_VENDOR,	 /* left out, unless it is to be kept */
	IMPORT_KIND,	 /* a type of device, which may be in the owner's words: a token instead, unless it is to be kept */
	IMPORT_FUNCTION, /* the same of functions */
};

struct import_column {
	const char *name;
	enum import_type type;
	enum import_role role;
	bool needed; /* never empty */
	const char *help;
};

enum import_table_id {
	IMPORT_DEVICES,
	IMPORT_FLOWS,
	IMPORT_SERIES,
	IMPORT_TRAFFIC,
	IMPORT_PERIODS,
	IMPORT_FUNCTIONS,
	IMPORT_LABELS,
	IMPORT_WINDOWS,
	IMPORT_TABLES
};

/* X(NAME, "name", type, role, needed, "help"); the order is that of the file. */
#define IMPORT_DEVICES_COLUMNS(X)                                                                                                  \
	X(DEVICES_DEVICE, "device", TEXT, DEVICE, true, "MAC address, or a token in its place")                                    \
	X(DEVICES_NAME, "name", TEXT, NAME, false, "host name or the owner's name for it")                                         \
	X(DEVICES_VENDOR, "vendor", TEXT, VENDOR, false, "maker, by the first bytes of the address")                               \
	X(DEVICES_TYPE, "type", TEXT, KIND, false, "what it is: the model's answer or the owner's label")                          \
	X(DEVICES_TYPE_P, "type_p", FLOAT, PLAIN, false, "probability of the type, calibrated")                                    \
	X(DEVICES_SOURCE, "source", TEXT, PLAIN, false, "who says the type: \"model\" or \"owner\"")                               \
	X(DEVICES_FIRST, "first", TIME, PLAIN, false, "first seen, before the export begins too")                                  \
	X(DEVICES_LAST, "last", TIME, PLAIN, false, "last seen")                                                                   \
	X(DEVICES_TX_PACKETS, "tx_packets", INTEGER, PLAIN, true, "packets that it sent, sum of table traffic")                    \
	X(DEVICES_TX_BYTES, "tx_bytes", INTEGER, PLAIN, true, "their bytes: Ethernet frames without FCS")                          \
	X(DEVICES_RX_PACKETS, "rx_packets", INTEGER, PLAIN, true, "packets that it received, sum of table traffic")                \
	X(DEVICES_RX_BYTES, "rx_bytes", INTEGER, PLAIN, true, "their bytes")

#define IMPORT_FLOWS_COLUMNS(X)                                                                                                    \
	X(FLOWS_DEVICE, "device", TEXT, DEVICE, true, "sender")                                                                    \
	X(FLOWS_PROTOCOL, "protocol", TEXT, PLAIN, true, "name of the flow: \"arp\", \"udp/6666\", ...")                           \
	X(FLOWS_LAYER, "layer", INTEGER, PLAIN, true, "layer of its number: 1 EtherType, 2 LLC, 3 PPP, 4 IP, 5 TCP, 6 UDP")        \
	X(FLOWS_NUMBER, "number", INTEGER, PLAIN, true, "protocol number or service port")                                         \
	X(FLOWS_PACKETS, "packets", INTEGER, PLAIN, true, "packets sent, sum of table series")                                     \
	X(FLOWS_BYTES, "bytes", INTEGER, PLAIN, true, "their bytes, sum of table series")                                          \
	X(FLOWS_SECONDS, "active_seconds", INTEGER, PLAIN, true, "rows in table series")

#define IMPORT_SERIES_COLUMNS(X)                                                                                                   \
	X(SERIES_DEVICE, "device", TEXT, DEVICE, true, "sender")                                                                   \
	X(SERIES_PROTOCOL, "protocol", TEXT, PLAIN, true, "flow")                                                                  \
	X(SERIES_TIME, "time", TIME, PLAIN, true, "beginning of a second in which the flow was active")                            \
	X(SERIES_PACKETS, "packets", INTEGER, PLAIN, true, "packets sent in that second")                                          \
	X(SERIES_BYTES, "bytes", INTEGER, PLAIN, true, "their bytes: Ethernet frames without FCS")

#define IMPORT_TRAFFIC_COLUMNS(X)                                                                                                  \
	X(TRAFFIC_DEVICE, "device", TEXT, DEVICE, true, "device")                                                                  \
	X(TRAFFIC_TIME, "time", TIME, PLAIN, true, "beginning of a second in which it sent or received")                           \
	X(TRAFFIC_TX_PACKETS, "tx_packets", INTEGER, PLAIN, true, "packets sent in that second")                                   \
	X(TRAFFIC_TX_BYTES, "tx_bytes", INTEGER, PLAIN, true, "their bytes")                                                       \
	X(TRAFFIC_RX_PACKETS, "rx_packets", INTEGER, PLAIN, true, "packets received in that second")                               \
	X(TRAFFIC_RX_BYTES, "rx_bytes", INTEGER, PLAIN, true, "their bytes")

#define IMPORT_PERIODS_COLUMNS(X)                                                                                                  \
	X(PERIODS_DEVICE, "device", TEXT, DEVICE, true, "sender")                                                                  \
	X(PERIODS_PROTOCOL, "protocol", TEXT, PLAIN, true, "flow")                                                                 \
	X(PERIODS_SECONDS, "seconds", NUMBER, PLAIN, true, "length of the period")                                                 \
	X(PERIODS_LOG_P, "log_p", NUMBER, PLAIN, true , "minus the natural logarithm of the probability that chance does it")      \
	X(PERIODS_SUPPORT, "support", NUMBER, PLAIN, true , "share of the repetitions that are there")                             \
	X(PERIODS_FROM, "from", TIME, PLAIN, true, "when it was found")                                                            \
	X(PERIODS_TO, "to", TIME, PLAIN, true, "until it was lost")                                                               \
	X(PERIODS_OPEN, "open", BOOL, PLAIN, true, "not lost at the end of the export, which is in \"to\"")

#define IMPORT_FUNCTIONS_COLUMNS(X)                                                                                                \
	X(FUNCTIONS_DEVICE, "device", TEXT, DEVICE, true, "device")                                                                \
	X(FUNCTIONS_FUNCTION, "function", TEXT, FUNCTION, true, "what it did")                                                     \
	X(FUNCTIONS_P, "p", FLOAT, PLAIN, false, "probability of device and function together")                                    \
	X(FUNCTIONS_SOURCE, "source", TEXT, PLAIN, true, "who says so: \"model\" or \"owner\"")                                    \
	X(FUNCTIONS_FROM, "from", TIME, PLAIN, true, "beginning")                                                                  \
	X(FUNCTIONS_TO, "to", TIME, PLAIN, true, "end")                                                                            \
	X(FUNCTIONS_OPEN, "open", BOOL, PLAIN, true, "not over at the end of the export, which is in \"to\"")

#define IMPORT_LABELS_COLUMNS(X)                                                                                                   \
	X(LABELS_LABEL, "label", INTEGER, PLAIN, true, "number of the label")                                                      \
	X(LABELS_DEVICE, "device", TEXT, DEVICE, true, "device")                                                                   \
	X(LABELS_TYPE, "type", TEXT, KIND, false, "what the owner says it is, or what it was taken for")                           \
	X(LABELS_FUNCTION, "function", TEXT, FUNCTION, false, "what the owner says it did; empty: the label is of the type")       \
	X(LABELS_FROM, "from", TIME, PLAIN, false, "beginning of the function")                                                    \
	X(LABELS_TO, "to", TIME, PLAIN, false, "its end")                                                                          \
	X(LABELS_MADE, "made", TIME, PLAIN, false, "when the owner said so")                                                       \
	X(LABELS_PACKETS, "packets", INTEGER, PLAIN, true, "packets that are kept for it")                                         \
	X(LABELS_SAMPLES, "samples", INTEGER, PLAIN, true, "runs of packets without a gap that they are in")

/* The features follow, a column each. */
#define IMPORT_WINDOWS_COLUMNS(X)                                                                                                  \
	X(WINDOWS_DEVICE, "device", TEXT, DEVICE, true, "device")                                                                  \
	X(WINDOWS_LABEL, "label", INTEGER, PLAIN, false, "label whose packets these are; empty: from a capture")                   \
	X(WINDOWS_TYPE, "type", TEXT, KIND, false, "type of the device by its label")                                              \
	X(WINDOWS_FUNCTION, "function", TEXT, FUNCTION, false, "function by the label that covers all of the window")              \
	X(WINDOWS_TIME, "time", TIME, PLAIN, true, "first packet, rounded down to a millisecond")                                  \
	X(WINDOWS_END, "end", TIME, PLAIN, true, "last packet")

#define IMPORT_COLUMN_ENUM(NAME, name, type, role, needed, help) NAME,
enum import_devices_column { IMPORT_DEVICES_COLUMNS(IMPORT_COLUMN_ENUM) DEVICES_COLUMNS };
enum import_flows_column { IMPORT_FLOWS_COLUMNS(IMPORT_COLUMN_ENUM) FLOWS_COLUMNS };
enum import_series_column { IMPORT_SERIES_COLUMNS(IMPORT_COLUMN_ENUM) SERIES_COLUMNS };
enum import_traffic_column { IMPORT_TRAFFIC_COLUMNS(IMPORT_COLUMN_ENUM) TRAFFIC_COLUMNS };
enum import_periods_column { IMPORT_PERIODS_COLUMNS(IMPORT_COLUMN_ENUM) PERIODS_COLUMNS };
enum import_functions_column { IMPORT_FUNCTIONS_COLUMNS(IMPORT_COLUMN_ENUM) FUNCTIONS_COLUMNS };
enum import_labels_column { IMPORT_LABELS_COLUMNS(IMPORT_COLUMN_ENUM) LABELS_COLUMNS };
enum import_windows_column { IMPORT_WINDOWS_COLUMNS(IMPORT_COLUMN_ENUM) WINDOWS_COLUMNS };
#undef IMPORT_COLUMN_ENUM

#define IMPORT_FEATURES_MAX 512 /* columns of features that a file may have */
#define IMPORT_COLUMNS_MAX (WINDOWS_COLUMNS + IMPORT_FEATURES_MAX)

struct import_table {
	const char *name, *help;
	const struct import_column *columns;
	size_t count;
};

/* A value. An empty cell has nothing but `set` false. */
struct import_cell {
	bool set;
	union {
		int64_t i;	/* IMPORT_TIME (microseconds since 1970), IMPORT_INTEGER, IMPORT_BOOL */
		double d;	/* IMPORT_NUMBER; IMPORT_FLOAT: a float32 */
		const char *s;	/* IMPORT_TEXT */
	};
};

/** import_tables - by enum import_table_id */
extern const struct import_table import_tables[IMPORT_TABLES];

/** import_table_names - in order, NULL at the end: choices of --what */
extern const char *const import_table_names[];

/** import_table_find - the table of that name, or -EINVAL */
int import_table_find(const char *name);

/** import_type_name - Arrow's name of a type: "string", "timestamp[us, tz=UTC]", "int64", "double", "float", "bool" */
const char *import_type_name(enum import_type type);

#endif
