// SPDX-License-Identifier: BSD-2-Clause

/*
 * One lease of systemd-networkd: {"ClientId":[1,...],"Address":[192,0,2,7],"Hostname":"x","HardwareAddress":[2,...]}. Earlier versions
 * write no HardwareAddress; a client identifier of type 1 is one.
 */

#include <ctype.h>
#include <string.h>
#include <sys/socket.h>

#include "agent/base/mac.h"
#include "agent/source/names/leases_internal.h"

enum { MAC_BYTES = 6, CLIENT_ETHERNET = 1, NUMBERS_MAX = 16 };

static struct span skip_blanks(struct span s)
{
	while (s.size && isspace((unsigned char)*s.at))
		s.at++, s.size--;
	return s;
}

/* What follows "key" and a colon; of no size where the object has no such key. */
static struct span value_of(struct span object, const char *key)
{
	size_t n = strlen(key);
	const char *p = object.size ? memmem(object.at, object.size, key, n) : NULL;
	struct span rest = { p ? p + n : object.at, p ? object.size - (size_t)(p + n - object.at) : 0 };

	rest = skip_blanks(rest);
	if (!rest.size || *rest.at != ':')
		return (struct span){ object.at, 0 };
	return skip_blanks((struct span){ rest.at + 1, rest.size - 1 });
}

/* Numbers of an array of bytes; returns how many. */
static size_t read_bytes(struct span s, uint8_t out[NUMBERS_MAX])
{
	size_t n = 0;
	bool digits = false;
	unsigned int value = 0;

	if (!s.size || *s.at != '[')
		return 0;
	for (size_t i = 1; i < s.size && n < NUMBERS_MAX; i++) {
		char c = s.at[i];

		if (isdigit((unsigned char)c) && value < 1000) {
			value = value * 10 + (unsigned int)(c - '0');
			digits = true;
		} else if (c == ',' || c == ']') {
			if (!digits || value > 255)
				return 0;
			out[n++] = (uint8_t)value;
			value = 0;
			digits = false;
			if (c == ']')
				break;
		} else if (!isspace((unsigned char)c)) {
			return 0;
		}
	}
	return n;
}

static bool set_mac(struct span object, struct lease *out)
{
	uint8_t b[NUMBERS_MAX];

	if (read_bytes(value_of(object, "\"HardwareAddress\""), b) >= MAC_BYTES)
		out->mac = mac_from_bytes(b);
	else if (read_bytes(value_of(object, "\"ClientId\""), b) == 1 + MAC_BYTES && b[0] == CLIENT_ETHERNET)
		out->mac = mac_from_bytes(b + 1);
	return out->mac && !mac_is_multicast(out->mac);
}

bool leases_of_json(struct span object, struct lease *out)
{
	struct span name = value_of(object, "\"Hostname\"");
	const char *stop = name.size > 1 && *name.at == '"' ? memchr(name.at + 1, '"', name.size - 1) : NULL;
	uint8_t b[NUMBERS_MAX];

	if (!set_mac(object, out) || read_bytes(value_of(object, "\"Address\""), b) != 4 || !b[0])
		return false;
	out->address.family = AF_INET;
	memcpy(out->address.bytes, b, 4);
	if (stop)
		facts_text(out->name, name.at + 1, (size_t)(stop - name.at - 1));
	return true;
}
