/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_PACKETS_FILE_H
#define AGENT_HISTORY_PACKETS_FILE_H

/*
 * Packets of one device in a file of their own (*.iotp), for training: a header, then `count` struct iot_packet, in the byte order of the
 * machine that wrote it. Which device it was is not in it.
 */

#include <stddef.h>
#include <stdint.h>

#include <linux/types.h>
#include <iotbpf/abi.h>

#define PACKETS_FILE_SUFFIX ".iotp"
#define PACKETS_FILE_MAGIC "IOTPKT1"	   /* and its NUL */
#define PACKETS_FILE_MAX (UINT32_C(1) << 24) /* packets */

struct packets_file_header {
	char magic[8];
	uint32_t count;
	uint32_t abi; /* IOT_ABI of the packets */
};

/** packets_file_write - make a new file; 0 or -errno (-EEXIST), not logged */
int packets_file_write(const char *path, const struct iot_packet *packets, size_t count);

/**
 * packets_file_read - *@packets is to be freed
 *
 * Returns 0 or -errno, not logged: -EBADMSG (no such file, cut or altered), -EPROTONOSUPPORT (packets of another version).
 */
int packets_file_read(const char *path, struct iot_packet **packets, size_t *count);

#endif
