/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_IDENTIFY_IDENTIFY_H
#define AGENT_IDENTIFY_IDENTIFY_H

/*
 * Which type every device is and which function it performs: evidence of all devices, decisions, the owner's word. Memory is taken when a
 * device appears and a second time when its owner labels it, never per second.
 */

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/cleanup.h"
#include "agent/identify/decide.h"

struct identify;

struct identify_options {
	const struct model *model; /* NULL: only the owner's word counts; must stay */
	uint32_t slots;		   /* devices are 0 .. slots - 1 */
	enum evidence_pace pace;
	struct evidence_periodic periodic;
};

/** identify_new - NULL when memory is short */
struct identify *identify_new(const struct identify_options *options);
void identify_free(struct identify *identify);
DEFINE_CLEANUP(struct identify, identify_free)

/**
 * identify_packets - new packets of a device, in order; -ENOMEM where its evidence cannot be kept
 * @begins: they are its very first ones (matters for the first call only)
 */
int identify_packets(struct identify *identify, uint32_t device, const struct iot_packet *packets, uint32_t n, bool begins);

/** identify_rhythm - a vector of features_rhythm() about a device */
void identify_rhythm(struct identify *identify, uint32_t device, const float *row);

/** identify_wants_rhythm - would the model use one? */
bool identify_wants_rhythm(const struct identify *identify);

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
#define IDENTIFY_TYPE 1		  /* what is told of the type: for the first time, or something else than before */
#define IDENTIFY_FUNCTION_STOP 2  /* `previous` says which one */
#define IDENTIFY_FUNCTION_START 4

/**
 * identify_update - time has gone on: evaluate what is due and decide anew, with hysteresis; once a second
 * @now_ms: time of the table's clock, as iot_packet.ms
 * @verdict: what is believed now; its texts hold until the next call for the device
 * @previous: what was believed before; likewise
 */
uint32_t identify_update(struct identify *identify, uint32_t device, uint32_t now_ms, struct verdict *verdict, struct verdict *previous);

/** identify_told - what identify_update() said last of a device; NULL: it said nothing yet */
const struct verdict *identify_told(const struct identify *identify, uint32_t device);

/** identify_busy - is time alone going to change what is believed of the device? (A function runs, or packets wait for a lull.) */
bool identify_busy(const struct identify *identify, uint32_t device);

/** identify_total - the decision on all the evidence there is, as if no more would come, the function included: decide_finally(), no hysteresis */
void identify_total(struct identify *identify, uint32_t device, struct verdict *verdict);

/**
 * identify_adopt - go on from another model: what was settled stays where this one knows it too, until evidence says otherwise, and so
 * does the owner's word. A function that runs by the other model's word does not. 0 or -ENOMEM
 */
int identify_adopt(struct identify *identify, const struct identify *before);

#endif
