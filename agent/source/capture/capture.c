// SPDX-License-Identifier: BSD-2-Clause

#include "agent/source/capture/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <pcap/pcap.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "agent/base/log.h"

/* stdio's own 4 KiB would cost a system call for every few frames. */
#define CAPTURE_BUFFER (256u << 10)

struct capture {
	pcap_t *pcap;
	char *path;
	enum capture_link link;
	uint64_t frames;
	char buffer[CAPTURE_BUFFER]; /* of the stream that pcap owns */
};

/* First bytes of files that look like captures, or like something people feed us instead. */
struct magic {
	unsigned char bytes[6];
	size_t count;
	const char *unpack; /* command that makes a capture of it; NULL: it is one */
};

static const struct magic magics[] = {
	{{0xd4, 0xc3, 0xb2, 0xa1}, 4, NULL},
	{{0xa1, 0xb2, 0xc3, 0xd4}, 4, NULL},
	{{0x4d, 0x3c, 0xb2, 0xa1}, 4, NULL},
	{{0xa1, 0xb2, 0x3c, 0x4d}, 4, NULL},
	{{0x0a, 0x0d, 0x0d, 0x0a}, 4, NULL},
	{{0x1f, 0x8b}, 2, "gzip"},
	{{'B', 'Z', 'h'}, 3, "bzip2"},
	{{0xfd, '7', 'z', 'X', 'Z'}, 5, "xz"},
	{{0x28, 0xb5, 0x2f, 0xfd}, 4, "zstd"},
};

static const struct magic *magic_of(int fd)
{
	unsigned char start[8] = {0};

	if (pread(fd, start, sizeof(start), 0) <= 0)
		return NULL;
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (!memcmp(start, magics[i].bytes, magics[i].count))
			return &magics[i];
	return NULL;
}

/* Say why libpcap refused the stream. A pipe cannot be looked at again: its own words must do. */
static int refused(const char *path, int fd, const char *why)
{
	const struct magic *magic = magic_of(fd);
	struct stat st;

	if (strstr(why, "different from the type of the first interface"))
		return log_error_r(-ENOTSUP, "%s: interfaces of different link types; keep one with 'tshark -Y frame.interface_id==0 -w'",
				   path);
	if (magic && magic->unpack)
		return log_error_r(-EBADMSG, "%s: compressed; use '%s -dc %s | iotbpf read -'", path, magic->unpack, path);
	if (!magic && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return log_error_r(-EBADMSG, "%s: not a pcap or pcapng capture", path);
	return log_error_r(-EBADMSG, "%s: %s", path, why);
}

/* What can be said of a file before libpcap sees it. */
static int check_file(const char *path, int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return log_errno_r(-errno, "%s", path);
	if (S_ISDIR(st.st_mode))
		return log_error_r(-EISDIR, "%s: is a directory; name the capture files in it", path);
	if (S_ISREG(st.st_mode) && st.st_size == 0)
		return log_error_r(-EBADMSG, "%s: empty file", path);
	if (isatty(fd))
		return log_error_r(-EBADMSG, "%s: is a terminal; feed a capture into it or name a file", path);
	return 0;
}

static int open_stream(const char *path, FILE **stream)
{
	int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	_cleanup_close_ int guard = fd;
	int r;

	if (fd < 0)
		return errno == ENOENT ? log_error_r(-errno, "%s: no such file", path) : log_errno_r(-errno, "%s", path);
	r = check_file(path, fd);
	if (r < 0)
		return r;
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	*stream = fdopen(fd, "rb");
	if (!*stream)
		return log_errno_r(-errno, "%s", path);
	TAKE_FD(guard);
	return 0;
}

static int open_pcap(struct capture *c, FILE **stream)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	int dlt;

	(void)setvbuf(*stream, c->buffer, _IOFBF, sizeof(c->buffer));
	c->pcap = pcap_fopen_offline_with_tstamp_precision(*stream, PCAP_TSTAMP_PRECISION_MICRO, why);
	if (!c->pcap)
		return refused(c->path, fileno(*stream), why);
	TAKE_PTR(*stream);
	dlt = pcap_datalink(c->pcap);
	c->link = capture_link_of(dlt);
	if (c->link == CAPTURE_NO_MAC)
		log_warn("%s: link type %s has no MAC addresses of both ends: its frames are counted as skipped", c->path, capture_link_name(dlt));
	else if (c->link == CAPTURE_OTHER)
		log_warn("%s: link type %s is not Ethernet: its frames are counted as skipped", c->path, capture_link_name(dlt));
	return 0;
}

int capture_open(struct capture **capture, const char *path)
{
	_cleanup_(capture_close_p) struct capture *c = calloc(1, sizeof(*c));
	_cleanup_fclose_ FILE *stream = NULL;
	int r;

	if (!c)
		return log_errno_r(-ENOMEM, "%s", path);
	c->path = strdup(strcmp(path, "-") ? path : "standard input");
	if (!c->path)
		return log_errno_r(-ENOMEM, "%s", path);
	r = open_stream(path, &stream);
	if (r == 0)
		r = open_pcap(c, &stream);
	if (r < 0)
		return r;
	*capture = TAKE_PTR(c);
	return 0;
}

/* A stream that ends inside a record is cut; libpcap's text says so, and is all there is to tell it from other damage. */
static int broken(const struct capture *c)
{
	const char *why = pcap_geterr(c->pcap);

	if (strstr(why, "truncated"))
		return log_error_r(-EBADMSG, "%s: cut after %llu frames: what follows is missing", c->path,
				   (unsigned long long)c->frames);
	return log_error_r(-EBADMSG, "%s: damaged after %llu frames, the rest is not read: %s", c->path,
			   (unsigned long long)c->frames, why);
}

int capture_next(struct capture *c, struct capture_frame *f)
{
	struct pcap_pkthdr *header;
	int r = pcap_next_ex(c->pcap, &header, &f->data);

	if (r != 1)
		return r == PCAP_ERROR_BREAK ? 0 : broken(c);
	c->frames++;
	f->captured = header->caplen;
	f->length = header->len;
	f->time_us = (int64_t)header->ts.tv_sec * 1000000 + header->ts.tv_usec;
	f->link = c->link;
	return 1;
}

uint64_t capture_frames(const struct capture *c)
{
	return c->frames;
}

void capture_close(struct capture *c)
{
	if (!c)
		return;
	if (c->pcap)
		pcap_close(c->pcap);
	free(c->path);
	free(c);
}

int capture_exit_code(int r)
{
	switch (-r) {
	case 0:
		return EX_OK;
	case EBADMSG:
	case ENOTSUP:
		return EX_DATAERR;
	case ENOMEM:
		return EX_OSERR;
	default:
		return EX_NOINPUT;
	}
}
