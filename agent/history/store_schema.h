/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_STORE_SCHEMA_H
#define AGENT_HISTORY_STORE_SCHEMA_H

/*
 * One entry for each version of the schema: what makes version n+1 of version n. An entry that was released never changes.
 *
 * label: the owner's word. `function` is NULL where the label names the type, which is then in `type`; of a function, `type` is what
 * the device was taken for when the label was made. Times are microseconds since 1970. evidence: the packets that a label covers, as
 * struct iot_packet of ABI `abi`; there is no address in them.
 *
 * device: everything that was ever seen, with totals over all runs of the agent; label_p is NULL where nobody said. function, period:
 * to_us is NULL while it goes on. activity: who sent and received how much in which second of [from_s, to_s), seconds since 1970; the form
 * of `data` is archive_blob.h's business, `entries` are the seconds of all flows in it.
 *
 * name: what an address is called, by whom (NULL: not by him), and what it said of itself; `addresses` are struct name_address.
 */
static const char *const store_migrations[] = {
	"CREATE TABLE label ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" mac INTEGER NOT NULL,"
	" type TEXT,"
	" function TEXT,"
	" from_us INTEGER NOT NULL,"
	" to_us INTEGER NOT NULL,"
	" made_us INTEGER NOT NULL,"
	" open INTEGER NOT NULL,"
	" sample_s INTEGER NOT NULL"
	") STRICT;"
	"CREATE UNIQUE INDEX label_of_type ON label(mac) WHERE function IS NULL;"
	"CREATE INDEX label_of_function ON label(mac, from_us) WHERE function IS NOT NULL;"
	"CREATE TABLE evidence ("
	" id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" label INTEGER NOT NULL REFERENCES label(id) ON DELETE CASCADE,"
	" start_us INTEGER NOT NULL,"
	" missed INTEGER NOT NULL,"
	" abi INTEGER NOT NULL,"
	" packets BLOB NOT NULL"
	") STRICT;"
	"CREATE INDEX evidence_of_label ON evidence(label, start_us);",
	"CREATE TABLE device ("
	" mac INTEGER PRIMARY KEY,"
	" first_us INTEGER NOT NULL,"
	" last_us INTEGER NOT NULL,"
	" label TEXT,"
	" label_p REAL,"
	" owner INTEGER NOT NULL,"
	" tx_packets INTEGER NOT NULL,"
	" tx_bytes INTEGER NOT NULL,"
	" rx_packets INTEGER NOT NULL,"
	" rx_bytes INTEGER NOT NULL"
	") STRICT;"
	"CREATE TABLE activity ("
	" id INTEGER PRIMARY KEY,"
	" from_s INTEGER NOT NULL,"
	" to_s INTEGER NOT NULL,"
	" entries INTEGER NOT NULL,"
	" data BLOB NOT NULL"
	") STRICT;"
	"CREATE INDEX activity_in_time ON activity(from_s, to_s);"
	"CREATE TABLE function ("
	" id INTEGER PRIMARY KEY,"
	" mac INTEGER NOT NULL,"
	" label TEXT NOT NULL,"
	" from_us INTEGER NOT NULL,"
	" to_us INTEGER,"
	" p REAL,"
	" owner INTEGER NOT NULL"
	") STRICT;"
	"CREATE INDEX function_of_device ON function(mac, from_us);"
	"CREATE INDEX function_open ON function(id) WHERE to_us IS NULL;"
	"CREATE TABLE period ("
	" id INTEGER PRIMARY KEY,"
	" mac INTEGER NOT NULL,"
	" layer INTEGER NOT NULL,"
	" proto INTEGER NOT NULL,"
	" seconds REAL NOT NULL,"
	" log_p REAL NOT NULL,"
	" support REAL NOT NULL,"
	" from_us INTEGER NOT NULL,"
	" to_us INTEGER"
	") STRICT;"
	"CREATE INDEX period_of_device ON period(mac, from_us);"
	"CREATE INDEX period_open ON period(id) WHERE to_us IS NULL;",
	"CREATE TABLE name ("
	" mac INTEGER PRIMARY KEY,"
	" owner TEXT,"
	" dhcp TEXT,"
	" lease TEXT,"
	" mdns TEXT,"
	" instance TEXT,"
	" model TEXT,"
	" vendor_class TEXT,"
	" parameters BLOB,"
	" addresses BLOB,"
	" merged_into INTEGER,"
	" seen_us INTEGER NOT NULL"
	") STRICT;",
};

#endif
