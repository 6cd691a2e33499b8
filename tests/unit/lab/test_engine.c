/* SPDX-License-Identifier: BSD-2-Clause */
/* The behaviour engine on a simulated clock: when things happen, how often, and that a seed decides. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tools/lab/engine.c"
#include "tools/lab/house.c"
#include "tools/lab/sched.c"
#include "tools/lab/spec.c"
#include "tools/lab/step.c"
#include "tools/lab/words.c"

struct seen {
	struct lab_sched *sched;
	uint64_t hash;
	unsigned int n[4]; /* by port: 1000 + index */
	int64_t worst_us;  /* distance of port 1000 from a grid of 10 s */
};

static int note(void *context, struct lab_task *task)
{
	struct seen *s = context;
	int64_t phase = (s->sched->now - 4000000 + 5000000) % 10000000 - 5000000;

	s->n[task->x.step->port % 4]++;
	s->hash = (s->hash ^ (uint64_t)s->sched->now ^ task->x.rounds[0].up) * UINT64_C(0x100000001b3);
	if (task->x.step->port == 1000 && llabs(phase) > s->worst_us)
		s->worst_us = llabs(phase);
	lab_engine_done(task);
	return 0;
}

static void add_datagram(struct lab_activity *a, uint16_t port)
{
	struct lab_step *step = &a->steps[a->n_steps++];

	*step = (struct lab_step){ .verb = LAB_UDP, .host = "gateway", .port = port, .n_rounds = 1 };
	step->rounds[0].up = (struct lab_range){ 10, 1000 };
}

static struct lab_house *make_house(void)
{
	struct lab_house *house = calloc(1, sizeof(*house));
	struct lab_device *d = &house->devices[house->n++];

	strcpy(d->name, "x");
	d->mac = UINT64_C(0x020000000001);
	d->n_activities = 3;
	d->activities[0] = (struct lab_activity){
		.name = "a", .function = -1, .every_us = 10000000, .jitter_us = 200000, .start_us = 4000000
	};
	d->activities[1] = (struct lab_activity){ .name = "b", .function = 0, .every_us = 500000, .start_us = 0 };
	d->activities[2] = (struct lab_activity){ .name = "c", .function = -1, .start_us = 7 };
	d->functions[d->n_functions++] = (struct lab_function){ "f", { 8000000, 12000000 } };
	add_datagram(&d->activities[0], 1000);
	add_datagram(&d->activities[0], 1001);
	add_datagram(&d->activities[1], 1002);
	add_datagram(&d->activities[2], 1003);
	return house;
}

static void live(uint64_t seed, double duty, struct seen *s, double *in_function)
{
	struct lab_sched sched = { 0 };
	struct lab_engine e;
	struct lab_house *house = make_house();
	const struct lab_options options = { seed, INT64_C(3600000000), duty };
	const struct lab_emitter emitter = { note, s };
	int64_t total = 0;

	*s = (struct seen){ .sched = &sched };
	assert_int_equal(lab_engine_init(&e, house, &sched, &options, &emitter), 0);
	while (lab_sched_next(&sched) < INT64_MAX)
		lab_sched_run(&sched, lab_sched_next(&sched));
	for (size_t i = 0; i < e.n_intervals; i++)
		total += e.intervals[i].end - e.intervals[i].start;
	*in_function = (double)total / 3600e6;
	assert_int_equal(e.error, 0);
	assert_int_equal(e.late, 0);
	lab_engine_free(&e);
	lab_sched_free(&sched);
	free(house);
}

static void periodic(void **state)
{
	struct seen s;
	double in_function;

	(void)state;
	live(1, 0, &s, &in_function);
	assert_in_range(s.n[0], 359, 360);
	assert_int_equal(s.n[1], s.n[0]);
	assert_int_equal(s.n[2], 0);
	assert_int_equal(s.n[3], 1);
	assert_true(s.worst_us > 100000 && s.worst_us <= 200000);
	assert_true(in_function <= 0);
}

static void functions(void **state)
{
	struct seen s;
	double in_function;

	(void)state;
	live(1, 0.4, &s, &in_function);
	assert_true(in_function > 0.3 && in_function < 0.5);
	assert_in_range(s.n[2], (unsigned int)(in_function * 7200) - 200, (unsigned int)(in_function * 7200) + 200);
}

static void seeds(void **state)
{
	struct seen a, b, c;
	double ignored;

	(void)state;
	live(1, 0.4, &a, &ignored);
	live(1, 0.4, &b, &ignored);
	live(2, 0.4, &c, &ignored);
	assert_true(a.hash == b.hash);
	assert_true(a.hash != c.hash);
}

static void push_number(void *arg)
{
	int **p = arg;

	*(*p)++ = 0;
}

static void cancelled(void **state)
{
	struct lab_sched s = { 0 };
	int room[4] = { 1, 1, 1, 1 }, *a = room, *b = room + 2;

	(void)state;
	lab_sched_add(&s, 5, push_number, &a);
	lab_sched_add(&s, 3, push_number, &b);
	lab_sched_add(&s, 4, push_number, &b);
	lab_sched_cancel(&s, &b);
	lab_sched_run(&s, 10);
	assert_int_equal(room[0], 0);
	assert_int_equal(room[2], 1);
	assert_int_equal(s.now, 10);
	assert_true(lab_sched_next(&s) == INT64_MAX);
	lab_sched_free(&s);
}

static void places(void **state)
{
	struct lab_house *house = make_house();
	struct lab_peer p = lab_house_resolve(house, "224.0.0.251");

	(void)state;
	assert_int_equal(p.where, LAB_AT_GROUP);
	assert_int_equal(p.mac, UINT64_C(0x01005e0000fb));
	assert_int_equal(lab_house_resolve(house, "broadcast").mac, UINT64_C(0xffffffffffff));
	assert_int_equal(lab_house_resolve(house, "x").where, LAB_AT_DEVICE);
	p = lab_house_resolve(house, "cloud.example");
	assert_int_equal(p.where, LAB_AT_WAN);
	assert_true((p.address & 0xffffff00) == LAB_WAN_A || (p.address & 0xffffff00) == LAB_WAN_B);
	free(house);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(periodic),  cmocka_unit_test(functions), cmocka_unit_test(seeds),
		cmocka_unit_test(cancelled), cmocka_unit_test(places),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
