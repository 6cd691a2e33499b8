/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/source/capture/pcapng.h"

#include <byteswap.h>
#include <errno.h>
#include <pcap/dlt.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/source/capture/reader.h"

#define BYTE_ORDER_MAGIC 0x1a2b3c4du
#define BLOCK_MAX (16u << 20)	  /* as in libpcap */
#define INTERFACES_MAX (1u << 16) /* of a section */
#define INTERFACE_MAX 16384	  /* bytes of an interface's block that are looked at */

enum block {
	BLOCK_INTERFACE = 1,
	BLOCK_OLD_PACKET = 2,
	BLOCK_SIMPLE_PACKET = 3,
	BLOCK_PACKET = 6,
	BLOCK_SECTION = 0x0a0d0d0a, /* the same in both byte orders */
};

enum { HEADER = 8, TRAILER = 4, SECTION = 16, INTERFACE = 8, PACKET = 20, SIMPLE = 4 };
enum { OPTION_END = 0, OPTION_RESOLUTION = 9, OPTION_OFFSET = 14 };

struct interface {
	int dlt;
	uint32_t snaplen; /* 0: no limit */
	uint64_t units;	  /* of a time stamp, in a second */
	int64_t offset_us;
};

struct pcapng {
	struct interface *interfaces;
	uint32_t count, room;
	uint32_t last;	/* interface of the last frame */
	uint32_t rest;	/* of the last block, trailer included, is still to be passed over */
	uint32_t total; /* its length */
	bool swapped;
	struct reader in;
};

static uint16_t get16(const struct pcapng *p, const uint8_t *at)
{
	uint16_t v;

	memcpy(&v, at, sizeof(v));
	return p->swapped ? bswap_16(v) : v;
}

static uint32_t get32(const struct pcapng *p, const uint8_t *at)
{
	uint32_t v;

	memcpy(&v, at, sizeof(v));
	return p->swapped ? bswap_32(v) : v;
}

/* The byte order of a section by its magic, at `magic`. */
static bool set_order(struct pcapng *p, const uint8_t *magic)
{
	p->swapped = false;
	p->swapped = get32(p, magic) != BYTE_ORDER_MAGIC;
	return get32(p, magic) == BYTE_ORDER_MAGIC;
}

int pcapng_open(struct pcapng **pcapng, int fd)
{
	_cleanup_(pcapng_close_p) struct pcapng *p = NULL;
	uint32_t start[3];
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || lseek(fd, 0, SEEK_CUR) != 0)
		return 0;
	if (pread(fd, start, sizeof(start), 0) != sizeof(start) || start[0] != BLOCK_SECTION ||
	    (start[2] != BYTE_ORDER_MAGIC && start[2] != bswap_32(BYTE_ORDER_MAGIC)))
		return 0;
	p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	p->in.fd = fd;
	*pcapng = TAKE_PTR(p);
	return 1;
}

void pcapng_close(struct pcapng *p)
{
	if (!p)
		return;
	free(p->interfaces);
	free(p);
}

/* Link types in files are libpcap's but for these. */
static int dlt_of(uint16_t type)
{
	switch (type) {
	case 101:
		return DLT_RAW;
	case 102:
		return DLT_SLIP_BSDOS;
	case 103:
		return DLT_PPP_BSDOS;
	default:
		return type;
	}
}

/* Units in a second: a power of ten, or of two where the highest bit is set. 0: beyond 64 bits. */
static uint64_t units_of(uint8_t resolution)
{
	uint64_t units = 1;

	if (resolution & 0x80)
		return (resolution & 0x7f) < 64 ? UINT64_C(1) << (resolution & 0x7f) : 0;
	for (uint8_t i = 0; i < resolution && resolution < 20; i++)
		units *= 10;
	return resolution < 20 ? units : 0;
}

static int read_options(const struct pcapng *p, const uint8_t *at, const uint8_t *end, struct interface *to)
{
	while (end - at >= 4 && get16(p, at) != OPTION_END) {
		uint16_t code = get16(p, at), length = get16(p, at + 2);
		const uint8_t *value = at + 4;

		if (end - value < length)
			return -EBADMSG;
		if (code == OPTION_RESOLUTION && length == 1)
			to->units = units_of(*value);
		if (code == OPTION_OFFSET && length == 8) {
			uint64_t seconds;

			memcpy(&seconds, value, sizeof(seconds));
			to->offset_us = (int64_t)((p->swapped ? bswap_64(seconds) : seconds) * 1000000);
		}
		at = value + (length + 3u) / 4 * 4;
	}
	return to->units ? 0 : -EBADMSG;
}

static int add_interface(struct pcapng *p, const uint8_t *body, uint32_t length)
{
	struct interface new = { .units = 1000000 };
	int e;

	if (length < INTERFACE || p->count == INTERFACES_MAX)
		return -EBADMSG;
	new.dlt = dlt_of(get16(p, body));
	new.snaplen = get32(p, body + 4);
	e = read_options(p, body + INTERFACE, body + length, &new);
	if (e < 0)
		return e;
	if (p->count == p->room) {
		uint32_t room = p->room ? 2 * p->room : 8;
		struct interface *grown = reallocarray(p->interfaces, room, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		p->interfaces = grown;
		p->room = room;
	}
	p->interfaces[p->count++] = new;
	return 0;
}

static int64_t time_of(const struct interface *i, uint64_t stamp)
{
	unsigned __int128 us;

	if (i->units == 1000000)
		return (int64_t)(stamp + (uint64_t)i->offset_us);
	if (i->units == 1000000000)
		return (int64_t)(stamp / 1000 + (uint64_t)i->offset_us);
	us = (unsigned __int128)stamp * 1000000 / i->units;
	return us > INT64_MAX ? INT64_MAX : (int64_t)((uint64_t)us + (uint64_t)i->offset_us);
}

/* What a packet block says before its bytes, which begin after `fixed` bytes of its body. */
struct packet {
	uint32_t interface, fixed, captured, length;
	uint64_t stamp;
	bool timed;
};

static int read_packet(const struct pcapng *p, uint32_t type, uint32_t body, struct packet *to)
{
	const uint8_t *at = reader_data(&p->in);

	*to = (struct packet){ .fixed = type == BLOCK_SIMPLE_PACKET ? SIMPLE : PACKET, .timed = type != BLOCK_SIMPLE_PACKET };
	if (body < to->fixed)
		return -EBADMSG;
	if (!to->timed) {
		to->length = get32(p, at);
		to->captured = to->length;
		if (p->count && p->interfaces[0].snaplen && p->interfaces[0].snaplen < to->captured)
			to->captured = p->interfaces[0].snaplen;
	} else {
		to->interface = type == BLOCK_PACKET ? get32(p, at) : get16(p, at);
		to->stamp = (uint64_t)get32(p, at + 4) << 32 | get32(p, at + 8);
		to->captured = get32(p, at + 12);
		to->length = get32(p, at + 16);
	}
	if (to->interface >= p->count || to->captured > body - to->fixed || to->captured > READER_FRAME_MAX)
		return -EBADMSG;
	return 0;
}

/* A packet block of `body` bytes; the reader is behind its header. */
static int take_packet(struct pcapng *p, uint32_t type, uint32_t body, struct capture_frame *f)
{
	const struct interface *i;
	struct packet packet;
	int e = reader_want(&p->in, body < PACKET ? body : PACKET);

	if (e <= 0)
		return e < 0 ? e : -ENODATA;
	e = read_packet(p, type, body, &packet);
	if (e < 0)
		return e;
	e = reader_want(&p->in, packet.fixed + packet.captured);
	if (e <= 0)
		return e < 0 ? e : -ENODATA;
	i = &p->interfaces[packet.interface];
	p->last = packet.interface;
	*f = (struct capture_frame){ .data = reader_data(&p->in) + packet.fixed,
				     .captured = packet.captured,
				     .length = packet.length,
				     .time_us = packet.timed ? time_of(i, packet.stamp) : 0,
				     .link = capture_link_of(i->dlt) };
	p->in.at += packet.fixed + packet.captured;
	p->rest -= packet.fixed + packet.captured;
	return 1;
}

static int take_interface(struct pcapng *p, uint32_t body)
{
	uint32_t seen = body < INTERFACE_MAX ? body : INTERFACE_MAX;
	int e = reader_want(&p->in, seen);

	if (e <= 0)
		return e < 0 ? e : -ENODATA;
	return add_interface(p, reader_data(&p->in), seen);
}

/* The rest of the last block, and that its length is repeated behind it. Returns 1, or an error. */
static int finish_block(struct pcapng *p)
{
	int e = 1;

	if (!p->rest)
		return 1;
	e = reader_skip(&p->in, p->rest - TRAILER);
	e = e <= 0 ? e : reader_want(&p->in, TRAILER);
	if (e <= 0)
		return e < 0 ? e : -ENODATA;
	p->rest = 0;
	if (get32(p, reader_data(&p->in)) != p->total)
		return -EBADMSG;
	p->in.at += TRAILER;
	return 1;
}

/* The header of the next block. Returns 1, 0 at the end of the file, or an error. */
static int begin_block(struct pcapng *p, uint32_t *type)
{
	int e = reader_want(&p->in, HEADER + TRAILER);

	if (e <= 0)
		return e < 0 || p->in.at == p->in.end ? e : -ENODATA;
	*type = get32(p, reader_data(&p->in));
	if (*type == BLOCK_SECTION) {
		if (!set_order(p, reader_data(&p->in) + HEADER))
			return -EBADMSG;
		p->count = 0;
	}
	p->total = get32(p, reader_data(&p->in) + 4);
	if (p->total < HEADER + TRAILER || p->total % 4 || p->total > BLOCK_MAX ||
	    (*type == BLOCK_SECTION && p->total < HEADER + SECTION + TRAILER))
		return -EBADMSG;
	p->in.at += HEADER;
	p->rest = p->total - HEADER;
	return 1;
}

int pcapng_next(struct pcapng *p, struct capture_frame *f)
{
	for (;;) {
		uint32_t type, body;
		int e = finish_block(p);

		e = e <= 0 ? e : begin_block(p, &type);
		if (e <= 0)
			return e;
		body = p->rest - TRAILER;
		if (type == BLOCK_PACKET || type == BLOCK_SIMPLE_PACKET || type == BLOCK_OLD_PACKET)
			return take_packet(p, type, body, f);
		e = type == BLOCK_INTERFACE ? take_interface(p, body) : 0;
		if (e < 0)
			return e;
	}
}

int pcapng_link_type(const struct pcapng *p)
{
	return p->interfaces[p->last].dlt;
}
