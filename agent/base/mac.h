/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IOTBPF_BASE_MAC_H
#define IOTBPF_BASE_MAC_H

#include <stdbool.h>
#include <stdint.h>

/* A MAC address is a uint64_t: the first byte on the wire is the most significant of the low 48 bits. */
enum { MAC_TEXT_SIZE = 18, MAC_ID_SIZE = 13 };

#define MAC_BROADCAST UINT64_C(0xffffffffffff)

/**
 * mac_parse - read "02:00:5e:10:00:01", "02-00-5e-10-00-01" or "02005e100001", any case
 *
 * Returns 0, or -EINVAL with *@mac untouched. Logs nothing.
 */
int mac_parse(const char *text, uint64_t *mac);

/** mac_format - lower case with colons; returns @out */
const char *mac_format(uint64_t mac, char out[MAC_TEXT_SIZE]);

/** mac_format_id - 12 lower case digits: the stable id of a device in events; returns @out */
const char *mac_format_id(uint64_t mac, char out[MAC_ID_SIZE]);

/** mac_from_bytes - six bytes as they are on the wire */
static inline uint64_t mac_from_bytes(const uint8_t bytes[6])
{
	uint64_t mac = 0;

	for (int i = 0; i < 6; i++)
		mac = mac << 8 | bytes[i];
	return mac;
}

/** mac_to_bytes - the reverse of mac_from_bytes() */
static inline void mac_to_bytes(uint64_t mac, uint8_t bytes[6])
{
	for (int i = 5; i >= 0; i--, mac >>= 8)
		bytes[i] = (uint8_t)(mac & 0xff);
}

/** mac_is_multicast - group bit: multicast and broadcast addresses */
static inline bool mac_is_multicast(uint64_t mac)
{
	return mac >> 40 & 1;
}

/** mac_is_local - locally administered bit: a made-up or randomised address, no vendor */
static inline bool mac_is_local(uint64_t mac)
{
	return mac >> 41 & 1;
}

#endif
