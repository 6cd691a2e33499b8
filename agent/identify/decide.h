/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_IDENTIFY_DECIDE_H
#define AGENT_IDENTIFY_DECIDE_H

/*
 * The answer that evidence amounts to at one moment: type, family or unknown, and the pair (type, function) with the largest product
 * of probabilities (Koike et al., SAC'21, 3.4). settle.h makes answers steady.
 */

#include <stdbool.h>
#include <stdint.h>

#include "agent/identify/evidence.h"

#define IDENTIFY_NONE (-1)

enum verdict_kind {
	VERDICT_NONE,	 /* no answer (yet): nothing known, or several types are about as likely */
	VERDICT_UNKNOWN, /* like none of the model's types */
	VERDICT_FAMILY,	 /* one of several types that are hardly told apart */
	VERDICT_TYPE,
	VERDICT_OWNER,	 /* the owner says so */
};

/*
 * What is believed of one device. Numbers are the model's, IDENTIFY_NONE where there is none; texts are the model's or the owner's, NULL
 * where there are none.
 */
struct verdict {
	enum verdict_kind kind;
	int type;	   /* of a family: its most probable member; of the owner's word: where the model knows it */
	const char *label; /* what is told: type, family, "unknown", the owner's word */
	float p;	   /* P(label | evidence); of unknown: 1 - likeness of the most probable type */
	int runner_up;	   /* most probable type that the label does not cover */
	const char *runner_up_label;
	float runner_up_p;
	int function;	   /* of type, now */
	const char *function_label;
	float p_function;  /* P(function | type, evidence) */
	float product;	   /* P(type) P(function | type) */
	const char *function_runner_up;
	float function_runner_up_p;
	bool function_by_owner;
	const char *guess; /* most probable function just now, whether it is told or not */
	float guess_p, guess_product;
	int decided_by, function_decided_by; /* enum features_scale that spoke most for it, IDENTIFY_NONE: nothing did */
	uint32_t begin_ms; /* first packet of the episode that the function is of */
	uint64_t packets;  /* behind all this: packets, rows of windows, bursts */
	uint32_t windows, bursts;
};

#define VERDICT_NOTHING                                                                                                 \
	((struct verdict){ .type = IDENTIFY_NONE,                                                                      \
			   .runner_up = IDENTIFY_NONE,                                                                 \
			   .function = IDENTIFY_NONE,                                                                  \
			   .decided_by = IDENTIFY_NONE,                                                                \
			   .function_decided_by = IDENTIFY_NONE })

/** decide_type - stage one, and what is behind it; VERDICT_NONE while there is no evidence */
void decide_type(const struct shape *shape, const struct evidence *evidence, struct verdict *verdict);

/** decide_finally - nothing more will come: as decide_type(), but the most probable type or family where none has a half of P, with its P */
void decide_finally(const struct shape *shape, const struct evidence *evidence, struct verdict *verdict);

/**
 * decide_function - stage two: over every plausible type, the function with the largest product
 * @p: scratch, [longest list of functions]
 * @whole: of all episodes instead of the present one
 *
 * Sets the function's part of @pair, and its type; IDENTIFY_NONE where no type's functions have evidence. For evidence->favourite, as the
 * owner names it (@certain), P(type) is 1.
 */
void decide_function(const struct shape *shape, const struct evidence *evidence, bool whole, bool certain, float *p,
		     struct verdict *pair);

/** decide_same - would both be told as the same thing? */
bool decide_same(const struct shape *shape, const struct verdict *a, const struct verdict *b);

/** decide_covers - is @type what the verdict's label says, or one of it? */
bool decide_covers(const struct shape *shape, const struct verdict *verdict, int type);

#define DECIDE_REST "idle"

/** decide_is_rest - is it the function that means none? Labelled captures have idle time, too */
bool decide_is_rest(const struct verdict *verdict);

#endif
