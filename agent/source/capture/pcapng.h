/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_CAPTURE_PCAPNG_H
#define AGENT_SOURCE_CAPTURE_PCAPNG_H

/*
 * pcapng in regular files, read without libpcap: that takes one link type a file, and a capture of several interfaces has often
 * more. Sections of either byte order, enhanced, simple and the old packet blocks, resolution and offset of time stamps by
 * interface; all other blocks are passed over. Format: draft-ietf-opsawg-pcapng.
 */

#include <stdint.h>

#include "agent/base/cleanup.h"
#include "agent/source/capture/frame.h"

struct pcapng;

/* As classic_open(). */
int pcapng_open(struct pcapng **pcapng, int fd);

/*
 * As classic_next(): -EBADMSG for blocks that contradict themselves, packets of unknown interfaces and of more than 256 KiB. A simple
 * packet has no time: 0.
 */
int pcapng_next(struct pcapng *pcapng, struct capture_frame *frame);

/* libpcap's link type (DLT_*) of the last frame. */
int pcapng_link_type(const struct pcapng *pcapng);

void pcapng_close(struct pcapng *pcapng);
DEFINE_CLEANUP(struct pcapng, pcapng_close)

#endif
