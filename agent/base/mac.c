/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/base/mac.h"

#include <errno.h>

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int mac_parse(const char *text, uint64_t *mac)
{
	uint64_t value = 0;
	char separator = 0;

	for (int i = 0; i < 6; i++) {
		int high = hex_digit(text[0]);
		int low = high < 0 ? -1 : hex_digit(text[1]);

		if (low < 0)
			return -EINVAL;
		value = value << 8 | (uint64_t)(high << 4 | low);
		text += 2;
		if (i == 0 && (*text == ':' || *text == '-'))
			separator = *text;
		if (i < 5 && separator && *text++ != separator)
			return -EINVAL;
	}
	if (*text)
		return -EINVAL;
	*mac = value;
	return 0;
}

static char *put_byte(char *out, uint64_t mac, int index)
{
	static const char digits[] = "0123456789abcdef";
	unsigned int byte = (unsigned int)(mac >> (40 - 8 * index)) & 0xff;

	*out++ = digits[byte >> 4];
	*out++ = digits[byte & 15];
	return out;
}

const char *mac_format(uint64_t mac, char out[MAC_TEXT_SIZE])
{
	char *p = out;

	for (int i = 0; i < 6; i++) {
		p = put_byte(p, mac, i);
		*p++ = i < 5 ? ':' : '\0';
	}
	return out;
}

const char *mac_format_id(uint64_t mac, char out[MAC_ID_SIZE])
{
	char *p = out;

	for (int i = 0; i < 6; i++)
		p = put_byte(p, mac, i);
	*p = '\0';
	return out;
}
