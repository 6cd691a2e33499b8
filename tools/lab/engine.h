/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LAB_ENGINE_H
#define LAB_ENGINE_H

#include "tools/lab/house.h"
#include "tools/lab/rng.h"
#include "tools/lab/sched.h"

/*
 * Who does what when. The engine walks the descriptions on the scheduler's clock, draws every size and
 * pause from seeds, and hands one exchange after the other to an emitter: live sockets or synthesised
 * frames. Both get the same exchanges in the same order for the same seed.
 */
struct lab_round {
	uint32_t up, down; /* bytes of payload; down 0: no answer */
	int64_t think_us;  /* what the other side takes for its answer */
};

struct lab_exchange {
	const struct lab_step *step;
	unsigned int device;
	struct lab_peer peer;
	uint16_t local_port; /* of a datagram: one an activity, but a fresh one for each question to DNS or NTP */
	struct lab_round rounds[LAB_ROUNDS];
	unsigned int n_rounds;
};

struct lab_engine;

/* One activity of one device, and the exchange that it is in. */
struct lab_task {
	struct lab_engine *engine;
	const struct lab_activity *activity;
	unsigned int device;
	unsigned int step;
	bool running;
	struct lab_rng rng;
	int64_t base, until, occurrence;
	struct lab_exchange x;
	struct lab_task *next; /* for the emitter's own queue */
};

struct lab_interval {
	unsigned int device;
	unsigned int function;
	int64_t start, end; /* microseconds since the lab began */
};

/* An emitter carries out task->x and then calls lab_engine_done(task), once, now or later. */
struct lab_emitter {
	int (*begin)(void *context, struct lab_task *task);
	void *context;
};

struct lab_options {
	uint64_t seed;
	int64_t length_us;
	double duty; /* share of the time that a device spends in its functions; 0: none */
};

struct lab_actor {
	struct lab_engine *engine;
	unsigned int device;
	struct lab_rng rng;
};

struct lab_engine {
	const struct lab_house *house;
	struct lab_sched *sched;
	struct lab_options options;
	struct lab_emitter emitter;
	struct lab_task *tasks;
	unsigned int n_tasks;
	struct lab_actor actors[LAB_DEVICES];
	struct lab_interval *intervals;
	size_t n_intervals, cap_intervals;
	uint64_t late; /* occurrences left out because the one before was not done */
	int error;     /* first failure of the emitter or of memory */
};

/** lab_engine_init - put everything that the descriptions say on the scheduler; 0 or -ENOMEM */
int lab_engine_init(struct lab_engine *engine, const struct lab_house *house, struct lab_sched *sched,
		    const struct lab_options *options, const struct lab_emitter *emitter);

/** lab_engine_done - the emitter has finished task->x, now */
void lab_engine_done(struct lab_task *task);

/** lab_engine_free - release the memory */
void lab_engine_free(struct lab_engine *engine);

#endif
