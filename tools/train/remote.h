/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_REMOTE_H
#define TOOLS_TRAIN_REMOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * remote_hash - a number for the address that a captured frame came from or goes to, for the paper's own vector only
 * @received: the device received the frame; the other end is its sender
 *
 * IPv4 or IPv6 address, else MAC address; up to two VLAN tags are passed over.
 */
uint32_t remote_hash(const uint8_t *frame, size_t length, bool received);

#endif
