// SPDX-License-Identifier: BSD-2-Clause

/* Which of the names of a device is shown. */

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "agent/history/names_internal.h"

enum { SHORT_VENDOR = 24 };

const char *name_source_text(enum name_source source)
{
	static const char *const texts[NAME_SOURCES] = { NULL, "owner", "dhcp", "lease", "mdns", "vendor" };

	return source < NAME_SOURCES ? texts[source] : NULL;
}

/* Does a word of @n bytes say how a company is constituted, and nothing of who it is? */
static bool is_form(const char *word, size_t n)
{
	static const char *const forms[] = { "inc", "co", "ltd", "corp", "corporation", "limited", "llc", "gmbh", "ag", "ab", "as", "oy",
					     "bv",  "sa", "srl", "spa", "plc", "pty", "pte", "company", "incorporated" };
	char plain[16];
	size_t used = 0;

	for (size_t i = 0; i < n; i++) {
		if (word[i] == '.')
			continue;
		if (used == sizeof(plain) - 1)
			return false;
		plain[used++] = word[i];
	}
	plain[used] = '\0';
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (strcasecmp(plain, forms[i]) == 0)
			return true;
	}
	return false;
}

/* "Espressif Inc." is Espressif, "Tuya Smart Inc." Tuya Smart: bytes up to the first comma, or the first word after one that is a form. */
static size_t short_vendor(const char *vendor)
{
	size_t end = 0;

	for (const char *word = vendor; *word && *word != ',' && *word != '('; ) {
		size_t n = strcspn(word, " ,(");

		if ((end && is_form(word, n)) || (end && (size_t)(word - vendor) + n > SHORT_VENDOR))
			break;
		end = (size_t)(word - vendor) + n;
		word += n;
		word += strspn(word, " ");
	}
	return end < SHORT_VENDOR ? end : SHORT_VENDOR;
}

/* A vendor's first bytes may end amid a character. */
static size_t whole_characters(const char *text, size_t n)
{
	while (n && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static void name_by_vendor(struct name_record *r)
{
	int n = (int)whole_characters(r->entry.vendor, short_vendor(r->entry.vendor));

	snprintf(r->entry.name, sizeof(r->entry.name), "%.*s %02x:%02x:%02x", n, r->entry.vendor, (unsigned int)(r->mac >> 16 & 0xff),
		 (unsigned int)(r->mac >> 8 & 0xff), (unsigned int)(r->mac & 0xff));
}

static const char *said_by(const struct name_record *r, enum name_source s)
{
	return s == NAME_MDNS && !r->said[s][0] ? r->instance : r->said[s];
}

void names_resolve(struct name_record *r)
{
	for (enum name_source s = NAME_OWNER; s < NAME_VENDOR; s++) {
		if (!said_by(r, s)[0])
			continue;
		r->entry.source = s;
		memcpy(r->entry.name, said_by(r, s), NAME_SIZE);
		return;
	}
	r->entry.source = r->entry.vendor[0] ? NAME_VENDOR : NAME_NONE;
	r->entry.name[0] = '\0';
	if (r->entry.vendor[0])
		name_by_vendor(r);
}
