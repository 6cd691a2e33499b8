/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_FEATURES_FEATURES_H
#define AGENT_FEATURES_FEATURES_H

#include <stddef.h>
#include <stdint.h>

/*
 * Feature vectors of a device's traffic at several scales, as training and the live agent both compute them: named, ordered,
 * versioned. They say what a device does, never which home it does it in: no address, no remote name, no ephemeral port, no token
 * for an exact length (FEATURES_PAPER, which only the trainer fills, is the exception and says so).
 *
 * Values are float32; NaN means "cannot be said" (no TCP packet sent, ...), which trees decide by their default side.
 *
 * Lengths below 60 bytes count as 60: an Ethernet port pads them, a wireless one or a capture on the sending host does not.
 *
 * Times: the kernel's clock ticks every 1 to 10 ms, a capture's every microsecond. Both are rounded down to 10 ms before any gap is
 * taken, so that a gap's distribution is the same from either; gaps below that are not told apart.
 */

enum features_scale {
	FEATURES_WINDOW,  /* some consecutive packets: window.h */
	FEATURES_BURST,	  /* the packets between two silences, periodic ones left out: burst.h */
	FEATURES_RHYTHM,  /* flows over half an hour: rhythm.h */
	FEATURES_SESSION, /* everything since the device appeared: session.h */
	FEATURES_PAPER,	  /* Koike et al., with ports and addresses, for comparison only: paper.h */
	FEATURES_SCALES
};

#define FEATURES_MAX 512 /* of any scale: room for a row on the stack */

/** features_scale_name - "window", "burst", "rhythm", "session", "paper"; NULL for any other number */
const char *features_scale_name(enum features_scale scale);

/** features_scale_parse - the scale of that name, or -EINVAL */
int features_scale_parse(const char *name);

/** features_version - raised whenever the meaning of the vector changes */
uint32_t features_version(enum features_scale scale);

/** features_count - length of the vector */
size_t features_count(enum features_scale scale);

/** features_name - of one of them, NULL beyond the last */
const char *features_name(enum features_scale scale, size_t feature);

/**
 * features_hash - FNV-1a 64 over the scale's name, its version and all feature names in order: equal if and only if two vectors mean
 * the same
 */
uint64_t features_hash(enum features_scale scale);

/** features_forget_times - make every feature that depends on time stamps missing (for captures that have lost theirs) */
void features_forget_times(enum features_scale scale, float *row);

#endif
