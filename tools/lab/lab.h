/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LAB_LAB_H
#define LAB_LAB_H

#include <stdbool.h>
#include <stdint.h>

/* The command line, shared by all sub-commands. */
struct lab_args {
	const char *prefix;
	const char *devices; /* names, comma separated, or "all" */
	const char *dir;     /* descriptions; NULL: beside the program's source or in the current tree */
	const char *truth, *manifest, *output, *file;
	double seconds; /* 0: not given */
	uint64_t seed;
	double duty;
	bool split_trials, keep, offload;
	bool fast, hello, port_map, wire_only; /* replay */
	double speed;
	unsigned int ports;
	uint64_t to, frames;  /* flood: destination; how many, 0: as long as it takes */
	double rate;	      /* flood: frames a second, 0: as fast as it goes */
	unsigned int threads; /* flood */
	bool malformed, inject; /* flood */
};

/* Each sub-command returns an exit code of <sysexits.h>. */
int lab_cmd_list(const struct lab_args *a);
int lab_cmd_synth(const struct lab_args *a);
int lab_cmd_up(const struct lab_args *a);
int lab_cmd_down(const struct lab_args *a);
int lab_cmd_run(const struct lab_args *a);
int lab_cmd_replay(const struct lab_args *a);
int lab_cmd_show(const struct lab_args *a);
int lab_cmd_compare(const struct lab_args *a);
int lab_cmd_flood(const struct lab_args *a);
int lab_cmd_soak(const struct lab_args *a);

struct lab_house;

/** lab_args_house - the house that the arguments ask for, to be freed; NULL after a logged error */
struct lab_house *lab_args_house(const struct lab_args *a);

/** lab_args_length - how long to live, in microseconds: what was asked for, or a minute */
int64_t lab_args_length(const struct lab_args *a);

#endif
