// SPDX-License-Identifier: BSD-2-Clause

#include "agent/screen/filter.h"

#include <stdio.h>
#include <string.h>

#include "agent/base/mac.h"

#define WORD_SIZE 64

enum field { FIELD_ANY, FIELD_NAME, FIELD_VENDOR, FIELD_IP, FIELD_MAC, FIELD_TYPE, FIELD_NOW, FIELD_PORT, FIELD_COUNT };

/* The field that a word begins with, and the word behind it. */
static enum field field_of(const char **word)
{
	static const char *const prefixes[FIELD_COUNT] = { "", "name:", "vendor:", "ip:", "mac:", "type:", "now:", "port:" };

	for (int i = FIELD_NAME; i < FIELD_COUNT; i++) {
		size_t n = strlen(prefixes[i]);

		if (strncasecmp(*word, prefixes[i], n) != 0)
			continue;
		*word += n;
		return (enum field)i;
	}
	return FIELD_ANY;
}

static bool in(enum field wanted, enum field field, const char *text, const char *word)
{
	return (wanted == FIELD_ANY || wanted == field) && strcasestr(text, word);
}

static bool found(const char *word, const struct scene_device *d)
{
	enum field f = field_of(&word);
	char mac[MAC_TEXT_SIZE];

	for (uint32_t i = 0; i < d->address_count; i++) {
		if (in(f, FIELD_IP, d->addresses[i], word))
			return true;
	}
	return in(f, FIELD_NAME, d->name, word) || in(f, FIELD_VENDOR, d->vendor, word) || in(f, FIELD_MAC, mac_format(d->mac, mac), word) ||
	       in(f, FIELD_TYPE, d->type.label, word) || in(f, FIELD_NOW, d->function.label, word) || in(f, FIELD_PORT, d->in_iface, word);
}

bool filter_matches(const char *filter, const struct scene_device *d)
{
	char word[WORD_SIZE];

	for (;;) {
		size_t n;

		filter += strspn(filter, " ");
		n = strcspn(filter, " ");
		if (!n)
			return true;
		snprintf(word, sizeof(word), "%.*s", (int)n, filter);
		filter += n;
		if (word[0] == '!' ? word[1] && found(word + 1, d) : !found(word, d))
			return false;
	}
}

bool filter_hides_idle(const struct scene_device *d)
{
	bool runs = *d->function.label && strcmp(d->function.label, "idle") != 0 && strcmp(d->function.label, "unknown") != 0;

	return !runs && !d->strip;
}
