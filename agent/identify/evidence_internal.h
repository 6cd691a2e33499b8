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
	uint32_t packets; /* that it describes, */
	bool whole;   /* of which there will not be more */
};

/* Sums of functions that a row enters: bits. */
#define EVIDENCE_NOW 1u	  /* the present episode's */
#define EVIDENCE_WHOLE 2u /* all episodes' */

/* Ask the ensembles of one stage; evidence_ask.c. */
void evidence_ask_types(const struct shape *s, struct evidence *e, const struct evidence_row *row);
void evidence_ask_functions(const struct shape *s, struct evidence *e, const struct evidence_row *row, unsigned int of);

/* An open or ended burst, whose first `told` packets a row has told of; evidence_ask.c. */
void evidence_ask_burst(const struct shape *s, struct evidence *e, const struct burst *burst, uint32_t told);

/* What seemed a whole burst goes on: what it said of the function was said too early. */
void evidence_retract_burst(const struct shape *s, struct evidence *e);

/* Rows of windows where they are due, or where there is anything new (@all); evidence_ask.c. */
void evidence_type_window(const struct shape *s, struct evidence *e, bool all);
void evidence_function_window(const struct shape *s, struct evidence *e, bool all);

/* When the session is looked at. */
enum evidence_moment {
	EVIDENCE_PACKET, /* a packet came: where it has grown enough */
	EVIDENCE_LULL,	 /* where there is anything new */
	EVIDENCE_REST,	 /* where it is so short, and has been silent for so long, that it may be over */
	EVIDENCE_END,	 /* it has ended */
};

/* A row of the session, or of the episode's beginning: where it has grown enough, or where there is anything new (@all). */
void evidence_session(const struct shape *s, struct evidence *e, enum evidence_moment moment);
void evidence_beginning(const struct shape *s, struct evidence *e, bool all);

/* A session ends after a while; an episode's beginning starts anew with the latest @prelude packets, and fades when it is over. */
void evidence_session_by_time(const struct shape *s, struct evidence *e, uint32_t now_ms);
void evidence_restart_beginning(const struct shape *s, struct evidence *e, uint32_t prelude);
void evidence_fade_beginning(const struct shape *s, struct evidence *e, float share);

#endif
