// SPDX-License-Identifier: BSD-2-Clause

#include "agent/cmd/list.h"

#include <sysexits.h>

#include "agent/base/log.h"
#include "agent/cmd/command.h"

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

int list_load(const struct list_values *values, struct list *list)
{
	*list = (struct list){ 0 };
	return load_live(values->socket ? values->socket : ASK_SOCKET, false, list);
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
	int code = command_parse(kind->options, argc, argv, &values, &operands);

	if (code >= 0)
		return code;
	code = list_load(&values, &list);
	if (code == EX_OK)
		code = show(kind, &values, &list, operands.count ? operands.argv[0] : NULL);
	list_free(&list);
	return code;
}
