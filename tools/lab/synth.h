/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LAB_SYNTH_H
#define LAB_SYNTH_H

#include <stdio.h>

#include "tools/lab/engine.h"
#include "tools/lab/frame.h"
#include "tools/lab/tally.h"

/*
 * The household as a capture: exchanges become the frames that the live lab's sockets would send, on a
 * simulated clock, in order of time.
 */
struct lab_tcp {
	struct lab_end client, server;
	uint32_t client_seq, server_seq;
	uint16_t client_id, server_id;
	uint32_t stamp_offset;
	bool open, server_behind_router;
	int64_t busy_until;
};

struct lab_synth {
	const struct lab_house *house;
	struct lab_sched *sched;
	struct lab_tally *tally;
	FILE *out;
	int64_t epoch_us; /* capture time of "now" 0 */
	struct lab_rng rng;
	struct lab_tcp connections[LAB_DEVICES][LAB_CONNECTIONS];
	uint16_t next_port[LAB_DEVICES];
	int64_t length_us; /* frames after it are not written */
	int64_t first_us;  /* "now" of the first frame, -1 before it */
	uint64_t frames, bytes;
	int error;
};

/** lab_synth_init - write the header of a pcap file to @out */
int lab_synth_init(struct lab_synth *s, const struct lab_house *house, struct lab_sched *sched, struct lab_tally *tally,
		   FILE *out, const struct lab_options *options);

/** lab_synth_begin - the emitter's begin(); @context is the struct lab_synth */
int lab_synth_begin(void *context, struct lab_task *task);

/** lab_synth_put - a frame at @at, which is not before the scheduler's "now"; it is copied */
void lab_synth_put(struct lab_synth *s, int64_t at, const struct lab_frame *frame);

/* synth_tcp.c: all frames of an exchange from @at; each returns the time after its last one. */
int64_t lab_synth_tcp(struct lab_synth *s, const struct lab_exchange *x, int64_t at);
int64_t lab_synth_send(struct lab_synth *s, const struct lab_exchange *x, int64_t at);

/** lab_synth_port - a fresh client port of @device */
uint16_t lab_synth_port(struct lab_synth *s, unsigned int device);

#endif
