/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_IDENTIFY_EVIDENCE_H
#define AGENT_IDENTIFY_EVIDENCE_H

/*
 * What one device's packets say, at four scales, summed up by fusion.h: of all its traffic for its type, and of the present episode
 * for its function. An episode begins with the first data after a rest and ends with the next rest (Koike et al., SAC'21, 4.1). Where nothing was
 * told in it so far, a silence of BURST_SILENCE_MS ends it, too: what came before may have been something else. While a function runs,
 * what comes after such a silence counts as data only once it has told of the same function: other traffic does not prolong it.
 */

#include <stdbool.h>
#include <stdint.h>

#include <linux/types.h>
#include <iotbpf/abi.h>

#include "agent/analysis/bursts.h"
#include "agent/features/session.h"
#include "agent/identify/fusion.h"
#include "agent/identify/shape.h"

#define EVIDENCE_DATA_LENGTH 75	 /* bytes; a shorter frame carries no data */
#define EVIDENCE_IDLE_MS 5000	 /* without data for that long: idle */
#define EVIDENCE_PASS_MS 1000	 /* decisions are that far apart: idle is said at the last one within EVIDENCE_IDLE_MS */
#define EVIDENCE_LULL_MS 700	 /* without a packet for that long: an unfinished burst is asked about */
#define EVIDENCE_PRELUDE_MS 1000 /* an episode includes what came that shortly before its first data (names, handshakes) */
#define EVIDENCE_PLAUSIBLE 0.05f /* P(type) below which the type's functions are not asked */
#define EVIDENCE_SESSION_MS 600000
#define EVIDENCE_REST_MS 6000	 /* without a packet for that long: a session of few packets is asked about as one that is over */
#define EVIDENCE_SESSION_PACKETS 1000
#define EVIDENCE_BEGINNING_MS 60000 /* so long, and so many packets, everything since an episode began tells of its function */
#define EVIDENCE_BEGINNING_PACKETS 2000

/* Is this packet one that a period foretold? Such packets begin no episode and belong to no burst. */
struct evidence_periodic {
	bool (*expected)(void *user, uint32_t device, const struct iot_packet *packet); /* NULL: none is */
	void *user;
};

/* How often rows are evaluated. */
enum evidence_pace {
	EVIDENCE_LIVE,	   /* at most 2 rows a second and stage, one in 5 s for a type that is settled */
	EVIDENCE_THOROUGH, /* as windows fill; for a capture of which one answer is wanted. Keeps what all episodes say, too */
};

struct evidence {
	/* The latest packets. */
	struct iot_packet window[IOT_WINDOW]; /* oldest first */
	uint32_t filled;	/* of window */
	uint64_t packets;	/* in all */
	uint32_t last_ms;	/* of the latest, */
	uint32_t spoke_ms;	/* and of the latest that no period foretold */
	uint32_t ticked_ms;	/* of the latest evidence_tick() */
	enum evidence_pace pace;

	/* The type. */
	struct fusion type;
	struct fusion like;	/* the same of P(type, or one of its kin | row); a session stays */
	struct fusion fit;	/* how well rows fit the type or its kin, of late, */
	struct fusion fit_ever;	/* and since it appeared: what was like a type for hours is that, though it now does what nobody has seen */
	float *type_p;		/* [types] what it amounts to; all 0 while there is no evidence */
	uint32_t fresh;		/* packets since the last row of a window */
	uint32_t windows, bursts_seen; /* rows so far */
	uint32_t answers;	/* rows of all scales */
	uint32_t type_budget_ms;
	bool partial;		/* the last window was not full: the next replaces it */
	bool settled;		/* no hurry any more */

	/* The function. */
	struct fusion *function; /* [types] of the present episode */
	struct fusion *whole;	 /* [types] of all episodes; NULL unless thorough */
	uint32_t favourite;	 /* type whose functions are asked in any case; SHAPE_NONE: none */
	uint32_t episodes, runs; /* so far; a run is what lies between two silences of BURST_SILENCE_MS */
	uint32_t run;		 /* packets in the present one */
	bool counts;		 /* its data prolongs the function that runs */
	bool running;		 /* a function runs */
	int said;		 /* function of the favourite that the latest row about one run alone told of, */
	uint32_t said_of;	 /* which favourite that was, */
	float said_p;		 /* how surely, */
	uint32_t said_run;	 /* about which run, */
	uint32_t said_agreed;	 /* and how many rows about it in a row have said so */
	uint32_t begin_ms;	 /* of the episode */
	uint32_t data_ms;	 /* last data in it, */
	uint32_t counted_ms;	 /* and last that counted */
	uint32_t episode, episode_fresh; /* packets in it, and since the last row of a window */
	uint32_t function_answers; /* rows of the episode, of all scales */
	uint32_t function_budget_ms;
	bool active;		 /* an episode is under way */
	bool episode_partial;	 /* as partial */

	struct bursts bursts;
	uint32_t burst_told;	 /* packets of the open burst that a row has told of */
	bool burst_retracted;	 /* and that does not count for the function, since the burst went on */
	bool expected;		 /* the packet that is being added */
	struct session *session; /* NULL: over */
	uint32_t session_told;	 /* packets of it that a row has told of */
	uint32_t session_rested; /* packets of it when a row told of it as one that is over */
	struct session *beginning; /* of the episode: a session of its own, for functions; NULL where no model asks */
	uint32_t beginning_told;
	bool beginning_over;	 /* it has said what it can */
	uint32_t device;
	const struct evidence_periodic *periodic;
};

/**
 * evidence_new - of one device; NULL when memory is short
 * @begins: its first packet is yet to come: it has a session
 * @periodic: asked about each packet of @device; must stay
 */
struct evidence *evidence_new(const struct shape *shape, uint32_t device, enum evidence_pace pace, bool begins,
			      const struct evidence_periodic *periodic);
void evidence_free(struct evidence *evidence);

/** evidence_packets - take up @n packets in order; rows are evaluated as they become due */
void evidence_packets(const struct shape *shape, struct evidence *evidence, const struct iot_packet *packets, uint32_t n);

/**
 * evidence_tick - time goes on: what is due without a packet. Once a second or so, and before a decision
 *
 * Returns true in a lull: everything that came so far has been evaluated.
 */
bool evidence_tick(const struct shape *shape, struct evidence *evidence, uint32_t now_ms);

/** evidence_waits - will silence alone have a session of few packets asked about? */
bool evidence_waits(const struct shape *shape, const struct evidence *evidence);

/** evidence_running - does a function run now? @same: the present run told of it (see `said`), its data counts */
void evidence_running(struct evidence *evidence, bool running, bool same);

/** evidence_begin_again - the present run is another function than what ran before: the episode begins with it, and nothing said before counts */
void evidence_begin_again(const struct shape *shape, struct evidence *evidence);

/** evidence_flush - evaluate everything that is left: nothing more will come */
void evidence_flush(const struct shape *shape, struct evidence *evidence);

/** evidence_rhythm - a vector of features_rhythm() about the device */
void evidence_rhythm(const struct shape *shape, struct evidence *evidence, const float *row);

/** evidence_functions - P(function | episode, @type) into @p; false while there is nothing to say. @whole: of all episodes */
bool evidence_functions(const struct shape *shape, const struct evidence *evidence, uint32_t type, bool whole, float *p);

#endif
