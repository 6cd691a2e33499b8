/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LAB_PAYLOAD_H
#define LAB_PAYLOAD_H

#include "tools/lab/house.h"

enum { LAB_PAYLOAD_MAX = 1472 };

enum lab_dhcp { LAB_DHCP_MSG_DISCOVER = 1, LAB_DHCP_MSG_OFFER = 2, LAB_DHCP_MSG_REQUEST = 3, LAB_DHCP_MSG_ACK = 5 };

/**
 * lab_payload - what a datagram of @step carries: @n bytes at @out (LAB_PAYLOAD_MAX of room)
 * @answer: the other side's; @address is what a DNS answer says
 *
 * DNS and NTP are well formed, everything else is a filling.
 */
void lab_payload(const struct lab_step *step, bool answer, uint32_t address, uint8_t *out, size_t n);

/** lab_payload_dhcp - a message of 300 bytes (the least that BOOTP allows) about @device */
void lab_payload_dhcp(const struct lab_device *device, enum lab_dhcp type, uint32_t xid, uint8_t out[300]);

#endif
