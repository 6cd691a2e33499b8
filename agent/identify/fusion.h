/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_IDENTIFY_FUSION_H
#define AGENT_IDENTIFY_FUSION_H

/*
 * Answers of ensembles about one thing, summed up: for each scale and class the faded sum of log P(class | row). The sums of all
 * scales, weighed, are the logarithm of P(class | all evidence) but for a constant. Pure arithmetic on the caller's memory: the agent
 * decides with it, and the trainer measures trials and fits weights and temperatures with the same code.
 *
 * How rows are to be fed, live as in training:
 *   - a row of a window adds its log P times `share`, the part of the window that no row before it held, and fades what was there by
 *     fade^share, so that n packets weigh the same however the windows overlap;
 *   - until the first window is full, each longer one replaces the shorter one before it (it holds the same packets);
 *   - a burst is a whole of its own: share features_burst_share();
 *   - rhythm and session say everything so far each time: the latest replaces the one before.
 */

#include <stdbool.h>
#include <stdint.h>

#include "agent/features/features.h"

#define FUSION_FLOOR 1e-4f	    /* of P: no single row makes a class impossible */
#define FUSION_FADE_TYPE 0.96f	    /* of a sum per full window: what a device is does not change, 25 windows weigh most */
#define FUSION_FADE_FUNCTION 0.8f   /* what it does may: 5 windows */
#define FUSION_NONE (-1)

/*
 * How well rows fit a class (agent/model/ranges.h) is summed up in the same way. How a device began may have been unlike it, as when it was
 * switched on while it was watched: in the end windows tell, of which a session is worth so many, and more where nothing fades.
 */
#define FUSION_SESSION_WINDOWS 2
#define FUSION_SESSION_EVER 10

/*
 * Rows of one device resemble each other, so their sum claims too much, the more the longer it is, while a single calibrated row claims
 * what is due. Sums behind which there are n rows are divided by 1 + (T - 1) (n - 1) / (FUSION_REFERENCE - 1), n at least 1: by 1
 * for a single row, by the temperature T for FUSION_REFERENCE rows, and in proportion to n beyond (the design effect of clustered
 * samples, Kish 1965, with T for its intraclass correlation).
 */
#define FUSION_REFERENCE 10

/* Zero it, then fusion_place(); `fade` may be set afterwards. */
struct fusion {
	float *sum[FEATURES_SCALES];	/* [classes], NULL where the scale is not kept */
	float weight[FEATURES_SCALES];	/* rows behind the sum, in full ones, faded as it is */
	float fade;
};

/** fusion_place - keep the scales of @scales (bit 1 << scale) in @room, classes floats for each, set to nothing; returns the floats used */
uint32_t fusion_place(struct fusion *fusion, uint32_t scales, uint32_t classes, float *room, float fade);

/** fusion_clear - forget everything that was added */
void fusion_clear(struct fusion *fusion, uint32_t classes);

/**
 * fusion_add - one more row of @scale
 * @p: [classes] its answer
 * @share: 0 to 1, the part of a full row's worth that is new
 *
 * No effect where the scale is not kept.
 */
void fusion_add(struct fusion *fusion, enum features_scale scale, const float *p, uint32_t classes, float share);

/** fusion_replace - what @scale says now, in place of all it said before, with the weight of one full row */
void fusion_replace(struct fusion *fusion, enum features_scale scale, const float *p, uint32_t classes);

/** fusion_fade - what @scale said ages by @share of a row without being added to (a session that is over) */
void fusion_fade(struct fusion *fusion, enum features_scale scale, uint32_t classes, float share);

/** fusion_forget - what @scale said counts no longer */
void fusion_forget(struct fusion *fusion, enum features_scale scale, uint32_t classes);

/** fusion_weight - rows behind all scales together, faded; 0: no evidence yet */
float fusion_weight(const struct fusion *fusion);

/**
 * fusion_result - P(class | all evidence): softmax of the sum over scales of weights[scale] * sum[scale], divided as above
 * @weights: of each scale, 0 or more; @temperature: more than 0
 *
 * Returns false, with @p untouched, while there is no evidence or no scale that weighs anything.
 */
bool fusion_result(const struct fusion *fusion, const float weights[FEATURES_SCALES], float temperature, uint32_t classes, float *p);

/**
 * fusion_likeness - weighted geometric mean over rows and scales of P(@class | row); 0 without evidence
 *
 * What fusion_result() normalises away: a device like none of the classes gets some class, but with a low mean.
 */
float fusion_likeness(const struct fusion *fusion, const float weights[FEATURES_SCALES], uint32_t class);

/**
 * fusion_fit - how well the rows of a fusion of fits are like those of @class in training: from 1 down to nearly 0; 1 where none says anything
 * @session: windows that a session is worth
 */
float fusion_fit(const struct fusion *fits, float session, uint32_t class);

/** fusion_fit_scales - the scales at which fits are summed up */
uint32_t fusion_fit_scales(void);

/** fusion_decider - the scale that speaks most for @best against @second (FUSION_NONE: for itself); FUSION_NONE without evidence */
int fusion_decider(const struct fusion *fusion, const float weights[FEATURES_SCALES], int best, int second);

#endif
