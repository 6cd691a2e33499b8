// SPDX-License-Identifier: BSD-2-Clause

/* iotbpf labels: what the owner said, from the running agent, or from the state directory where none runs. */

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/base/mac.h"
#include "agent/cmd/ask.h"
#include "agent/cmd/command.h"
#include "agent/cmd/label_time.h"
#include "agent/cmd/run_state.h"
#include "agent/output/table.h"

struct labels_values {
	const char *socket, *state;
	bool json, csv;
};

#define AT(field) offsetof(struct labels_values, field)

static const struct option_spec OPTIONS[] = {
	{ .name = "json", .letter = 'j', .kind = OPTION_FLAG, .offset = AT(json), .help = "as JSON, one label a line" },
	{ .name = "csv", .kind = OPTION_FLAG, .offset = AT(csv), .help = "as CSV" },
	{ .name = "state",
	  .kind = OPTION_STRING,
	  .offset = AT(state),
	  .argument = "DIR",
	  .help = "read them there, whether or not an agent runs" },
	ASK_OPTION(struct labels_values),
};

const struct options_spec labels_options = {
	.command = "iotbpf labels",
	.summary = "List the labels that you gave: types and functions, and how many packets are kept for each.",
	.options = OPTIONS,
	.count = sizeof(OPTIONS) / sizeof(OPTIONS[0]),
};

/* Where labels go, one after the other. */
struct listing {
	const struct labels_values *values;
	struct table *table;
	struct buffer text;
};

static const struct table_column COLUMNS[] = {
	{ "ID", TABLE_RIGHT, false }, { "DEVICE", TABLE_LEFT, false }, { "TYPE", TABLE_LEFT, true },	 { "FUNCTION", TABLE_LEFT, true },
	{ "FROM", TABLE_LEFT, false },	{ "SECONDS", TABLE_RIGHT, false }, { "PACKETS", TABLE_RIGHT, false }, { "", TABLE_LEFT, false },
};

static void add_row(struct table *table, const struct label *l)
{
	char mac[MAC_TEXT_SIZE], time[TIME_TEXT_SIZE];

	table_cellf(table, "%lld", (long long)l->id);
	table_cell(table, mac_format(l->mac, mac));
	table_cell(table, l->type);
	table_cell(table, l->function);
	table_cell(table, time_format_local(label_is_type(l) ? l->made_us : l->from_us, time));
	if (label_is_type(l))
		table_cell(table, "");
	else
		table_cellf(table, "%.0f", (double)(l->to_us - l->from_us) / US_PER_SECOND);
	table_cellf(table, "%llu", (unsigned long long)l->packets);
	table_cell(table, l->open ? "under way" : "");
}

/* Quoted where it must be; RFC 4180. */
static void put_field(struct buffer *out, const char *text)
{
	if (!strpbrk(text, ",\"")) {
		buffer_append_str(out, text);
		return;
	}
	buffer_append_str(out, "\"");
	for (; *text; text++)
		buffer_append_char(out, *text, *text == '"' ? 2 : 1);
	buffer_append_str(out, "\"");
}

static void add_csv(struct buffer *out, const struct label *l)
{
	char mac[MAC_TEXT_SIZE], time[TIME_TEXT_SIZE];

	buffer_printf(out, "%lld,%s,", (long long)l->id, mac_format(l->mac, mac));
	put_field(out, l->type);
	buffer_append_str(out, ",");
	put_field(out, l->function);
	buffer_printf(out, ",%s,", label_is_type(l) ? "" : time_format_rfc3339(l->from_us, time));
	buffer_printf(out, "%s,", label_is_type(l) ? "" : time_format_rfc3339(l->to_us, time));
	buffer_printf(out, "%s,%llu,%u\n", time_format_rfc3339(l->made_us, time), (unsigned long long)l->packets, l->samples);
}

static void add_json(struct buffer *out, const struct label *l)
{
	struct json j = json_init(out);

	json_begin_object(&j);
	json_pair_i64(&j, "id", l->id);
	json_pair_mac(&j, "mac", l->mac);
	json_pair_str(&j, "type", *l->type ? l->type : NULL);
	if (!label_is_type(l)) {
		json_pair_str(&j, "function", l->function);
		json_pair_time(&j, "from", l->from_us);
		json_pair_time(&j, "to", l->to_us);
		json_pair_bool(&j, "open", l->open);
	}
	json_pair_time(&j, "made", l->made_us);
	json_pair_u64(&j, "packets", l->packets);
	json_pair_u64(&j, "samples", l->samples);
	json_end_object(&j);
	buffer_append_char(out, '\n', 1);
}

static int add(void *user, const struct label *l)
{
	struct listing *listing = user;

	if (listing->values->json)
		add_json(&listing->text, l);
	else if (listing->values->csv)
		add_csv(&listing->text, l);
	else
		add_row(listing->table, l);
	return 0;
}

static int64_t time_of(const cJSON *object, const char *key)
{
	int64_t us = 0;

	label_time_parse(answer_text(object, key), 0, &us);
	return us;
}

static void read_answer(const cJSON *object, struct label *l)
{
	*l = (struct label){
		.id = (int64_t)answer_number(object, "id"),
		.from_us = time_of(object, "from"),
		.to_us = time_of(object, "to"),
		.made_us = time_of(object, "made"),
		.open = answer_bool(object, "open"),
		.packets = (uint64_t)answer_number(object, "packets"),
		.samples = (uint32_t)answer_number(object, "samples"),
	};
	mac_parse(answer_text(object, "mac"), &l->mac);
	snprintf(l->type, sizeof(l->type), "%s", answer_text(object, "type"));
	snprintf(l->function, sizeof(l->function), "%s", answer_text(object, "function"));
}

/* One page after the other; *after becomes the last label's number, or -1 where there are no more. */
static int ask_page(const char *socket, struct listing *listing, int64_t *after)
{
	_cleanup_(buffer_free) struct buffer request = { 0 };
	struct json j = ask_begin(&request, "labels");
	struct label l = { .id = *after };
	const cJSON *object;
	cJSON *answer;
	int code;

	json_pair_i64(&j, "after", *after);
	json_end_object(&j);
	code = ask(socket, &request, !listing->values->socket, &answer);
	if (code >= 0)
		return code;
	cJSON_ArrayForEach(object, cJSON_GetObjectItemCaseSensitive(answer, "labels"))
	{
		read_answer(object, &l);
		add(listing, &l);
	}
	*after = answer_bool(answer, "more") && l.id > *after ? l.id : -1;
	cJSON_Delete(answer);
	return EX_OK;
}

static int ask_all(const char *socket, struct listing *listing)
{
	int64_t after = 0;
	int code = EX_OK;

	while (code == EX_OK && after >= 0)
		code = ask_page(socket, listing, &after);
	return code;
}

static int read_store(const char *state, struct listing *listing)
{
	const char *directory = state_directory(state);
	struct store store;
	int e;

	if (!directory) {
		log_error("no agent answers, and there is no state directory to read");
		return EX_UNAVAILABLE;
	}
	e = store_open(&store, directory, true);
	if (e == 0)
		e = labels_each(&store, 0, LABELS_MAX, add, listing);
	if (e < 0)
		log_error("%s", store.why);
	store_close(&store);
	return e == 0 ? EX_OK : e == -EACCES ? EX_NOPERM : e == -ENOENT ? EX_NOINPUT : EX_DATAERR;
}

static int print(struct listing *listing)
{
	if (listing->table)
		return table_print(listing->table, STDOUT_FILENO) < 0 ? EX_OSERR : EX_OK;
	if (listing->text.failed)
		return EX_OSERR;
	if (listing->text.len)
		fwrite(listing->text.data, 1, listing->text.len, stdout);
	return EX_OK;
}

int cmd_labels(int argc, char **argv)
{
	struct labels_values values = { 0 };
	_cleanup_(table_free_p) struct table *table = NULL;
	struct listing listing = { .values = &values };
	struct operands operands;
	int code = command_parse(&labels_options, argc, argv, &values, &operands);

	if (code >= 0)
		return code;
	if (values.csv)
		buffer_append_str(&listing.text, "id,mac,type,function,from,to,made,packets,samples\n");
	if (!values.csv && !values.json && table_new(COLUMNS, sizeof(COLUMNS) / sizeof(COLUMNS[0]), &table) < 0)
		return EX_OSERR;
	listing.table = table;
	code = values.state ? EX_UNAVAILABLE : ask_all(values.socket ? values.socket : ASK_SOCKET, &listing);
	if (code == EX_UNAVAILABLE && !values.socket)
		code = read_store(values.state, &listing);
	if (code == EX_OK)
		code = print(&listing);
	buffer_free(&listing.text);
	return code;
}
