/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LAB_TALLY_H
#define LAB_TALLY_H

#include "tools/lab/house.h"

enum { LAB_TALLY_FLOWS = 48 };

struct lab_flow_count {
	char protocol[LAB_NAME_SIZE];
	uint64_t packets, bytes;
};

/* What one device sent, by flow, and what came to it: counted on its own side of its cable. */
struct lab_device_count {
	struct lab_flow_count flows[LAB_TALLY_FLOWS];
	unsigned int n;
	uint64_t tx_packets, tx_bytes, rx_packets, rx_bytes;
};

struct lab_tally {
	const struct lab_house *house;
	uint8_t service[65536 / 8]; /* ports that the descriptions name */
	struct lab_device_count device[LAB_DEVICES];
};

/** lab_tally_init - count for @house, from zero */
void lab_tally_init(struct lab_tally *t, const struct lab_house *house);

/**
 * lab_tally_frame - count a frame for its sender and its receiver, where these are devices
 * @data: its first @n bytes, @len: its length on the wire
 */
void lab_tally_frame(struct lab_tally *t, const uint8_t *data, size_t n, size_t len);

/** lab_tally_sent, lab_tally_received - the same for one side only, at the device with this index */
void lab_tally_sent(struct lab_tally *t, unsigned int device, const uint8_t *data, size_t n, size_t len);
void lab_tally_received(struct lab_tally *t, unsigned int device, size_t len);

#endif
