/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_OUTPUT_EXPORT_PLACE_H
#define AGENT_OUTPUT_EXPORT_PLACE_H

/*
 * Where an export goes: standard output, one file, or a directory of files. A file or directory is written under a hidden name beside its
 * own and renamed when it is whole, so that an export which was interrupted leaves nothing under that name.
 */

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "agent/base/buffer.h"
#include "agent/base/cleanup.h"

enum export_place_kind {
	PLACE_NOWHERE, /* counted only */
	PLACE_STDOUT,
	PLACE_FILE,
	PLACE_DIRECTORY,
};

/* All zero: not opened. */
struct export_place {
	enum export_place_kind kind;
	const char *path;    /* as the user named it */
	char hidden[PATH_MAX]; /* what exists so far; "": nothing */
	char file[PATH_MAX];   /* that is being written */
	int fd;
	struct buffer text;  /* not written yet: what is put there goes out by export_place_flush() */
	uint64_t bytes;	     /* of the file so far, without `text` */
};

/**
 * export_place_open - nothing of the final name changes yet
 * @path: of a file or directory; must stay
 *
 * A file that is there will be replaced; a directory must be empty or not exist. 0 or -errno, logged.
 */
int export_place_open(struct export_place *place, enum export_place_kind kind, const char *path);

/** export_place_begin - the next file; @name is its name in a directory. 0 or -errno, logged */
int export_place_begin(struct export_place *place, const char *name);

/** export_place_flush - write what is in @text out, where it is much or @all; 0 or -errno, logged (-EPIPE is not) */
int export_place_flush(struct export_place *place, bool all);

/** export_place_end - the file is whole; *@bytes becomes its size. 0 or -errno, logged */
int export_place_end(struct export_place *place, uint64_t *bytes);

/** export_place_keep - everything is there: it gets its name. 0 or -errno, logged */
int export_place_keep(struct export_place *place);

/** export_place_close - remove what was not kept, release */
void export_place_close(struct export_place *place);

#endif
