/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_MODEL_IMPORT_H
#define AGENT_CMD_MODEL_IMPORT_H

#include "agent/base/options.h"

/** cmd_model_import - `iotbpf model import FILE`: argv from "import" on; returns the exit code (sysexits) */
int cmd_model_import(int argc, char **argv);

extern const struct options_spec model_import_options;

#endif
