// SPDX-License-Identifier: BSD-2-Clause

#include "agent/cmd/list.h"

#include <sysexits.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/cmd/command.h"
#include "agent/cmd/list_store.h"

#define DEFAULT_S 86400

enum sheet_form list_form(bool json, bool csv)
{
	if (json)
		return SHEET_JSON;
	return csv ? SHEET_CSV : SHEET_TABLE;
}

static int load_live(const char *socket, bool quiet, struct list *list)
{
	_cleanup_(buffer_free) struct buffer request = { 0 };
	struct json j = ask_begin(&request, "snapshot");
	cJSON *answer;
	int code, e;

	json_pair_bool(&j, "flows", true);
	json_end_object(&j);
	code = ask(socket, &request, quiet, &answer);
	if (code >= 0)
		return code;
	e = list_from_snapshot(answer, list);
	cJSON_Delete(answer);
	return e < 0 ? EX_OSERR : EX_OK;
}

int list_load(const struct list_values *v, struct list *list)
{
	const char *socket = v->socket ? v->socket : ASK_SOCKET;
	int64_t seconds = v->since ? v->since / NS_PER_SECOND : DEFAULT_S;
	int code;

	*list = (struct list){ 0 };
	if (v->read.count)
		return list_from_captures(v, list);
	if (v->state)
		return list_from_store(v->state, seconds, false, list);
	if (v->since)
		return list_from_store(NULL, seconds, ask_to_write(socket), list);
	code = load_live(socket, !v->socket, list);
	if (code != EX_UNAVAILABLE || v->socket)
		return code;
	code = list_from_store(NULL, seconds, false, list);
	if (code == EX_OK)
		log_warn("no agent answers: this is the last day that was recorded");
	return code;
}

void list_put_device(struct sheet *sheet, const struct listed_device *d)
{
	sheet_text(sheet, d->id);
	sheet_text(sheet, d->name);
	sheet_text(sheet, *d->name ? d->name : d->id);
}

static int show(const struct list_kind *kind, const struct list_values *values, const struct list *list, const char *device)
{
	struct sheet sheet;
	size_t from = 0, to = list->count;
	int e = device ? list_find(list, device, &from) : 0, code;

	if (e < 0)
		return device_exit_code(e);
	if (device)
		to = from + 1;
	e = sheet_begin(&sheet, kind->columns, kind->column_count, list_form(values->json, values->csv));
	for (size_t i = from; e == 0 && i < to; i++)
		kind->put(&sheet, &list->devices[i], list);
	code = e < 0 ? EX_OSERR : sheet_end(&sheet);
	sheet_free(&sheet);
	return code;
}

int list_main(const struct list_kind *kind, int argc, char **argv)
{
	struct list_values values = { 0 };
	struct operands operands;
	struct list list;
	int shown = EX_OK, code = command_parse(kind->options, argc, argv, &values, &operands);

	if (code >= 0)
		return code;
	code = list_load(&values, &list);
	if (code == EX_OK || list.count)
		shown = show(kind, &values, &list, operands.count ? operands.argv[0] : NULL);
	list_free(&list);
	string_list_free(&values.read);
	mac_list_free(&values.gateways);
	return shown != EX_OK ? shown : code;
}
