/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_IMPORTED_TABLES_H
#define AGENT_HISTORY_IMPORTED_TABLES_H

/*
 * The tables of an export and their columns: what `iotbpf export` writes, `iotbpf import` reads and iotbpf-export(5) explains. Whoever
 * changes a column's name, type or meaning raises IMPORTED_VERSION.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IMPORTED_VERSION 1
#define IMPORTED_MAGIC "iotbpf_export"	 /* first member of a file's head: the version */
#define IMPORTED_END "iotbpf_export_end"	 /* of its last line, where all is one file */
#define IMPORTED_SCHEMA_FILE "schema.json" /* the head, where every table is a file of its own */

/* What a cell holds. A time is two columns in a file: NAME, RFC 3339 in UTC, and NAME_us, microseconds since 1970. */
enum imported_type { IMPORTED_TEXT, IMPORTED_TIME, IMPORTED_INTEGER, IMPORTED_NUMBER, IMPORTED_FLOAT, IMPORTED_BOOL, IMPORTED_TYPES };

/* What becomes of a cell where identities do not leave. */
enum imported_role {
	IMPORTED_PLAIN,	 /* leaves as it is: times, sizes, protocols, numbers */
	IMPORTED_DEVICE,	 /* the device: a token instead */
	IMPORTED_NAME,	 /* names and addresses: left out */
	IMPORTED_VENDOR,	 /* left out, unless it is to be kept */
	IMPORTED_KIND,	 /* a type of device, which may be in the owner's words: a token instead, unless it is to be kept */
	IMPORTED_FUNCTION, /* the same of functions */
};

struct imported_column {
	const char *name;
	enum imported_type type;
	enum imported_role role;
	bool needed; /* never empty */
	const char *help;
};

enum imported_table_id {
	IMPORTED_DEVICES,
	IMPORTED_FLOWS,
	IMPORTED_SERIES,
	IMPORTED_TRAFFIC,
	IMPORTED_PERIODS,
	IMPORTED_FUNCTIONS,
	IMPORTED_LABELS,
	IMPORTED_WINDOWS,
	IMPORTED_TABLES
};

/* X(NAME, "name", type, role, needed, "help"); the order is that of the file. */
#define IMPORTED_DEVICES_COLUMNS(X)                                                                                                  \
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

#define IMPORTED_FLOWS_COLUMNS(X)                                                                                                    \
	X(FLOWS_DEVICE, "device", TEXT, DEVICE, true, "sender")                                                                    \
	X(FLOWS_PROTOCOL, "protocol", TEXT, PLAIN, true, "name of the flow: \"arp\", \"udp/6666\", ...")                           \
	X(FLOWS_LAYER, "layer", INTEGER, PLAIN, true, "layer of its number: 1 EtherType, 2 LLC, 3 PPP, 4 IP, 5 TCP, 6 UDP")        \
	X(FLOWS_NUMBER, "number", INTEGER, PLAIN, true, "protocol number or service port")                                         \
	X(FLOWS_PACKETS, "packets", INTEGER, PLAIN, true, "packets sent, sum of table series")                                     \
	X(FLOWS_BYTES, "bytes", INTEGER, PLAIN, true, "their bytes, sum of table series")                                          \
	X(FLOWS_SECONDS, "active_seconds", INTEGER, PLAIN, true, "rows in table series")

#define IMPORTED_SERIES_COLUMNS(X)                                                                                                   \
	X(SERIES_DEVICE, "device", TEXT, DEVICE, true, "sender")                                                                   \
	X(SERIES_PROTOCOL, "protocol", TEXT, PLAIN, true, "flow")                                                                  \
	X(SERIES_TIME, "time", TIME, PLAIN, true, "beginning of a second in which the flow was active")                            \
	X(SERIES_PACKETS, "packets", INTEGER, PLAIN, true, "packets sent in that second")                                          \
	X(SERIES_BYTES, "bytes", INTEGER, PLAIN, true, "their bytes: Ethernet frames without FCS")

#define IMPORTED_TRAFFIC_COLUMNS(X)                                                                                                  \
	X(TRAFFIC_DEVICE, "device", TEXT, DEVICE, true, "device")                                                                  \
	X(TRAFFIC_TIME, "time", TIME, PLAIN, true, "beginning of a second in which it sent or received")                           \
	X(TRAFFIC_TX_PACKETS, "tx_packets", INTEGER, PLAIN, true, "packets sent in that second")                                   \
	X(TRAFFIC_TX_BYTES, "tx_bytes", INTEGER, PLAIN, true, "their bytes")                                                       \
	X(TRAFFIC_RX_PACKETS, "rx_packets", INTEGER, PLAIN, true, "packets received in that second")                               \
	X(TRAFFIC_RX_BYTES, "rx_bytes", INTEGER, PLAIN, true, "their bytes")

#define IMPORTED_PERIODS_COLUMNS(X)                                                                                                  \
	X(PERIODS_DEVICE, "device", TEXT, DEVICE, true, "sender")                                                                  \
	X(PERIODS_PROTOCOL, "protocol", TEXT, PLAIN, true, "flow")                                                                 \
	X(PERIODS_SECONDS, "seconds", NUMBER, PLAIN, true, "length of the period")                                                 \
	X(PERIODS_LOG_P, "log_p", NUMBER, PLAIN, true , "minus the natural logarithm of the probability that chance does it")      \
	X(PERIODS_SUPPORT, "support", NUMBER, PLAIN, true , "share of the repetitions that are there")                             \
	X(PERIODS_FROM, "from", TIME, PLAIN, true, "when it was found")                                                            \
	X(PERIODS_TO, "to", TIME, PLAIN, true, "until it was lost")                                                               \
	X(PERIODS_OPEN, "open", BOOL, PLAIN, true, "not lost at the end of the export, which is in \"to\"")

#define IMPORTED_FUNCTIONS_COLUMNS(X)                                                                                                \
	X(FUNCTIONS_DEVICE, "device", TEXT, DEVICE, true, "device")                                                                \
	X(FUNCTIONS_FUNCTION, "function", TEXT, FUNCTION, true, "what it did")                                                     \
	X(FUNCTIONS_P, "p", FLOAT, PLAIN, false, "probability of device and function together")                                    \
	X(FUNCTIONS_SOURCE, "source", TEXT, PLAIN, true, "who says so: \"model\" or \"owner\"")                                    \
	X(FUNCTIONS_FROM, "from", TIME, PLAIN, true, "beginning")                                                                  \
	X(FUNCTIONS_TO, "to", TIME, PLAIN, true, "end")                                                                            \
	X(FUNCTIONS_OPEN, "open", BOOL, PLAIN, true, "not over at the end of the export, which is in \"to\"")

#define IMPORTED_LABELS_COLUMNS(X)                                                                                                   \
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
#define IMPORTED_WINDOWS_COLUMNS(X)                                                                                                  \
	X(WINDOWS_DEVICE, "device", TEXT, DEVICE, true, "device")                                                                  \
	X(WINDOWS_LABEL, "label", INTEGER, PLAIN, false, "label whose packets these are; empty: from a capture")                   \
	X(WINDOWS_TYPE, "type", TEXT, KIND, false, "type of the device by its label")                                              \
	X(WINDOWS_FUNCTION, "function", TEXT, FUNCTION, false, "function by the label that covers all of the window")              \
	X(WINDOWS_TIME, "time", TIME, PLAIN, true, "first packet, rounded down to a millisecond")                                  \
	X(WINDOWS_END, "end", TIME, PLAIN, true, "last packet")

#define IMPORTED_COLUMN_ENUM(NAME, name, type, role, needed, help) NAME,
enum imported_devices_column { IMPORTED_DEVICES_COLUMNS(IMPORTED_COLUMN_ENUM) DEVICES_COLUMNS };
enum imported_flows_column { IMPORTED_FLOWS_COLUMNS(IMPORTED_COLUMN_ENUM) FLOWS_COLUMNS };
enum imported_series_column { IMPORTED_SERIES_COLUMNS(IMPORTED_COLUMN_ENUM) SERIES_COLUMNS };
enum imported_traffic_column { IMPORTED_TRAFFIC_COLUMNS(IMPORTED_COLUMN_ENUM) TRAFFIC_COLUMNS };
enum imported_periods_column { IMPORTED_PERIODS_COLUMNS(IMPORTED_COLUMN_ENUM) PERIODS_COLUMNS };
enum imported_functions_column { IMPORTED_FUNCTIONS_COLUMNS(IMPORTED_COLUMN_ENUM) FUNCTIONS_COLUMNS };
enum imported_labels_column { IMPORTED_LABELS_COLUMNS(IMPORTED_COLUMN_ENUM) LABELS_COLUMNS };
enum imported_windows_column { IMPORTED_WINDOWS_COLUMNS(IMPORTED_COLUMN_ENUM) WINDOWS_COLUMNS };
#undef IMPORTED_COLUMN_ENUM

#define IMPORTED_FEATURES_MAX 512 /* columns of features that a file may have */
#define IMPORTED_COLUMNS_MAX (WINDOWS_COLUMNS + IMPORTED_FEATURES_MAX)

struct imported_table {
	const char *name, *help;
	const struct imported_column *columns;
	size_t count;
};

/* A value. An empty cell has nothing but `set` false. */
struct imported_cell {
	bool set;
	union {
		int64_t i;	/* IMPORTED_TIME (microseconds since 1970), IMPORTED_INTEGER, IMPORTED_BOOL */
		double d;	/* IMPORTED_NUMBER; IMPORTED_FLOAT: a float32 */
		const char *s;	/* IMPORTED_TEXT */
	};
};

/** imported_tables - by enum imported_table_id */
extern const struct imported_table imported_tables[IMPORTED_TABLES];

/** imported_table_names - in order, NULL at the end: choices of --what */
extern const char *const imported_table_names[];

/** imported_table_find - the table of that name, or -EINVAL */
int imported_table_find(const char *name);

/** imported_type_name - Arrow's name of a type: "string", "timestamp[us, tz=UTC]", "int64", "double", "float", "bool" */
const char *imported_type_name(enum imported_type type);

#endif
