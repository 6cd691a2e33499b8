/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_STORE_SCHEMA_H
#define AGENT_HISTORY_STORE_SCHEMA_H

/*
 * One entry for each version of the schema: what makes version n+1 of version n. An entry that was released never changes.
 *
 * label: the owner's word. `function` is NULL where the label names the type, which is then in `type`; of a function, `type` is what
 * the device was taken for when the label was made. Times are microseconds since 1970. evidence: the packets that a label covers, as
 * struct iot_packet of ABI `abi`; there is no address in them.
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
};

#endif
