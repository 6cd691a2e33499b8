/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_RUN_MODEL_H
#define AGENT_CMD_RUN_MODEL_H

/* The models of the running agent: which one it starts with, and going on with another one without a restart. */

#include <stdbool.h>

#include "agent/base/json.h"
#include "agent/cmd/model_library.h"

struct runner;

struct run_models {
	char current[LIBRARY_NAME]; /* file of the library, LIBRARY_BUILT_IN, or "" where --model fixes it */
	char shadow[LIBRARY_NAME];  /* likewise; "" also where there is none */
};

/**
 * run_model_open - open the model of --model, else the library's current one, else the built-in one; and the shadow likewise
 *
 * A model of the library that cannot be used is a warning, and the built-in one runs. Returns EX_OK or the exit code, logged.
 */
int run_model_open(struct runner *r);

/** run_model_put - members of the status that say which models run */
void run_model_put(const struct runner *r, struct json *j);

#endif
