/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_IDENTIFY_IDENTIFY_H
#define AGENT_IDENTIFY_IDENTIFY_H

/*
 * Decisions: which type a device is and which function it performs, from its evidence, made steady. The answer is the pair
 * (type, function) with the largest product of probabilities (Koike et al., SAC'21, 3.4); "unknown" and "idle" are answers.
 */

#include <stdbool.h>
#include <stdint.h>

#include "agent/identify/evidence.h"

#define IDENTIFY_NONE (-1)

/* What is believed of one device now. Types and functions are numbers of the model, IDENTIFY_NONE: unknown or none. */
struct verdict {
	int type;
	float p;	   /* P(type | evidence) */
	int runner_up;
	float runner_up_p;
	int function;	   /* of type, now */
	float p_function;  /* P(function | type, evidence) */
	float product;
	int function_runner_up;
	float function_runner_up_p;
	uint32_t windows;  /* evaluated so far */
};

struct identify;

/** identify_new - for devices 0..slots-1; @model must stay. NULL when memory is short */
struct identify *identify_new(const struct model *model, uint32_t slots);
void identify_free(struct identify *identify);
DEFINE_CLEANUP(struct identify, identify_free)

/** identify_packets - new packets of a device, in order; -ENOMEM where its evidence cannot be kept */
int identify_packets(struct identify *identify, uint32_t device, const struct iot_packet *packets, uint32_t n);

/** identify_forget - the slot belongs to nobody any more */
void identify_forget(struct identify *identify, uint32_t device);

#define IDENTIFY_NAME 64 /* room for an owner's label */

/**
 * identify_set_owner - the owner's word on a device: it beats the model until it is taken back or the slot is forgotten
 * @type: label, of the model or not; NULL: nothing, the model decides again
 * @function: what it does now, or NULL: the model says what (where @type is one of its own)
 *
 * Returns 0, -EINVAL where a label is empty or longer than IDENTIFY_NAME - 1 bytes, -ENOMEM.
 */
int identify_set_owner(struct identify *identify, uint32_t device, const char *type, const char *function);

/* What changed at identify_update(): bits. */
#define IDENTIFY_TYPE 1		  /* the type is settled for the first time, or changed */
#define IDENTIFY_FUNCTION_STOP 2  /* `previous` says which one */
#define IDENTIFY_FUNCTION_START 4

/**
 * identify_update - decide anew, with hysteresis; at most once a second is enough
 * @now_ms: time of the table's clock, as iot_packet.ms
 * @verdict: what is believed now
 * @previous: what was believed before
 */
uint32_t identify_update(struct identify *identify, uint32_t device, uint32_t now_ms, struct verdict *verdict,
			 struct verdict *previous);

/** identify_total - the decision on all the evidence there is, the function included, without hysteresis */
void identify_total(struct identify *identify, uint32_t device, struct verdict *verdict);

#endif
