/* SPDX-License-Identifier: BSD-2-Clause */
/* iotbpf-lab synth, iotbpf-lab list */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/base/mac.h"
#include "tools/lab/lab.h"
#include "tools/lab/synth.h"
#include "tools/lab/truth.h"

enum { DEFAULT_LENGTH_US = 60000000 };

struct lab_house *lab_args_house(const struct lab_args *a)
{
	static const char tail[] = "/../tools/lab/devices";
	char path[4096 + sizeof(tail)];
	ssize_t n;
	char *slash;

	if (a->dir)
		return lab_house_load(a->dir, a->devices);
	n = readlink("/proc/self/exe", path, 4096);
	path[n > 0 ? n : 0] = '\0';
	slash = strrchr(path, '/');
	if (slash) {
		memcpy(slash, tail, sizeof(tail));
		if (access(path, R_OK) == 0)
			return lab_house_load(path, a->devices);
	}
	return lab_house_load("tools/lab/devices", a->devices);
}

int64_t lab_args_length(const struct lab_args *a)
{
	return a->seconds > 0 ? (int64_t)(a->seconds * 1e6) : DEFAULT_LENGTH_US;
}

int lab_cmd_list(const struct lab_args *a)
{
	_cleanup_free_ struct lab_house *house = lab_args_house(a);
	char mac[MAC_TEXT_SIZE];

	if (!house)
		return EX_CONFIG;
	for (unsigned int i = 0; i < house->n; i++) {
		const struct lab_device *d = &house->devices[i];

		printf("%-15s %s %-18s", d->name, mac_format(d->mac, mac), d->label);
		for (unsigned int f = 0; f < d->n_functions; f++)
			printf("%s%s", f ? "," : " ", d->functions[f].name);
		putchar('\n');
	}
	return EX_OK;
}

struct synth_run {
	struct lab_sched sched;
	struct lab_engine engine;
	struct lab_synth synth;
	struct lab_tally tally;
};

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int synthesise(struct synth_run *r, const struct lab_args *a, const struct lab_house *house, FILE *out)
{
	struct lab_options options = { a->seed, lab_args_length(a), a->duty };
	struct lab_emitter emitter = { lab_synth_begin, &r->synth };
	struct lab_run run = { "synth", &r->engine, &r->tally, 0, options.length_us, 0 };
	int e;

	lab_tally_init(&r->tally, house);
	e = lab_synth_init(&r->synth, house, &r->sched, &r->tally, out, &options);
	if (e == 0)
		e = lab_engine_init(&r->engine, house, &r->sched, &options, &emitter);
	while (e == 0 && lab_sched_next(&r->sched) < INT64_MAX) {
		lab_sched_run(&r->sched, lab_sched_next(&r->sched));
		e = r->engine.error ? r->engine.error : r->synth.error;
	}
	if (e < 0 || fflush(out) != 0)
		return log_errno_r(e ? e : -errno, "cannot write %s", a->output);
	run.epoch_us = r->synth.epoch_us;
	run.first_us = r->synth.first_us < 0 ? 0 : r->synth.first_us;
	if (a->truth)
		e = lab_truth_write(a->truth, &run);
	if (e == 0 && a->manifest)
		e = lab_manifest_write(a->manifest, base_name(a->output), &run, a->split_trials);
	return e;
}

int lab_cmd_synth(const struct lab_args *a)
{
	_cleanup_free_ struct lab_house *house = NULL;
	_cleanup_free_ struct synth_run *r = calloc(1, sizeof(*r));
	_cleanup_fclose_ FILE *out = NULL;
	int e;

	if (!a->output)
		return log_error_r(EX_USAGE, "synth needs -o FILE.pcap");
	house = lab_args_house(a);
	if (!house || !r)
		return EX_CONFIG;
	out = fopen(a->output, "we");
	if (!out)
		return log_errno_r(-errno, "cannot write %s", a->output), EX_CANTCREAT;
	e = synthesise(r, a, house, out);
	if (e == 0)
		log_info("%s: %llu frames, %llu bytes", a->output, (unsigned long long)r->synth.frames,
			 (unsigned long long)r->synth.bytes);
	lab_engine_free(&r->engine);
	lab_sched_free(&r->sched);
	return e < 0 ? EX_IOERR : EX_OK;
}
