/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_FEATURES_PAPER_H
#define AGENT_FEATURES_PAPER_H

#include <stddef.h>
#include <stdint.h>

#include <linux/types.h>
#include <iotbpf/abi.h>

/*
 * The vector of Koike et al. (SAC'21), section 3.3: six statistics of the packet lengths and one-hot protocol, port and address,
 * summed over the window. Ports and addresses have no bound, so they are hashed into buckets. For comparison only: a model that is
 * trained on it knows the home, not the device.
 */

#define PAPER_PORTS 64
#define PAPER_ADDRESSES 64

/**
 * features_paper - describe @n consecutive packets of one device
 * @remote_hash: one number for each packet, the same for the same remote address
 * @out: features_count(FEATURES_PAPER) values
 */
void features_paper(const struct iot_packet *packets, size_t n, const uint32_t *remote_hash, float *out);

#endif
