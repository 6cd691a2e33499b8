/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/history/packets_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/base/cleanup.h"

int packets_file_write(const char *path, const struct iot_packet *packets, size_t count)
{
	const struct packets_file_header header = { PACKETS_FILE_MAGIC, (uint32_t)count, IOT_ABI };
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644), r = 0;
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");

	if (!f)
		return fd < 0 ? -errno : (close(fd), -ENOMEM);
	if (fwrite(&header, sizeof(header), 1, f) != 1 || (count && fwrite(packets, sizeof(*packets), count, f) != count))
		r = -errno;
	if (fclose(f) == EOF && r == 0)
		r = -errno;
	return r;
}

/* The header, where the file has it and the length that goes with it. */
static int read_header(FILE *f, struct packets_file_header *header)
{
	struct stat st;

	if (fstat(fileno(f), &st) < 0)
		return -errno;
	if (fread(header, sizeof(*header), 1, f) != 1 || memcmp(header->magic, PACKETS_FILE_MAGIC, sizeof(header->magic)) != 0)
		return -EBADMSG;
	if (header->abi != IOT_ABI)
		return -EPROTONOSUPPORT;
	if (header->count > PACKETS_FILE_MAX ||
	    (uint64_t)st.st_size != sizeof(*header) + (uint64_t)header->count * sizeof(struct iot_packet))
		return -EBADMSG;
	return 0;
}

int packets_file_read(const char *path, struct iot_packet **packets, size_t *count)
{
	_cleanup_fclose_ FILE *f = fopen(path, "re");
	_cleanup_free_ struct iot_packet *read = NULL;
	struct packets_file_header header;
	int r = f ? read_header(f, &header) : -errno;

	if (r < 0)
		return r;
	read = calloc(header.count ? header.count : 1, sizeof(*read));
	if (!read)
		return -ENOMEM;
	if (fread(read, sizeof(*read), header.count, f) != header.count)
		return ferror(f) ? -EIO : -EBADMSG;
	*packets = TAKE_PTR(read);
	*count = header.count;
	return 0;
}
