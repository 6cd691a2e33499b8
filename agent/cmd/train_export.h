/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_TRAIN_EXPORT_H
#define AGENT_CMD_TRAIN_EXPORT_H

/*
 * The stored labels as what iotbpf-train reads: a directory with manifest.csv and one file of packets (agent/history/packets_file.h) for
 * each piece of evidence. A function's label is a trial, so is a sample of a device; what functions' labels cover is cut out of the
 * samples, so that no packet is in two trials.
 */

#include <stdbool.h>
#include <stddef.h>

#include "agent/history/labels.h"

#define TRAIN_MANIFEST "manifest.csv"
#define TRAIN_MANIFEST_HEADER "file,mac,device,function,start,end,trial"

/* What was exported. */
struct train_export {
	size_t rows, packets;
	size_t devices, functions; /* types and functions that the labels name */
};

/**
 * train_export - write all evidence of @store to the directory @path, which exists and is empty
 *
 * What cannot be learned from is left out and named by a warning each: a device without a type, a function or type of a single trial.
 * Returns 0, -ENODATA (nothing is left), or another -errno; logged.
 */
int train_export(struct store *store, const char *path, struct train_export *done);

#endif
