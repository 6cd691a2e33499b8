/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef IOTBPF_LIMITS_H
#define IOTBPF_LIMITS_H

/* Sizes that multiply into memory. Those marked (load) may be chosen when the programs are loaded; all are powers of two. */

#define IOT_BUCKET 8		/* keys a bucket: one 64-byte cache line of them */
#define IOT_CHOICES 4		/* buckets a key may be in */
#define IOT_DEVICES 1024	/* (load) device slots */
#define IOT_FLOWS 16384		/* (load) flow slots */
#define IOT_PORTS 256		/* port lines: interfaces hooked at once, see iot_port_index() */
#define IOT_RING 256		/* packets a device's ring holds */
#define IOT_WINDOW 30		/* packets in a window (Koike et al., SAC'21, section 3.3) */

#define IOT_DEVICE_FLOWS 128	/* (load) quota: flows a device may hold */
#define IOT_NEWCOMERS 16	/* (load) new devices a port may bring in one second */

#define IOT_ACTIVITY_SECONDS 32 /* seconds of activity a flow slot remembers; the agent must read within that */
#define IOT_LISTEN 4		/* listening ports remembered per device */

#define IOT_COPIES 64		/* frames that wait to be looked at by the agent */
#define IOT_COPY_BYTES 2048	/* of a frame: one of multicast DNS fills an Ethernet frame */
#define IOT_NAME_FRAMES 16	/* (load) frames with names that a port may bring in one second */
#define IOT_ADDRESS_FRAMES 16	/* (load) the same with addresses: ARP, neighbour discovery */

#define IOT_VLAN_DEPTH 2	/* 802.1Q tags parsed (QinQ) */
#define IOT_IP6_CHAIN 8	/* IPv6 extension headers parsed */
#define IOT_TCP_OPTIONS 12	/* options of a SYN looked at */

#endif
