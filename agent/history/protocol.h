/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_PROTOCOL_H
#define AGENT_HISTORY_PROTOCOL_H

#include <stdint.h>

/* Room for the longest name, e.g. "udp/65535", "eth/0x88cc", "ip/255". */
#define PROTOCOL_NAME 24

/**
 * protocol_format - a flow's name as people and events see it
 * @layer: enum iot_layer
 * @proto: its protocol number
 *
 * Well-known link and IP protocols by name ("arp", "icmp"), ports as "tcp/1883" and "udp/53", later fragments as
 * "udp-fragment", everything else by number ("eth/0x88cc", "llc/0x4242", "ppp/0xc021", "ip/47").
 */
const char *protocol_format(uint32_t layer, uint32_t proto, char out[PROTOCOL_NAME]);

/** protocol_of_key - protocol_format() of a flow key */
const char *protocol_of_key(uint64_t key, char out[PROTOCOL_NAME]);

#endif
