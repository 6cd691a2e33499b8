/* SPDX-License-Identifier: BSD-2-Clause */
/* iotbpf-lab up, down, run */
#include <stdlib.h>
#include <sysexits.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "tools/lab/estate.h"
#include "tools/lab/lab.h"
#include "tools/lab/live.h"
#include "tools/lab/truth.h"

int lab_cmd_up(const struct lab_args *a)
{
	_cleanup_free_ struct lab_house *house = lab_args_house(a);
	_cleanup_(lab_estate_close) struct lab_estate e = { .lock = -1, .self = -1 };

	if (!house)
		return EX_CONFIG;
	if (lab_estate_open(&e, a->prefix) < 0)
		return EX_NOPERM;
	return lab_home_up(&e, house, a->offload) < 0 ? EX_OSERR : EX_OK;
}

int lab_cmd_down(const struct lab_args *a)
{
	_cleanup_(lab_estate_close) struct lab_estate e = { .lock = -1, .self = -1 };

	if (lab_estate_open(&e, a->prefix) < 0)
		return EX_NOPERM;
	return lab_estate_down(&e) < 0 ? EX_OSERR : EX_OK;
}

static int live_lab(struct live *l, const struct lab_args *a, const struct lab_estate *e, const struct lab_house *house)
{
	struct lab_options options = { a->seed, lab_args_length(a), a->duty };
	struct lab_run run = { "live", &l->engine, &l->tally, 0, 0, 0 };
	int r = live_open(l, house, a->prefix, e->self);

	if (r == 0)
		r = live_run(l, &options);
	run.epoch_us = l->epoch_us;
	run.end_us = l->sched.now;
	if (r == 0 && a->truth)
		r = lab_truth_write(a->truth, &run);
	live_close(l);
	return r;
}

int lab_cmd_run(const struct lab_args *a)
{
	_cleanup_free_ struct lab_house *house = lab_args_house(a);
	_cleanup_free_ struct live *l = calloc(1, sizeof(*l));
	_cleanup_(lab_estate_close) struct lab_estate e = { .lock = -1, .self = -1 };
	sigset_t set;
	int r;

	if (!house || !l)
		return EX_CONFIG;
	live_block_signals(&set);
	if (lab_estate_open(&e, a->prefix) < 0)
		return EX_NOPERM;
	r = lab_home_up(&e, house, a->offload);
	if (r == 0)
		r = live_lab(l, a, &e, house);
	if (!a->keep && lab_estate_down(&e) < 0)
		r = -1;
	return r < 0 ? EX_OSERR : EX_OK;
}
