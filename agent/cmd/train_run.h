/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_TRAIN_RUN_H
#define AGENT_CMD_TRAIN_RUN_H

#include "agent/base/options.h"

struct train_run {
	const char *directory; /* with the manifest */
	const char *root, *output, *name, *version;
	const struct operands *arguments; /* more of them, as they are */
};

/** train_run - run iotbpf-train, found beside this program or in $PATH; returns its exit code, or one of ours, logged */
int train_run(const struct train_run *run);

/**
 * train_add_captures - append the lines of manifest @with to the one in @directory
 * @root: that its files are relative to; NULL: the directory of @with
 *
 * Files become absolute, so the root is "/" from then on. Returns 0 or -errno, logged.
 */
int train_add_captures(const char *directory, const char *with, const char *root);

/** train_remove - a directory of files, with them */
void train_remove(const char *directory);

#endif
