// SPDX-License-Identifier: BSD-2-Clause

#include "agent/screen/edit.h"

#include <string.h>

#include "agent/base/utf8.h"
#include "agent/screen/ui.h"

static void cut(struct edit *e, size_t length)
{
	e->length = length;
	e->text[length] = '\0';
}

static size_t encode(uint32_t code, char out[4])
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xe0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 0x3f));
		out[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 0x3f));
	out[2] = (char)(0x80 | (code >> 6 & 0x3f));
	out[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

static void add(struct edit *e, uint32_t code)
{
	char bytes[4];
	size_t n = encode(code, bytes);

	if (!utf8_decode(bytes, n, NULL) || e->length + n >= sizeof(e->text))
		return;
	memcpy(e->text + e->length, bytes, n);
	cut(e, e->length + n);
}

static void erase(struct edit *e)
{
	size_t length = e->length;

	while (length && (e->text[--length] & 0xc0) == 0x80)
		;
	cut(e, length);
}

static void erase_word(struct edit *e)
{
	while (e->length && e->text[e->length - 1] == ' ')
		erase(e);
	while (e->length && e->text[e->length - 1] != ' ')
		erase(e);
}

void edit_set(struct edit *e, const char *text)
{
	size_t n = strlen(text), length;

	cut(e, 0);
	for (size_t i = 0; i < n; i += length) {
		uint32_t code;

		length = utf8_decode(text + i, n - i, &code);
		if (length && code >= ' ' && code != 0x7f)
			add(e, code);
		length = length ? length : 1;
	}
}

bool edit_key(struct edit *e, uint32_t key)
{
	if (key == KEY_ERASE || key == UI_CONTROL('h') || key == 0x7f)
		erase(e);
	else if (key == UI_CONTROL('u'))
		cut(e, 0);
	else if (key == UI_CONTROL('w'))
		erase_word(e);
	else if (key >= ' ' && key < KEY_NONE && !(key >= 0x7f && key < 0xa0))
		add(e, key);
	else
		return false;
	return true;
}
