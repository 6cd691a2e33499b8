// SPDX-License-Identifier: BSD-2-Clause

/*
 * Multicast DNS (RFC 6762) and service discovery (RFC 6763): what a device says of itself. A host name is the owner of an address record,
 * or where a service is (SRV); the one whose address is the frame's source is certain. A query's answers are what it has heard from others;
 * its authority section holds what it is about to claim.
 */

#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "agent/source/names/facts_internal.h"

enum {
	HEADER = 12,
	RECORDS_MAX = 256,
	LABELS_MAX = 64,
	LABEL_MAX = 63,
	TYPE_A = 1,
	TYPE_PTR = 12,
	TYPE_TXT = 16,
	TYPE_AAAA = 28,
	TYPE_SRV = 33,
};

/* A name: as much of it as is looked at. */
struct domain {
	char label[2][LABEL_MAX + 1]; /* the first two, as they are */
	uint8_t length[2];
	int labels;
	bool local; /* the last one is "local" */
};

struct message {
	struct bytes all;
	const struct facts_frame *frame;
	struct name_facts *facts;
	bool certain; /* facts->name is the sender's */
};

struct record {
	struct domain owner;
	uint32_t type;
	struct bytes data;
};

static void take_label(struct domain *d, const uint8_t *p, uint8_t n)
{
	if (d->labels < 2) {
		memcpy(d->label[d->labels], p, n);
		d->label[d->labels][n] = '\0';
		d->length[d->labels] = n;
	}
	d->local = n == 5 && strncasecmp((const char *)p, "local", 5) == 0;
	d->labels++;
}

/*
 * Read a name at @at of the message; returns where it ends, or 0 where it is none. A pointer must go back behind all that was read so far
 * (RFC 1035, 4.1.4: a prior occurrence), so every name comes to an end.
 */
static size_t read_name(struct bytes all, size_t at, struct domain *d)
{
	size_t end = 0, low = at;

	*d = (struct domain){ .labels = 0 };
	while (at < all.left && d->labels < LABELS_MAX) {
		uint8_t n = all.at[at];

		if (n == 0)
			return end ? end : at + 1;
		if (n >= 0xc0) {
			if (at + 2 > all.left)
				return 0;
			end = end ? end : at + 2;
			at = bytes_u16(all.at + at) & 0x3fff;
			if (at >= low)
				return 0;
			low = at;
			continue;
		}
		if (n > LABEL_MAX || at + 1 + n > all.left)
			return 0;
		take_label(d, all.at + at + 1, n);
		at += 1 + (size_t)n;
	}
	return 0;
}

/* Read a record at *@at and move past it. One that is cut is none. */
static bool read_record(struct bytes all, size_t *at, struct record *r)
{
	size_t fixed = read_name(all, *at, &r->owner), length;

	if (!fixed || fixed + 10 > all.left)
		return false;
	r->type = bytes_u16(all.at + fixed);
	length = bytes_u16(all.at + fixed + 8);
	if (length > all.left - fixed - 10)
		return false;
	r->data = (struct bytes){ all.at + fixed + 10, length };
	*at = fixed + 10 + length;
	return true;
}

/* "name.local" */
static bool is_host(const struct domain *d)
{
	return d->labels == 2 && d->local && d->length[0];
}

static void take_host(struct message *m, const struct domain *d, bool certain)
{
	if (!is_host(d) || m->certain || (m->facts->name[0] && !certain))
		return;
	facts_text(m->facts->name, d->label[0], d->length[0]);
	m->certain = certain;
}

static void take_address(struct message *m, const struct record *r, uint8_t family, size_t length)
{
	const struct name_address *source = &m->frame->source;

	if (r->data.left == length)
		take_host(m, &r->owner, source->family == family && memcmp(source->bytes, r->data.at, length) == 0);
}

/* "Kitchen lamp._hap._tcp.local"; what lists the kinds of services (_services._dns-sd) names none. */
static void take_instance(struct message *m, const struct domain *d)
{
	if (d->labels >= 4 && d->local && d->length[0] && d->label[0][0] != '_' && d->label[1][0] == '_' && !m->facts->instance[0])
		facts_text(m->facts->instance, d->label[0], d->length[0]);
}

static void take_pointer(struct message *m, const struct record *r)
{
	struct domain to;

	if (!read_name(m->all, (size_t)(r->data.at - m->all.at), &to))
		return;
	take_instance(m, &to);
	if (!r->owner.local)
		take_host(m, &to, false); /* of an address */
}

static void take_service(struct message *m, const struct record *r)
{
	struct domain to;

	take_instance(m, &r->owner);
	if (r->data.left > 6 && read_name(m->all, (size_t)(r->data.at + 6 - m->all.at), &to))
		take_host(m, &to, false);
}

/* "model=..." of _device-info. */
static void take_text(struct message *m, const struct record *r)
{
	struct bytes b = r->data;

	if (strcasecmp(r->owner.label[1], "_device-info") != 0)
		return;
	while (b.left && (size_t)b.at[0] < b.left) {
		size_t n = b.at[0];

		if (n > 6 && strncasecmp((const char *)b.at + 1, "model=", 6) == 0)
			facts_text(m->facts->model, b.at + 7, n - 6);
		bytes_skip(&b, n + 1);
	}
}

static void take_record(struct message *m, const struct record *r)
{
	switch (r->type) {
	case TYPE_A:
		return take_address(m, r, AF_INET, 4);
	case TYPE_AAAA:
		return take_address(m, r, AF_INET6, 16);
	case TYPE_PTR:
		return take_pointer(m, r);
	case TYPE_SRV:
		return take_service(m, r);
	case TYPE_TXT:
		return take_text(m, r);
	default:
		return;
	}
}

static bool skip_questions(struct bytes all, size_t *at, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		struct domain d;

		*at = i < RECORDS_MAX ? read_name(all, *at, &d) : 0;
		if (!*at || *at + 4 > all.left)
			return false;
		*at += 4;
	}
	return true;
}

/* Records @first to @end of those that follow the questions, counted over all sections. */
static void read_records(struct message *m, size_t at, uint32_t first, uint32_t end)
{
	for (uint32_t i = 0; i < end && i < RECORDS_MAX; i++) {
		struct record r;

		if (!read_record(m->all, &at, &r))
			return;
		if (i >= first)
			take_record(m, &r);
	}
}

bool facts_mdns(const struct facts_frame *frame, struct bytes b, struct name_facts *facts)
{
	struct message m = { .all = b, .frame = frame, .facts = facts };
	uint32_t answers, authority, additional;
	size_t at = HEADER;

	if (b.left < HEADER)
		return false;
	answers = bytes_u16(b.at + 6);
	authority = bytes_u16(b.at + 8);
	additional = bytes_u16(b.at + 10);
	facts->protocol = FACTS_MDNS;
	facts_address(facts, frame->source.family, frame->source.bytes);
	if (!skip_questions(b, &at, bytes_u16(b.at + 4)))
		return facts->address_count != 0;
	if (b.at[2] & 0x80)
		read_records(&m, at, 0, answers + authority + additional);
	else
		read_records(&m, at, answers, answers + authority);
	return facts->address_count || facts->name[0] || facts->instance[0] || facts->model[0];
}
