// SPDX-License-Identifier: BSD-2-Clause

#include "agent/source/capture/classic.h"

#include <byteswap.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "agent/source/capture/reader.h"

#define MAGIC_MICRO 0xa1b2c3d4u
#define MAGIC_NANO 0xa1b23c4du
#define LINK_ETHERNET 1

struct file_header {
	uint32_t magic;
	uint16_t major, minor;
	uint32_t unused[2];
	uint32_t snaplen;
	uint32_t link;
};

struct record_header {
	uint32_t seconds, fraction; /* unsigned: good until 2106 */
	uint32_t captured, length;
};

struct classic {
	bool swapped;	/* written on a machine of the other byte order */
	uint32_t units; /* of the fraction, in a microsecond */
	struct reader in;
};

static bool is_plain(const struct file_header *h, bool *swapped, uint32_t *units)
{
	uint32_t magic = h->magic;

	*swapped = magic == bswap_32(MAGIC_MICRO) || magic == bswap_32(MAGIC_NANO);
	if (*swapped)
		magic = bswap_32(magic);
	*units = magic == MAGIC_NANO ? 1000 : 1;
	if (magic != MAGIC_MICRO && magic != MAGIC_NANO)
		return false;
	return *swapped ? bswap_16(h->major) == 2 && bswap_16(h->minor) == 4 && bswap_32(h->link) == LINK_ETHERNET
			: h->major == 2 && h->minor == 4 && h->link == LINK_ETHERNET;
}

int classic_open(struct classic **classic, int fd)
{
	struct file_header h;
	struct classic *c;
	struct stat st;
	uint32_t units;
	bool swapped;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || lseek(fd, 0, SEEK_CUR) != 0)
		return 0;
	if (pread(fd, &h, sizeof(h), 0) != sizeof(h) || !is_plain(&h, &swapped, &units))
		return 0;
	c = malloc(sizeof(*c));
	if (!c)
		return -ENOMEM;
	c->in.fd = fd;
	c->swapped = swapped;
	c->units = units;
	c->in.at = c->in.end = 0;
	(void)lseek(fd, sizeof(h), SEEK_SET);
	*classic = c;
	return 1;
}

void classic_close(struct classic *c)
{
	free(c);
}

int classic_next(struct classic *c, struct capture_frame *f)
{
	struct record_header h;
	int r = reader_want(&c->in, sizeof(h));

	if (r <= 0)
		return r < 0 || c->in.at == c->in.end ? r : -ENODATA;
	memcpy(&h, reader_data(&c->in), sizeof(h));
	if (c->swapped)
		h = (struct record_header){bswap_32(h.seconds), bswap_32(h.fraction), bswap_32(h.captured), bswap_32(h.length)};
	if (h.captured > READER_FRAME_MAX)
		return -EBADMSG;
	r = reader_want(&c->in, sizeof(h) + h.captured);
	if (r <= 0)
		return r < 0 ? r : -ENODATA;
	f->data = reader_data(&c->in) + sizeof(h);
	f->captured = h.captured;
	f->length = h.length;
	f->time_us = (int64_t)h.seconds * 1000000 + h.fraction / c->units;
	f->link = CAPTURE_ETHERNET;
	c->in.at += sizeof(h) + h.captured;
	return 1;
}
