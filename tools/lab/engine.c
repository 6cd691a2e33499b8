/* SPDX-License-Identifier: BSD-2-Clause */
/* Activities and functions in time. */
#include "tools/lab/engine.h"

#include <errno.h>
#include <stdlib.h>

#include "agent/base/log.h"

enum { STEP_GAP_US = 4000, SHORTEST_FUNCTION_US = 3000000 };

static void note_error(struct lab_engine *e, int r)
{
	if (!e->error)
		e->error = r;
}

static void add(struct lab_engine *e, int64_t at, lab_action action, void *arg)
{
	if (lab_sched_add(e->sched, at, action, arg) < 0)
		note_error(e, log_error_r(-ENOMEM, "out of memory"));
}

static int64_t think(struct lab_task *t, enum lab_where where)
{
	switch (where) {
	case LAB_AT_WAN:
		return lab_rng_range(&t->rng, 15000, 40000);
	case LAB_AT_DEVICE:
		return lab_rng_range(&t->rng, 2000, 8000);
	default:
		return lab_rng_range(&t->rng, 800, 3000);
	}
}

static uint16_t local_port(struct lab_task *t, const struct lab_step *step)
{
	const struct lab_device *d = &t->engine->house->devices[t->device];

	if (step->verb == LAB_UDP)
		return (uint16_t)(49152 + lab_hash(lab_hash(t->step, d->name), t->activity->name) % 8192);
	return (uint16_t)lab_rng_range(&t->rng, 32768, 60999);
}

static void begin_step(void *arg)
{
	struct lab_task *t = arg;
	struct lab_engine *e = t->engine;
	const struct lab_step *step = &t->activity->steps[t->step];
	int r;

	t->x = (struct lab_exchange){ .step = step, .device = t->device, .n_rounds = step->n_rounds };
	t->x.peer = lab_house_resolve(e->house, step->verb == LAB_DNS ? "gateway" : step->host);
	t->x.local_port = local_port(t, step);
	for (unsigned int i = 0; i < step->n_rounds; i++) {
		t->x.rounds[i].up = (uint32_t)lab_rng_pick(&t->rng, step->rounds[i].up);
		t->x.rounds[i].down = (uint32_t)lab_rng_pick(&t->rng, step->rounds[i].down);
		t->x.rounds[i].think_us = think(t, t->x.peer.where);
	}
	r = e->emitter.begin(e->emitter.context, t);
	if (r < 0)
		note_error(e, r);
}

void lab_engine_done(struct lab_task *t)
{
	if (++t->step < t->activity->n_steps) {
		add(t->engine, t->engine->sched->now + STEP_GAP_US, begin_step, t);
		return;
	}
	t->running = false;
}

static void fire(void *arg);

static void plan_next(struct lab_task *t)
{
	const struct lab_activity *a = t->activity;
	int64_t at = t->base + t->occurrence * a->every_us;

	if (t->occurrence && !a->every_us)
		return;
	at += lab_rng_range(&t->rng, -a->jitter_us, a->jitter_us);
	if (at < t->until)
		add(t->engine, at, fire, t);
}

static void fire(void *arg)
{
	struct lab_task *t = arg;

	t->occurrence++;
	plan_next(t);
	if (t->running) {
		t->engine->late++;
		return;
	}
	t->running = true;
	t->step = 0;
	begin_step(t);
}

static void start_task(struct lab_task *t, int64_t from, int64_t until)
{
	const struct lab_activity *a = t->activity;

	t->base = from + (a->start_us >= 0 ? a->start_us : lab_rng_range(&t->rng, 0, a->every_us));
	t->until = until;
	t->occurrence = 0;
	plan_next(t);
}

static int note_interval(struct lab_engine *e, const struct lab_interval *interval)
{
	if (e->n_intervals == e->cap_intervals) {
		size_t cap = e->cap_intervals ? e->cap_intervals * 2 : 256;
		struct lab_interval *p = reallocarray(e->intervals, cap, sizeof(*p));

		if (!p)
			return -ENOMEM;
		e->intervals = p;
		e->cap_intervals = cap;
	}
	e->intervals[e->n_intervals++] = *interval;
	return 0;
}

/* The pauses that make a device's functions take up the wanted share of the time. */
static int64_t pause_after(struct lab_actor *actor, int64_t lasted)
{
	double mean = (double)lasted * (1 - actor->engine->options.duty) / actor->engine->options.duty;

	return lab_rng_range(&actor->rng, (int64_t)(mean * 0.5), (int64_t)(mean * 1.5)) + 1000000;
}

static void run_function(void *arg)
{
	struct lab_actor *actor = arg;
	struct lab_engine *e = actor->engine;
	const struct lab_device *d = &e->house->devices[actor->device];
	struct lab_interval in = { .device = actor->device, .start = e->sched->now };
	int64_t lasts;

	in.function = (unsigned int)lab_rng_range(&actor->rng, 0, d->n_functions - 1);
	lasts = lab_rng_pick(&actor->rng, d->functions[in.function].lasts_us);
	in.end = in.start + lasts;
	if (in.end > e->options.length_us)
		in.end = e->options.length_us;
	if (in.end - in.start < SHORTEST_FUNCTION_US)
		return;
	if (note_interval(e, &in) < 0)
		note_error(e, log_error_r(-ENOMEM, "out of memory"));
	for (unsigned int i = 0; i < e->n_tasks; i++)
		if (e->tasks[i].device == in.device && e->tasks[i].activity->function == (int)in.function)
			start_task(&e->tasks[i], in.start, in.end);
	add(e, in.end + pause_after(actor, lasts), run_function, actor);
}

static void seed_rng(struct lab_rng *rng, const struct lab_engine *e, const struct lab_device *d, const char *what)
{
	rng->state = lab_hash(lab_hash(e->options.seed, d->name), what);
	lab_rng_next(rng);
}

static void start_device(struct lab_engine *e, unsigned int device)
{
	const struct lab_device *d = &e->house->devices[device];
	struct lab_actor *actor = &e->actors[device];

	for (unsigned int i = 0; i < d->n_activities; i++) {
		struct lab_task *t = &e->tasks[e->n_tasks++];

		*t = (struct lab_task){ .engine = e, .activity = &d->activities[i], .device = device };
		seed_rng(&t->rng, e, d, d->activities[i].name);
		t->rng.state += i;
		if (t->activity->function < 0)
			start_task(t, 0, e->options.length_us);
	}
	*actor = (struct lab_actor){ .engine = e, .device = device };
	seed_rng(&actor->rng, e, d, "functions");
	if (e->options.duty > 0 && d->n_functions)
		add(e, lab_rng_range(&actor->rng, 2000000, 12000000), run_function, actor);
}

int lab_engine_init(struct lab_engine *e, const struct lab_house *house, struct lab_sched *sched,
		    const struct lab_options *options, const struct lab_emitter *emitter)
{
	unsigned int n = 0;

	*e = (struct lab_engine){ .house = house, .sched = sched, .options = *options, .emitter = *emitter };
	for (unsigned int i = 0; i < house->n; i++)
		n += house->devices[i].n_activities;
	e->tasks = calloc(n ? n : 1, sizeof(*e->tasks));
	if (!e->tasks)
		return log_error_r(-ENOMEM, "out of memory");
	for (unsigned int i = 0; i < house->n; i++)
		start_device(e, i);
	return e->error;
}

void lab_engine_free(struct lab_engine *e)
{
	free(e->tasks);
	free(e->intervals);
	*e = (struct lab_engine){ 0 };
}
