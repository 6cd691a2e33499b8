/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_IDENTIFY_EVIDENCE_H
#define AGENT_IDENTIFY_EVIDENCE_H

/*
 * What the windows of one device say, summed up: for each device type the faded sum of log P(type | window), and for each function of
 * each type that of log P(function | window, type). The sums are what both stages of the decision rest on.
 */

#include <stdbool.h>
#include <stdint.h>

#include <linux/types.h>
#include <iotbpf/abi.h>

#include "agent/model/model.h"

#define EVIDENCE_FADE 0.8f	/* of the sum, per full window: five windows weigh most of what a hundred do */
#define EVIDENCE_FLOOR 1e-4f	/* no single window makes a type impossible */
#define EVIDENCE_PLAUSIBLE 0.05f /* P(type) below which its function model is not asked */

/* One ensemble of types with the layout of the flat function table: type t's functions are [first[t], first[t + 1]). */
struct evidence_shape {
	const struct model *model;
	uint32_t types, functions; /* functions: of all types together */
	uint32_t *first;
	float *scratch; /* room for the longer of both */
};

/* Evidence of one device. */
struct evidence {
	struct iot_packet window[IOT_WINDOW]; /* the latest packets, oldest first */
	uint32_t filled;	/* of window */
	uint32_t fresh;		/* packets since the last evaluation */
	uint32_t windows;	/* evaluations */
	uint32_t data_ms;	/* time of the last frame that carries data */
	bool has_data;		/* data_ms is set */
	bool provisional;	/* from windows shorter than IOT_WINDOW: replaced, not added to */
	float weight;		/* full windows behind the sums, faded */
	float *type_log;	/* [types] */
	float *function_log;	/* [functions] */
	float *now_function;	/* [functions]: P(function | the latest window); 0 where it was not asked */
};

#define EVIDENCE_DATA_LENGTH 75	/* Koike et al. 4.1: shorter frames carry no data */
#define EVIDENCE_IDLE_MS 5000	/* without data for that long: idle */

/** evidence_shape_new - 0 or -ENOMEM; free with evidence_shape_free() */
int evidence_shape_new(struct evidence_shape *shape, const struct model *model);
void evidence_shape_free(struct evidence_shape *shape);

/** evidence_new - NULL when memory is short */
struct evidence *evidence_new(const struct evidence_shape *shape);
void evidence_free(struct evidence *evidence);

/** evidence_packets - take up @n packets in order; windows are evaluated as they fill */
void evidence_packets(const struct evidence_shape *shape, struct evidence *evidence, const struct iot_packet *packets, uint32_t n);

/** evidence_flush - evaluate what is left of an unfinished window: nothing more will come soon */
void evidence_flush(const struct evidence_shape *shape, struct evidence *evidence);

/** evidence_types - P(type | all evidence) into @p [types]; false while there is none */
bool evidence_types(const struct evidence_shape *shape, const struct evidence *evidence, float *p);

/** evidence_functions - P(function | all evidence, @type) into @p; false while there is none or it has no functions */
bool evidence_functions(const struct evidence_shape *shape, const struct evidence *evidence, uint32_t type, float *p);

/** evidence_likeness - geometric mean over windows of P(@type | window): what an unknown device keeps low */
float evidence_likeness(const struct evidence *evidence, uint32_t type);

#endif
