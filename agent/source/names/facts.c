// SPDX-License-Identifier: BSD-2-Clause

#include "agent/source/names/facts.h"

#include <string.h>
#include <sys/socket.h>

#include "agent/base/mac.h"
#include "agent/base/utf8.h"
#include "agent/source/names/facts_internal.h"

/* Control characters, and those that turn the direction of what stands around them or are not seen. */
static bool printable(uint32_t c)
{
	return c >= 0x20 && !(c >= 0x7f && c < 0xa0) && !(c >= 0x200b && c <= 0x200f) && !(c >= 0x2028 && c <= 0x202e) &&
	       !(c >= 0x2060 && c <= 0x206f) && c != 0xfeff && c < 0xe0000;
}

void facts_text(char out[FACT_TEXT], const void *bytes, size_t n)
{
	const char *s = bytes;
	size_t used = 0;

	while (n && s[n - 1] == '\0')
		n--;
	for (size_t i = 0; i < n;) {
		uint32_t code;
		size_t length = utf8_decode(s + i, n - i, &code);
		bool good = length && printable(code);
		size_t need = good ? length : 1;

		if (used + need >= FACT_TEXT)
			break;
		if (good)
			memcpy(out + used, s + i, length);
		else
			out[used] = '?';
		used += need;
		i += length ? length : 1;
	}
	while (used && out[used - 1] == ' ')
		used--;
	memset(out + used, 0, FACT_TEXT - used);
}

static bool is_text(const char text[FACT_TEXT])
{
	char clean[FACT_TEXT];
	size_t n = strnlen(text, FACT_TEXT);

	if (n == FACT_TEXT)
		return false;
	facts_text(clean, text, n);
	return strcmp(clean, text) == 0;
}

static bool is_host(uint8_t family, const uint8_t *b)
{
	static const uint8_t nobody[16] = { 0 };

	if (family == AF_INET)
		return b[0] != 0 && b[0] != 127 && b[0] < 224;
	return family == AF_INET6 && b[0] != 0xff && memcmp(b, nobody, 15) != 0;
}

void facts_address(struct name_facts *f, uint8_t family, const uint8_t *bytes)
{
	struct name_address a = { .family = family };

	if (!is_host(family, bytes) || f->address_count == FACT_ADDRESSES)
		return;
	memcpy(a.bytes, bytes, family == AF_INET ? 4 : 16);
	for (uint8_t i = 0; i < f->address_count; i++) {
		if (memcmp(&f->addresses[i], &a, sizeof(a)) == 0)
			return;
	}
	f->addresses[f->address_count++] = a;
}

bool facts_valid(const struct name_facts *f)
{
	if (!f->mac || f->mac > MAC_BROADCAST || mac_is_multicast(f->mac) || f->protocol == FACTS_NONE || f->protocol >= FACTS_PROTOCOLS)
		return false;
	if (f->address_count > FACT_ADDRESSES || f->parameter_count > FACT_PARAMETERS)
		return false;
	for (uint8_t i = 0; i < f->address_count; i++) {
		if (!is_host(f->addresses[i].family, f->addresses[i].bytes))
			return false;
	}
	return is_text(f->name) && is_text(f->instance) && is_text(f->model) && is_text(f->vendor_class);
}
