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

/*
 * How far from the hooks a kind may come from. A tag that is cut short is thrown away before tc sees it. A tag that is taken out of a frame is
 * taken out of all of its copies in memory, which then have other addresses.
 */
enum lab_odd_where { LAB_ODD_CAPTURE, LAB_ODD_WIRE, LAB_ODD_COPIES };

struct lab_odd {
	const char *name;
	unsigned int reason;    /* IOT_COUNTED where nothing is wrong */
	enum lab_odd_where seen; /* in captures only, on a wire too, or even in copies of one frame in memory */
	size_t (*make)(uint8_t *p, struct lab_rng *rng); /* from the EtherType on; returns the bytes */
};

/** lab_odd_kind - number @kind of LAB_ODD_KINDS; the first LAB_ODD_SOUND are sound */
const struct lab_odd *lab_odd_kind(unsigned int kind);

/** lab_odd_frame - a frame of this kind, whose contents are drawn from @rng */
void lab_odd_frame(struct lab_frame *f, const struct lab_odd *odd, uint64_t from, uint64_t to, struct lab_rng *rng);

/** lab_odd_reason_text - what events call an enum iot_reason: "udp_malformed" */
const char *lab_odd_reason_text(unsigned int reason);

#endif
