/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_IDENTIFY_EVIDENCE_INTERNAL_H
#define AGENT_IDENTIFY_EVIDENCE_INTERNAL_H

#include "agent/identify/evidence.h"

/* How a row enters a sum. */
struct evidence_row {
	enum features_scale scale;
	const float *row;
	float share;  /* as fusion_add() */
	bool replace; /* as fusion_replace() */
	bool of_run;  /* it describes packets of the present run only */
};

/* Ask the ensembles of one stage; evidence_ask.c. */
void evidence_ask_types(const struct shape *s, struct evidence *e, const struct evidence_row *row);
void evidence_ask_functions(const struct shape *s, struct evidence *e, const struct evidence_row *row);

/* An open or ended burst, whose first `told` packets a row has told of; evidence_ask.c. */
void evidence_ask_burst(const struct shape *s, struct evidence *e, const struct burst *burst, uint32_t told);

/* Rows of windows where they are due, or where there is anything new (@all); evidence_ask.c. */
void evidence_type_window(const struct shape *s, struct evidence *e, bool all);
void evidence_function_window(const struct shape *s, struct evidence *e, bool all);

/* A row of the session where it has grown enough, or where there is anything new (@all). */
void evidence_session(const struct shape *s, struct evidence *e, bool all);

#endif
