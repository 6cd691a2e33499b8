// SPDX-License-Identifier: BSD-2-Clause

#include "agent/source/capture/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio_ext.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "agent/base/log.h"
#include "agent/source/capture/classic.h"
#include "agent/source/capture/pcap_library.h"
#include "agent/source/capture/pcapng.h"
#include "agent/source/capture/refused.h"

/* stdio's own 4 KiB would cost a system call for every few frames. */
#define CAPTURE_BUFFER (256u << 10)

struct capture {
	struct classic *classic; /* one of the three reads */
	struct pcapng *pcapng;
	struct pcap_library library;
	pcap_t *pcap;
	int fd;			 /* that classic or pcapng reads; -1: pcap reads */
	char *buffer;		 /* of pcap's stream */
	char *path;
	enum capture_link link; /* of pcap's frames */
	bool said[CAPTURE_OTHER + 1]; /* by kind of link: the warning was given */
	uint64_t frames;
};

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

static int open_file(const char *path, int *file)
{
	_cleanup_close_ int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	int r;

	if (fd < 0)
		return errno == ENOENT ? log_error_r(-errno, "%s: no such file", path) : log_errno_r(-errno, "%s", path);
	r = check_file(path, fd);
	if (r < 0)
		return r;
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	*file = TAKE_FD(fd);
	return 0;
}

static void say_link(struct capture *c, enum capture_link link, int dlt)
{
	char name[CAPTURE_LINK_NAME];

	if (c->said[link])
		return;
	c->said[link] = true;
	if (link == CAPTURE_NO_MAC)
		log_warn("%s: link type %s has no MAC addresses of both ends: its frames are counted as skipped", c->path,
			 capture_link_name(dlt, name));
	else if (link == CAPTURE_OTHER)
		log_warn("%s: link type %s is not Ethernet: its frames are counted as skipped", c->path, capture_link_name(dlt, name));
}

static int open_pcap(struct capture *c, int *fd)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	_cleanup_fclose_ FILE *stream = fdopen(*fd, "rb");

	if (!stream)
		return log_errno_r(-errno, "%s", c->path);
	TAKE_FD(*fd);
	if (pcap_library_open(&c->library, why) < 0)
		return capture_refused(c->path, fileno(stream), why);
	c->buffer = malloc(CAPTURE_BUFFER);
	if (c->buffer)
		(void)setvbuf(stream, c->buffer, _IOFBF, CAPTURE_BUFFER);
	(void)__fsetlocking(stream, FSETLOCKING_BYCALLER); /* one thread: two locks a frame for nothing */
	c->pcap = c->library.open(stream, PCAP_TSTAMP_PRECISION_MICRO, why);
	if (!c->pcap)
		return capture_refused(c->path, fileno(stream), why);
	TAKE_PTR(stream);
	c->link = capture_link_of(c->library.datalink(c->pcap));
	say_link(c, c->link, c->library.datalink(c->pcap));
	return 0;
}

int capture_open(struct capture **capture, const char *path)
{
	_cleanup_(capture_close_p) struct capture *c = calloc(1, sizeof(*c));
	_cleanup_close_ int fd = -1;
	int r;

	if (!c)
		return log_errno_r(-ENOMEM, "%s", path);
	c->fd = -1;
	c->path = strdup(strcmp(path, "-") ? path : "standard input");
	if (!c->path)
		return log_errno_r(-ENOMEM, "%s", path);
	r = open_file(path, &fd);
	if (r < 0)
		return r;
	r = classic_open(&c->classic, fd);
	if (r == 0)
		r = pcapng_open(&c->pcapng, fd);
	if (r < 0)
		return log_errno_r(r, "%s", c->path);
	if (r > 0)
		c->fd = TAKE_FD(fd);
	else if ((r = open_pcap(c, &fd)) < 0)
		return r;
	*capture = TAKE_PTR(c);
	return 0;
}

static int cut(const struct capture *c)
{
	return log_error_r(-EBADMSG, "%s: cut after %llu frames: what follows is missing", c->path, (unsigned long long)c->frames);
}

static int damaged(const struct capture *c, const char *why)
{
	return log_error_r(-EBADMSG, "%s: damaged after %llu frames, the rest is not read: %s", c->path,
			   (unsigned long long)c->frames, why);
}

/* libpcap's text is all there is to tell a cut file from other damage. */
static int pcap_broken(const struct capture *c)
{
	const char *why = c->library.geterr(c->pcap);

	return strstr(why, "truncated") ? cut(c) : damaged(c, why);
}

static int file_broken(const struct capture *c, int r)
{
	if (r == -ENODATA)
		return cut(c);
	if (r != -EBADMSG)
		return damaged(c, strerror(-r));
	return damaged(c, c->classic ? "the next one claims more than 256 KiB" : "the next block contradicts itself or what was said before");
}

static int next_by_pcapng(struct capture *c, struct capture_frame *f)
{
	int r = pcapng_next(c->pcapng, f);

	if (r > 0 && !c->said[f->link] && f->link != CAPTURE_ETHERNET)
		say_link(c, f->link, pcapng_link_type(c->pcapng));
	return r < 0 ? file_broken(c, r) : r;
}

static int next_by_pcap(struct capture *c, struct capture_frame *f)
{
	struct pcap_pkthdr *header;
	int r = c->library.next(c->pcap, &header, &f->data);

	if (r != 1)
		return r == PCAP_ERROR_BREAK ? 0 : pcap_broken(c);
	f->captured = header->caplen;
	f->length = header->len;
	f->time_us = pcap_library_us(header);
	f->link = c->link;
	return 1;
}

int capture_next(struct capture *c, struct capture_frame *f)
{
	int r;

	if (c->classic) {
		r = classic_next(c->classic, f);
		if (r < 0)
			return file_broken(c, r);
	} else if (c->pcapng) {
		r = next_by_pcapng(c, f);
		if (r < 0)
			return r;
	} else {
		r = next_by_pcap(c, f);
		if (r < 0)
			return r;
	}
	c->frames += (uint64_t)r;
	return r;
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
		c->library.close(c->pcap);
	pcap_library_close(&c->library);
	classic_close(c->classic);
	pcapng_close(c->pcapng);
	if (c->fd >= 0)
		close(c->fd);
	free(c->buffer);
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
