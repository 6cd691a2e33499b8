// SPDX-License-Identifier: BSD-2-Clause

#include "agent/source/capture/order.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/source/capture/classic.h"
#include "agent/source/capture/pcap_library.h"
#include "agent/source/capture/pcapng.h"

#define NO_TIME INT64_MIN

struct entry {
	char *path;
	size_t position; /* as given */
	int64_t first_us;
};

static int64_t first_by_pcap(int fd)
{
	_cleanup_(pcap_library_close) struct pcap_library library = { 0 };
	char why[PCAP_ERRBUF_SIZE];
	FILE *stream = pcap_library_open(&library, why) == 0 ? fdopen(fd, "rb") : NULL;
	pcap_t *pcap = stream ? library.open(stream, PCAP_TSTAMP_PRECISION_MICRO, why) : NULL;
	struct pcap_pkthdr *header;
	const unsigned char *data;
	int64_t first = NO_TIME;

	if (!pcap) {
		if (stream)
			fclose(stream);
		else
			close(fd);
		return NO_TIME;
	}
	if (library.next(pcap, &header, &data) == 1)
		first = pcap_library_us(header);
	library.close(pcap);
	return first;
}

static int64_t first_time(const char *path)
{
	_cleanup_(classic_close_p) struct classic *classic = NULL;
	_cleanup_(pcapng_close_p) struct pcapng *pcapng = NULL;
	_cleanup_close_ int fd = -1;
	struct capture_frame frame;
	struct stat st;

	if (!strcmp(path, "-") || stat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return NO_TIME;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NO_TIME;
	if (classic_open(&classic, fd) > 0)
		return classic_next(classic, &frame) == 1 ? frame.time_us : NO_TIME;
	if (pcapng_open(&pcapng, fd) > 0)
		return pcapng_next(pcapng, &frame) == 1 ? frame.time_us : NO_TIME;
	return first_by_pcap(TAKE_FD(fd));
}

static int by_time(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->first_us != y->first_us)
		return x->first_us < y->first_us ? -1 : 1;
	return x->position < y->position ? -1 : 1;
}

int capture_order(char **paths, size_t count)
{
	_cleanup_free_ struct entry *entries = NULL;

	if (count < 2)
		return 0;
	entries = calloc(count, sizeof(*entries));
	if (!entries)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++)
		entries[i] = (struct entry){paths[i], i, first_time(paths[i])};
	qsort(entries, count, sizeof(*entries), by_time);
	for (size_t i = 0; i < count; i++)
		paths[i] = entries[i].path;
	return 0;
}
