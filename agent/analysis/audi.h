/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The `audi` detector and the 33 features a device that are computed from it, for models. It has no
 * significance test: on random traffic it reports periods too (see periods.h for a statement about a flow).
 * Marchal et al., "AuDI: Toward Autonomous IoT Device-Type Identification Using Periodic Communication", IEEE
 * JSAC 37(6), 2019.
 *
 * A device's flow is a binary series of n samples (the paper: 1800 of 1 s). A lag l is a period of a series if
 *   - it lies in [ceil(0.9 T), floor(1.1 T)), T = n / k, for a k whose amplitude A[k] = |DFT[k]| is a local
 *     maximum of at least 0.1 max A, and
 *   - R(l) > R(l-1) and R(l) > R(l+1), R(l) the raw autocorrelation.
 * It is confirmed if it is a period of the whole series and of two or three of its first, middle and last half.
 * Amplitudes are summed in double precision, and "greater" means by more than 1e-9 A[0], so that equal
 * amplitudes are equal whatever the order of the additions.
 */
#ifndef IOTBPF_ANALYSIS_AUDI_H
#define IOTBPF_ANALYSIS_AUDI_H

#include <stddef.h>
#include <stdint.h>

#define AUDI_SAMPLES 1800
#define AUDI_PARTS 4		/* the whole series, its first, middle and last half */
#define AUDI_FEATURES 33

/* Where the published text and the code that circulates differ, the default is the text. */
enum audi_flags {
	AUDI_CODE_LAYER = 1 << 0,	/* f2: highest layer with a periodic flow; else: periodic flows of layer <= 4 */
	AUDI_CODE_STABILITY = 1 << 1,	/* f17-33: over the periods of a flow; else: over the parts, for each period */
	AUDI_CODE_PORTS = 1 << 2,	/* f8, f9: changes a capture; else: changes a second */
};

struct audi_period {
	uint32_t lag;			/* samples */
	uint32_t success;		/* halves in which it was found: 2 or 3 */
	double r[AUDI_PARTS];		/* l R(l) / n of each part (n: its length), 0 where it was not found */
	double rn[AUDI_PARTS];		/* l (R(l-1) + R(l) + R(l+1)) / n, likewise */
	uint32_t parts;			/* bit i: found in part i */
};

struct audi_flow {
	const uint64_t *words;		/* activity, see bits.h */
	unsigned layer;			/* 2 .. 4; 5 and more for an application protocol */
	uint32_t port_changes;		/* changes of the source port in the capture; layer 4 and up */
};

/*
 * Work space for series of n samples of 1 s, n a multiple of 4, 16 .. 65536; NULL when memory is short or n out
 * of range.
 */
struct audi;
struct audi *audi_new(size_t n);
void audi_free(struct audi *a);

/* Length of the series it was made for, s. */
double audi_seconds(const struct audi *a);

/* Confirmed periods of a series, ascending; *periods is valid until the next call. Returns their number. */
size_t audi_periods(struct audi *a, const uint64_t *words, const struct audi_period **periods);

/*
 * The features of one device: f[0] is f1. Means are 0 without a value, standard deviations (n - 1) with fewer
 * than two. flags: enum audi_flags.
 */
void audi_features(struct audi *a, const struct audi_flow *flows, size_t count, unsigned flags, float f[AUDI_FEATURES]);

/* Stable short name of a feature, 0 <= i < AUDI_FEATURES. */
const char *audi_feature_name(size_t i);

#endif
