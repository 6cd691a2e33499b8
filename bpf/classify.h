/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef BPF_CLASSIFY_H
#define BPF_CLASSIFY_H

/*
 * Headers to flow: which of two ports names the service.
 *
 * A device's ephemeral port changes with every connection, the service's does not, and either side may be the server. The rule,
 * in this order (tests/unit/bpf/test_classify.c is its table):
 *
 *  1. To a group or broadcast address: the destination port. A beacon's source port says nothing.
 *  2. The port of the lower rank wins: 0 system (< 1024), 1 listed in IOT_SERVICE_PORTS, 2 registered (< 32768), 3 dynamic.
 *  3. Equal rank, both system ports: the lower (DHCP 68 -> 67 is 67, NTP 123 -> 123 is 123).
 *  4. Equal rank otherwise: the device's own port where it was seen to listen there (it answered a SYN from it), the
 *     other side's, because home devices are mostly clients.
 */

#include "bpf/platform.h"

/*
 * The rank of every port, by its number as it stands in a frame, in network order; filled once before load (slots_services()). A look is
 * cheaper than the comparisons.
 */
struct iot_services {
	__u8 ranks[65536];
};

/* `raw`: a port in network order. */
static __always_inline __u32 iot_port_rank(const struct iot_services *services, __u32 raw)
{
	__u64 at = raw;

	IOT_OPAQUE(at); /* or the bound, which kernel 6.1 forgets of a port kept on the stack, is left out as known */
	return IOT_LOAD(services->ranks[at & 0xffff]);
}

#define IOT_RANK 0x03
#define IOT_RANK_NAMES 0x04 /* frames of this service may carry names: see bpf/copy.h */

/* Remember that the device answered a SYN from `port`. Races only reorder the list. */
static __always_inline void iot_learn_listen(struct iot_device *device, __u16 port)
{
	__u16 carry = port;

	for (int i = 0; i < IOT_LISTEN && carry; i++) {
		__u16 old = IOT_LOAD(device->listen[i]);

		if (i == 0 && old == port)
			return;
		IOT_STORE(device->listen[i], carry);
		carry = old == port ? 0 : old;
	}
}

static __always_inline int iot_listens(const struct iot_device *device, __u32 port)
{
	__u64 others = 0;

	for (int i = 0; i < IOT_LISTEN; i++)
		others += iot_not_zero(IOT_LOAD(device->listen[i]) ^ port);
	return others != IOT_LISTEN;
}

/*
 * Rules 2 and 3 on ports in network order, of these ranks; returns a port in host order. *equal is set where they do not decide, and the
 * answer then is the other side's.
 */
static __always_inline __u32 iot_port_by_rank(__u32 own, __u32 own_rank, __u32 other, __u32 other_rank, __u32 *equal)
{
	*equal = 0;
	if (own_rank != other_rank)
		return iot_be16((__u16)(own_rank < other_rank ? own : other));
	own = iot_be16((__u16)own);
	other = iot_be16((__u16)other);
	if (own_rank == 0)
		return own < other ? own : other;
	*equal = 1;
	return other;
}

/* The service port of a packet between the device's `own` port and the `other` side's. */
static __always_inline __u32 iot_service_port(const struct iot_services *services, const struct iot_device *device,
					      __u32 own, __u32 other)
{
	__u32 raw_own = iot_be16((__u16)own), raw_other = iot_be16((__u16)other), equal;
	__u32 port = iot_port_by_rank(raw_own, iot_port_rank(services, raw_own) & IOT_RANK, raw_other,
				      iot_port_rank(services, raw_other) & IOT_RANK, &equal);

	return equal && iot_listens(device, own) ? own : port;
}

#endif
