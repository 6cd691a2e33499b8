/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LAB_SOAK_ACCOUNT_H
#define LAB_SOAK_ACCOUNT_H

#include <linux/types.h>
#include <stdio.h>

#include <iotbpf/abi.h>

#include "tools/lab/soak_odd.h"

enum { SOAK_DEVICES = 64 };

#define SOAK_GATEWAY UINT64_C(0x02005e000001)

/** soak_mac - address of device @i: 02:00:00:5e:20:00 and on */
static inline uint64_t soak_mac(unsigned int i)
{
	return UINT64_C(0x0200005e2000) + i;
}

/* What was written, by whoever wrote it. */
struct soak_account {
	uint64_t frames, bytes;
	struct {
		uint64_t tx_packets, tx_bytes, rx_packets, rx_bytes;
	} device[SOAK_DEVICES];
	uint64_t strangers;		    /* frames from addresses of a flood, each from its own */
	uint64_t received_only;		    /* frames that a device received and that count for no sender: the gateway's, a group's */
	uint64_t reason[IOT_REASON_COUNT];  /* as lab_odd.reason; of a device's frames and a flood's alike */
	unsigned int floods, steps, silences;
	int64_t stepped_us[2];		    /* sums of the clock's steps forwards and backwards */
};

/* The three parties: a device's number, or one of these. */
enum { SOAK_AT_GATEWAY = -1, SOAK_STRANGER = -2, SOAK_EVERYBODY = -3 };

/** soak_count - one frame of @length bytes; SOAK_EVERYBODY: a group. @reason: IOT_COUNTED, a SKIP_ reason or what is odd about it */
void soak_count(struct soak_account *a, int from, int to, size_t length, unsigned int reason);

/** soak_print - the account as one JSON object, a line */
void soak_print(const struct soak_account *a, FILE *out);

#endif
