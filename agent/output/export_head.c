/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/output/export_head.h"

#include <inttypes.h>
#include <stdio.h>

#include "agent/base/json.h"

/* A column as it is in a file: a time is two. */
struct file_column {
	char name[64];
	const char *type, *help;
	bool null;
};

/* Calls @fn for every column of the file, in order. */
static void each_column(const struct export_writer *w, enum imported_table_id table,
			void (*fn)(void *user, const struct file_column *column, size_t number), void *user)
{
	const struct imported_table *t = &imported_tables[table];
	struct file_column c;
	size_t n = 0;

	for (size_t i = 0; i < t->count; i++) {
		const struct imported_column *column = &t->columns[i];

		c = (struct file_column){ .type = imported_type_name(column->type), .help = column->help, .null = !column->needed };
		snprintf(c.name, sizeof(c.name), "%s", column->name);
		fn(user, &c, n++);
		if (column->type != IMPORTED_TIME)
			continue;
		c.type = imported_type_name(IMPORTED_INTEGER);
		c.help = "the same in microseconds since 1970";
		snprintf(c.name, sizeof(c.name), "%s_us", column->name);
		fn(user, &c, n++);
	}
	for (size_t i = 0; table == IMPORTED_WINDOWS && i < w->head.features.count; i++) {
		c = (struct file_column){ .type = imported_type_name(IMPORTED_FLOAT), .null = true };
		snprintf(c.name, sizeof(c.name), "%s", w->head.features.names[i]);
		fn(user, &c, n++);
	}
}

static void put_column(void *user, const struct file_column *column, size_t number)
{
	struct json *j = user;

	(void)number;
	if (j->out->data[j->out->len - 1] != '[')
		buffer_append_str(j->out, ",\n  ");
	else
		buffer_append_str(j->out, "\n  ");
	j->comma = false;
	json_begin_object(j);
	json_pair_str(j, "name", column->name);
	json_pair_str(j, "type", column->type);
	json_pair_bool(j, "null", column->null);
	if (column->help)
		json_pair_str(j, "help", column->help);
	json_end_object(j);
}

/* Columns in full where tables are files; a stream's rows name theirs. */
static void put_table(struct json *j, const struct export_writer *w, enum imported_table_id table)
{
	char file[32];

	json_begin_object(j);
	json_pair_str(j, "name", imported_tables[table].name);
	if (w->format != EXPORT_NDJSON) {
		snprintf(file, sizeof(file), "%s.csv", imported_tables[table].name);
		json_pair_str(j, "file", file);
		json_pair_u64(j, "rows", w->head.rows[table]);
		json_key(j, "columns");
		json_begin_array(j);
		each_column(w, table, put_column, j);
		json_end_array(j);
	}
	json_end_object(j);
}

static void put_features(struct json *j, const struct imported_features *f)
{
	char hash[20];

	snprintf(hash, sizeof(hash), "%016" PRIx64, f->hash);
	json_key(j, "features");
	json_begin_object(j);
	json_pair_str(j, "scale", "window");
	json_pair_u64(j, "version", f->version);
	json_pair_str(j, "hash", hash);
	json_pair_u64(j, "packets", f->packets);
	json_pair_u64(j, "stride", f->stride);
	json_key(j, "names");
	json_begin_array(j);
	for (size_t i = 0; i < f->count; i++)
		json_str(j, f->names[i]);
	json_end_array(j);
	json_end_object(j);
}

static void put_kept(struct json *j, uint32_t kept)
{
	json_key(j, "kept");
	json_begin_array(j);
	for (int i = 0; imported_kept_names[i]; i++) {
		if (kept >> i & 1)
			json_str(j, imported_kept_names[i]);
	}
	json_end_array(j);
}

void export_head_append(struct buffer *out, const struct export_writer *w)
{
	const struct imported_head *h = &w->head;
	struct json j = json_init(out);

	json_begin_object(&j);
	json_pair_u64(&j, IMPORTED_MAGIC, IMPORTED_VERSION);
	json_pair_str(&j, "program", "iotbpf " IOTBPF_VERSION);
	json_pair_bool(&j, "private", h->private_);
	json_pair_bool(&j, "shifted", h->shifted);
	put_kept(&j, h->kept);
	json_pair_time(&j, "from", h->from_s * INT64_C(1000000));
	json_pair_i64(&j, "from_s", h->from_s);
	json_pair_time(&j, "to", h->to_s * INT64_C(1000000));
	json_pair_i64(&j, "to_s", h->to_s);
	if (h->tables & 1u << IMPORTED_WINDOWS)
		put_features(&j, &h->features);
	json_key(&j, "tables");
	json_begin_array(&j);
	for (int i = 0; i < IMPORTED_TABLES; i++) {
		if (h->tables >> i & 1)
			put_table(&j, w, (enum imported_table_id)i);
	}
	json_end_array(&j);
	json_end_object(&j);
	buffer_append_char(out, '\n', 1);
}

void export_end_append(struct buffer *out, const struct export_writer *w)
{
	struct json j = json_init(out);

	json_begin_object(&j);
	json_pair_u64(&j, IMPORTED_END, IMPORTED_VERSION);
	json_key(&j, "rows");
	json_begin_object(&j);
	for (int i = 0; i < IMPORTED_TABLES; i++) {
		if (w->head.tables >> i & 1)
			json_pair_u64(&j, imported_tables[i].name, w->head.rows[i]);
	}
	json_end_object(&j);
	json_end_object(&j);
	buffer_append_char(out, '\n', 1);
}

static void put_name(void *user, const struct file_column *column, size_t number)
{
	buffer_printf(user, "%s%s", number ? "," : "", column->name);
}

void export_columns_append(struct buffer *out, const struct export_writer *w, enum imported_table_id table)
{
	each_column(w, table, put_name, out);
	buffer_append_char(out, '\n', 1);
}

static const char *sql_type(const char *arrow)
{
	static const struct {
		const char *arrow, *sql;
	} types[] = { { "string", "VARCHAR" }, { "int64", "BIGINT" }, { "double", "DOUBLE" }, { "float", "FLOAT" }, { "bool", "BOOLEAN" } };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i].arrow[0] == arrow[0] && types[i].arrow[1] == arrow[1])
			return types[i].sql;
	return "TIMESTAMPTZ";
}

static void put_sql_column(void *user, const struct file_column *column, size_t number)
{
	buffer_printf(user, "%s\n\t'%s': '%s'", number ? "," : "", column->name, sql_type(column->type));
}

void export_sql_append(struct buffer *out, const struct export_writer *w)
{
	buffer_append_str(out, "-- Parquet files of these tables: cd to this directory, duckdb < parquet.sql\n");
	for (int i = 0; i < IMPORTED_TABLES; i++) {
		const char *name = imported_tables[i].name;

		if (!(w->head.tables >> i & 1))
			continue;
		buffer_printf(out, "COPY (SELECT * FROM read_csv('%s.csv', header = true, auto_detect = false, delim = ',', quote = '\"', "
				   "escape = '\"', columns = {", name);
		each_column(w, (enum imported_table_id)i, put_sql_column, out);
		buffer_printf(out, "\n})) TO '%s.parquet' (FORMAT parquet);\n", name);
	}
}
