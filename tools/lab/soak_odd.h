/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LAB_SOAK_ODD_H
#define LAB_SOAK_ODD_H

#include "tools/lab/frame.h"
#include "tools/lab/rng.h"

/*
 * Frames of every sort that a flood may hold: sound ones, protocols that nobody registered, and headers that are cut short or lie, each with
 * the reason (enum iot_reason, include/iotbpf/abi.h) for which the agent must count it. The reasons are the maker's, not found by parsing.
 */
enum { LAB_ODD_KINDS = 22, LAB_ODD_SOUND = 7 };

/* Which kinds a port of the kernel does not pass on to its hooks: a tag that is cut short is thrown away before tc sees it. */
enum lab_odd_where { LAB_ODD_CAPTURE, LAB_ODD_WIRE };

struct lab_odd {
	const char *name;
	unsigned int reason;    /* IOT_COUNTED where nothing is wrong */
	enum lab_odd_where seen; /* LAB_ODD_WIRE: everywhere */
	size_t (*make)(uint8_t *p, struct lab_rng *rng); /* from the EtherType on; returns the bytes */
};

/** lab_odd_kind - number @kind of LAB_ODD_KINDS; the first LAB_ODD_SOUND are sound */
const struct lab_odd *lab_odd_kind(unsigned int kind);

/** lab_odd_frame - a frame of this kind, whose contents are drawn from @rng */
void lab_odd_frame(struct lab_frame *f, const struct lab_odd *odd, uint64_t from, uint64_t to, struct lab_rng *rng);

/** lab_odd_reason_text - what events call an enum iot_reason: "udp_malformed" */
const char *lab_odd_reason_text(unsigned int reason);

#endif
