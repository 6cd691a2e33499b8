// SPDX-License-Identifier: BSD-2-Clause

#include "agent/source/names/leases_internal.h"

#include <arpa/inet.h>
#include <string.h>

#include "agent/base/mac.h"

enum { COLUMN_ADDRESS, COLUMN_MAC, COLUMN_NAME, FIELDS_MAX = 16 };

/* Copy a span to a string; false where it is too long to be what is looked for. */
static bool to_string(struct span s, char *out, size_t room)
{
	if (s.size >= room)
		return false;
	memcpy(out, s.at, s.size);
	out[s.size] = '\0';
	return strlen(out) == s.size;
}

static bool set_mac(struct span s, struct lease *out)
{
	char text[MAC_TEXT_SIZE];

	return to_string(s, text, sizeof(text)) && mac_parse(text, &out->mac) == 0 && out->mac && !mac_is_multicast(out->mac);
}

static bool set_address(struct span s, struct lease *out)
{
	char text[INET_ADDRSTRLEN];

	out->address = (struct name_address){ .family = AF_INET };
	return to_string(s, text, sizeof(text)) && inet_pton(AF_INET, text, out->address.bytes) == 1 && out->address.bytes[0] != 0;
}

/* A client that said none has a star. */
static void set_name(struct span s, struct lease *out)
{
	facts_text(out->name, s.at, s.size == 1 && *s.at == '*' ? 0 : s.size);
}

/* Split a line at @separator; returns how many fields were found, at most FIELDS_MAX. */
static size_t split(struct span line, char separator, struct span fields[FIELDS_MAX])
{
	size_t n = 0;

	while (n < FIELDS_MAX) {
		const char *stop = memchr(line.at, separator, line.size);
		size_t length = stop ? (size_t)(stop - line.at) : line.size;

		fields[n++] = (struct span){ line.at, length };
		if (!stop)
			break;
		line.at += length + 1;
		line.size -= length + 1;
	}
	return n;
}

static bool read_dnsmasq(struct span line, struct lease *out)
{
	struct span f[FIELDS_MAX];

	if (split(line, ' ', f) < 4 || !set_mac(f[1], out) || !set_address(f[2], out))
		return false;
	set_name(f[3], out);
	return true;
}

static bool is(struct span s, const char *text)
{
	return s.size == strlen(text) && memcmp(s.at, text, s.size) == 0;
}

static bool read_header(struct leases *l, struct span f[FIELDS_MAX], size_t n)
{
	static const char *const names[] = { "address", "hwaddr", "hostname" };

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
			if (is(f[i], names[k]))
				l->columns[k] = (uint8_t)(i + 1);
		}
	}
	return false;
}

/* A host name with its domain, or with a dot at the end, is a name by its first label. */
static struct span first_label(struct span name)
{
	const char *dot = memchr(name.at, '.', name.size);

	return dot ? (struct span){ name.at, (size_t)(dot - name.at) } : name;
}

static bool read_kea(struct leases *l, struct span line, struct lease *out)
{
	struct span f[FIELDS_MAX];
	size_t n = split(line, ',', f);
	const uint8_t *c = l->columns;

	if (n > 1 && is(f[0], "address"))
		return read_header(l, f, n);
	if (!c[COLUMN_ADDRESS] || !c[COLUMN_MAC] || c[COLUMN_ADDRESS] > n || c[COLUMN_MAC] > n)
		return false;
	if (!set_mac(f[c[COLUMN_MAC] - 1], out) || !set_address(f[c[COLUMN_ADDRESS] - 1], out))
		return false;
	if (c[COLUMN_NAME] && c[COLUMN_NAME] <= n)
		set_name(first_label(f[c[COLUMN_NAME] - 1]), out);
	return true;
}

/* The bytes up to the next @end, which is stepped over. */
static struct span take_until(struct leases *l, char end)
{
	const char *at = l->text + l->at, *stop = memchr(at, end, l->size - l->at);
	struct span s = { at, stop ? (size_t)(stop - at) : l->size - l->at };

	l->at += s.size + (stop != NULL);
	return s;
}

/* The innermost object that ends next: what follows its last brace. */
static struct span take_object(struct leases *l)
{
	struct span s = take_until(l, '}');
	const char *open = s.size ? memrchr(s.at, '{', s.size) : NULL;

	return open ? (struct span){ open + 1, s.size - (size_t)(open + 1 - s.at) } : (struct span){ s.at, 0 };
}

bool leases_next(struct leases *l, struct lease *out)
{
	while (l->at < l->size) {
		bool found;

		*out = (struct lease){ 0 };
		if (l->form == LEASES_NETWORKD)
			found = leases_of_json(take_object(l), out);
		else if (l->form == LEASES_KEA)
			found = read_kea(l, take_until(l, '\n'), out);
		else
			found = read_dnsmasq(take_until(l, '\n'), out);
		if (found)
			return true;
	}
	return false;
}
