/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LAB_TRUTH_H
#define LAB_TRUTH_H

#include "tools/lab/engine.h"
#include "tools/lab/tally.h"

/* What the lab did, to be set beside what an observer found. */
struct lab_run {
	const char *mode; /* "live" or "synth" */
	const struct lab_engine *engine;
	const struct lab_tally *tally;
	int64_t epoch_us; /* since 1970, at the lab's time 0 */
	int64_t end_us;   /* lab time */
	int64_t first_us; /* lab time of a capture's first frame; 0 in the live lab */
};

/**
 * lab_truth_write - one JSON object to @path: devices with name, label, MAC, port, periods, functions, counts
 *
 * A period's role is "action" for the first step of an activity, "follow-up" for what comes after it with the same
 * rhythm (the connection after a DNS question), "function" for a rhythm that exists only while a function runs.
 * 0, or a logged error.
 */
int lab_truth_write(const char *path, const struct lab_run *run);

/**
 * lab_manifest_write - the rows file,mac,device,function,start,end,trial for @capture
 *
 * Devices with functions get a row for each interval and "idle" rows for the time between; others one row for the
 * whole file. @split_trials: every interval is a trial of its own, else the file is one. 0, or a logged error.
 */
int lab_manifest_write(const char *path, const char *capture, const struct lab_run *run, bool split_trials);

#endif
