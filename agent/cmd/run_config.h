/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_RUN_CONFIG_H
#define AGENT_CMD_RUN_CONFIG_H

/* What `iotbpf run` is told: by files, the environment and its command line (base/config.h). */

#include "agent/base/config.h"
#include "agent/cmd/run_internal.h"

/** run_config_sections - all that a configuration file may have; NULL at the end */
extern const char *const run_config_sections[];

/**
 * run_config - read everything into @values; interfaces of the command line replace the file's
 *
 * Returns -1, or the exit code. Release @config with config_free() and @values with common_free() in either case; @interfaces points into @config.
 */
int run_config(int argc, char **argv, struct config *config, struct run_values *values, struct operands *interfaces);

/**
 * run_config_reload - read everything again; take what can change while the agent runs, name what cannot
 *
 * A configuration that is wrong changes nothing. Returns 0 or -EINVAL, logged.
 */
int run_config_reload(struct runner *r);

#endif
