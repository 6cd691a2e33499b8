/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_RUN_NAMES_INTERNAL_H
#define AGENT_CMD_RUN_NAMES_INTERNAL_H

#include "agent/cmd/run_internal.h"
#include "agent/cmd/run_names.h"
#include "agent/source/names/parser.h"

/* The process that parses frames, and how it fared. */
struct run_parser {
	struct name_parser *parser; /* NULL: it does not run */
	struct loop_source *source;
	int error;		/* it cannot be confined: names come without frames */
	int64_t born_us;	/* it started, */
	int64_t asked_us;	/* was asked something that it has not answered, */
	int64_t again_us;	/* or starts again then */
	uint32_t wait_s;	/* seconds until it does */
	uint64_t restarts, answered;
	uint64_t said;	    /* answers that said something of a device that is there */
	uint64_t strangers; /* and of one that is not */
	uint64_t unparsed;  /* frames without an answer: it was busy, or gone */
};

enum { LEASES_FILES_MAX = 16 };

/* A leases file as it was when it was read. */
struct run_leases_file {
	char path[128];
	int64_t mtime_ns, size;
	uint64_t inode;
	uint64_t leases;
};

struct run_leases {
	struct run_leases_file files[LEASES_FILES_MAX];
	uint32_t count;
	uint64_t known; /* devices when they were read */
};

struct naming {
	struct run_parser wire;
	struct run_leases leases;
	int neighbours; /* descriptor of their changes, -1: none */
	struct loop_source *neighbours_source;
	uint64_t claims; /* of the table, when its devices were last met */
	uint32_t passes;
	bool warned; /* of a failure to write */
};

/* run_names_wire.c */
void run_wire_open(struct runner *r);
void run_wire_start(struct runner *r);
void run_wire_pass(struct runner *r);
void run_wire_close(struct runner *r);
void run_wire_put(const struct runner *r, struct json *j);

/** run_leases_pass - read the files that changed; run_names_leases.c */
void run_leases_pass(struct runner *r);
void run_leases_put(const struct runner *r, struct json *j);

#endif
