/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_MODEL_DOCUMENT_INTERNAL_H
#define AGENT_MODEL_DOCUMENT_INTERNAL_H

#include "agent/model/document.h"

#define DOCUMENT_DEPTH 64 /* of lists in lists */

/** json_space - move over white space */
void json_space(struct document *rest);

/** json_char - move over white space and this character; false where there is another */
bool json_char(struct document *rest, char c);

/** json_skip - move behind the value that begins here; 0 or -EBADMSG */
int json_skip(struct document *rest);

/** ubjson_begin - read the type and count behind an opening bracket */
int ubjson_begin(struct document_list *list);

/** ubjson_key - read the name of a member */
int ubjson_key(struct document *rest, struct document *key);

/** ubjson_skip - move behind the value that begins here; 0 or -EBADMSG */
int ubjson_skip(struct document *rest);

/** ubjson_number - of a value that is a number, a truth or nothing; -ENOENT for another */
int ubjson_number(const struct document *value, double *out);

/** ubjson_text - the characters of a string; -ENOENT for another value */
int ubjson_text(const struct document *value, struct document *text);

#endif
