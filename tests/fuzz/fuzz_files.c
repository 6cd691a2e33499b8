/* SPDX-License-Identifier: BSD-2-Clause */

/* Any bytes as small files of one's own: packets of a device for training (first byte even), lines of a signature or
 * key (odd). */

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/cmd/model_signature_internal.h"
#include "agent/history/packets_file.h"
#include "tests/fuzz/fuzz.h"

static void read_packets(const char *path)
{
	struct iot_packet *packets = NULL;
	size_t count = 0;
	uint64_t sum = 0;

	if (packets_file_read(path, &packets, &count) < 0)
		return;
	for (size_t i = 0; i < count; i++)
		sum += packets[i].length;
	if (sum > UINT16_MAX * (uint64_t)PACKETS_FILE_MAX)
		abort();
	free(packets);
}

static void read_signature(const char *path)
{
	char lines[4][COMMENT_MAX];
	struct signature s;

	if (signature_read_lines(path, 4, lines) == 0)
		signature_decode(lines[1], &s, sizeof(s));
}

int fuzz_files(const uint8_t *data, size_t size)
{
	char path[32];
	int fd;

	if (!size)
		return 0;
	fd = fuzz_file(data + 1, size - 1, path);
	if (data[0] & 1)
		read_signature(path);
	else
		read_packets(path);
	close(fd);
	return 0;
}
