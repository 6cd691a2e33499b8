/* SPDX-License-Identifier: BSD-2-Clause */

/* Where a JSON value ends. What is in it is looked at when it is asked for. */

#include <errno.h>
#include <string.h>

#include "agent/model/document_internal.h"

void json_space(struct document *rest)
{
	while (rest->at < rest->end && *rest->at && strchr(" \t\r\n", *rest->at))
		rest->at++;
}

bool json_char(struct document *rest, char c)
{
	json_space(rest);
	if (rest->at == rest->end || *rest->at != c)
		return false;
	rest->at++;
	return true;
}

static int skip_string(struct document *rest)
{
	for (rest->at++; rest->at < rest->end; rest->at++) {
		if (*rest->at == '"') {
			rest->at++;
			return 0;
		}
		if (*rest->at == '\\')
			rest->at++;
	}
	rest->at = rest->end;
	return -EBADMSG;
}

/* Brackets are counted, not matched: a list that is asked for matches its own. */
static int skip_list(struct document *rest)
{
	int depth = 0;

	while (rest->at < rest->end) {
		char c = *rest->at;

		if (c == '"') {
			if (skip_string(rest) < 0)
				return -EBADMSG;
			continue;
		}
		rest->at++;
		depth += c == '[' || c == '{';
		depth -= c == ']' || c == '}';
		if (depth == 0)
			return 0;
		if (depth > DOCUMENT_DEPTH)
			return -EBADMSG;
	}
	return -EBADMSG;
}

int json_skip(struct document *rest)
{
	const char *from = rest->at;

	if (from == rest->end)
		return -EBADMSG;
	if (*from == '"')
		return skip_string(rest);
	if (*from == '[' || *from == '{')
		return skip_list(rest);
	while (rest->at < rest->end && *rest->at && !strchr(",]} \t\r\n", *rest->at))
		rest->at++;
	return rest->at > from ? 0 : -EBADMSG;
}
