/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_MANIFEST_H
#define TOOLS_TRAIN_MANIFEST_H

/*
 * A manifest: labelled captures, as CSV with the header "file,mac,device,function,start,end,trial", which the columns
 * "family" and "person" may follow. `file` is relative to a root; `start` and `end` are seconds from the capture's
 * first packet (empty: all of it); `function` may be empty; `trial` groups what must stay on one side of a split
 * (empty: the file); `family` is what the device is reported as where its type cannot be told from its twin's;
 * `person` is whose home or voice it was. A field may be quoted by '"', which is doubled inside.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/train/names.h"

struct manifest_row {
	uint32_t file, device, trial;
	int32_t person;   /* of manifest.people, or -1 */
	int32_t function; /* of manifest.functions[device], or -1 */
	uint64_t mac;
	double start, end; /* seconds; 0 and INFINITY for the whole capture */
	uint32_t line;
	bool holdout; /* not trained on: its trial was named by --holdout */
};

struct manifest {
	const char *path;
	struct manifest_row *rows;
	size_t count;
	struct names files, devices, trials, people;
	struct names *functions; /* a list for each device */
	char **family;           /* of each device, or NULL */
};

struct manifest_options {
	const char *root;     /* directory that files are relative to */
	const char *holdout;  /* comma-separated glob patterns of trials, or NULL */
	const char *exclude;  /* comma-separated glob patterns of devices, or "device/function", or NULL */
	const char *families; /* file of "device,family", or NULL */
	const char *types;    /* file of "device,type": devices to be taken as one, or NULL */
};

/**
 * manifest_read - 0, or -errno with one line logged that names file, line and cause
 *
 * Refused (-EINVAL): fields that say nothing sensible, intervals that overlap or are empty, classes of a single trial;
 * files that cannot be read (-ENOENT, -EACCES). Release with manifest_free() in either case.
 */
int manifest_read(const char *path, const struct manifest_options *options, struct manifest *manifest);

void manifest_free(struct manifest *manifest);

#endif
