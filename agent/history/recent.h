/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_RECENT_H
#define AGENT_HISTORY_RECENT_H

/*
 * The last minutes of packets of every device, so that the owner can still label what has just been. Bounded per device, in time and in
 * all: where the memory is used up, a device that needs more loses its own oldest packets.
 */

#include <stddef.h>
#include <stdint.h>

#include <linux/types.h>
#include <iotbpf/abi.h>

#include "agent/base/cleanup.h"

#define RECENT_SECONDS 600u	      /* how far back */
#define RECENT_PACKETS 4096u	      /* of one device; a power of two */
#define RECENT_BYTES ((size_t)1 << 20) /* of all devices together; 1 kB a device is allowed in any case */

struct recent;

/** recent_new - for devices 0..slots-1; NULL when memory is short */
struct recent *recent_new(uint32_t slots, size_t bytes);
void recent_free(struct recent *recent);
DEFINE_CLEANUP(struct recent, recent_free)

/**
 * recent_add - packets of a device, in order
 * @now: second and millisecond of the table's clock; the packets are not much older
 */
void recent_add(struct recent *recent, uint32_t device, const struct iot_packet *packets, uint32_t n, struct iot_clock now);

/** recent_forget - the slot belongs to nobody any more */
void recent_forget(struct recent *recent, uint32_t device);

/** recent_trim - give back the memory of one device, if it was silent for long; each call looks at the next one */
void recent_trim(struct recent *recent, struct iot_clock now);

/**
 * recent_copy - packets of a device no older than RECENT_SECONDS, oldest first
 * @out: room for @room packets; where there are more, the last ones are copied
 *
 * Returns how many were copied.
 */
size_t recent_copy(const struct recent *recent, uint32_t device, struct iot_clock now, struct iot_packet *out, size_t room);

/** recent_lost_ms - how long ago the newest packet was sent that is lost for want of room; UINT32_MAX where none is in the last RECENT_SECONDS */
uint32_t recent_lost_ms(const struct recent *recent, uint32_t device, struct iot_clock now);

/** recent_bytes - memory in use for packets */
size_t recent_bytes(const struct recent *recent);

#endif
