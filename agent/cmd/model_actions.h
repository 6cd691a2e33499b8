/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_MODEL_ACTIONS_H
#define AGENT_CMD_MODEL_ACTIONS_H

/* The actions of `iotbpf model`, and what they share. */

#include "agent/cmd/ask.h"
#include "agent/cmd/command.h"
#include "agent/cmd/model_library.h"
#include "agent/cmd/model_signature.h"
#include "agent/cmd/run_state.h"
#include "agent/model/model.h"

int model_cmd_list(int argc, char **argv);
int model_cmd_show(int argc, char **argv);
int model_cmd_check(int argc, char **argv);
int model_cmd_install(int argc, char **argv);
int model_cmd_remove(int argc, char **argv);
int model_cmd_rollback(int argc, char **argv);
int model_cmd_keygen(int argc, char **argv);
int model_cmd_sign(int argc, char **argv);

extern const struct options_spec model_list_options, model_show_options, model_check_options, model_install_options, model_remove_options,
	model_rollback_options, model_keygen_options, model_sign_options;

/* Values of the options that most actions have; each uses those that its table names. */
struct model_values {
	const char *state, *socket, *keys, *key;
	bool json, require_signature, shadow;
};

#define MODEL_DEFAULTS { .socket = ASK_SOCKET, .keys = SIGNATURE_KEYS }
#define MODEL_AT(field) offsetof(struct model_values, field)

#define MODEL_STATE_OPTION                                                                           \
	{ .name = "state",                                                                           \
	  .kind = OPTION_STRING,                                                                     \
	  .offset = MODEL_AT(state),                                                                 \
	  .argument = "DIR",                                                                         \
	  .help = "where the library is (" STATE_DIRECTORY ")" }
#define MODEL_JSON_OPTION { .name = "json", .letter = 'j', .kind = OPTION_FLAG, .offset = MODEL_AT(json), .help = "as JSON" }
#define MODEL_SIGNATURE_OPTIONS                                                                      \
	{ .name = "keys",                                                                            \
	  .kind = OPTION_STRING,                                                                     \
	  .offset = MODEL_AT(keys),                                                                  \
	  .argument = "DIR",                                                                         \
	  .help = "keys of those who may sign (" SIGNATURE_KEYS ")" },              \
	{ .name = "require-signature",                                                               \
	  .kind = OPTION_FLAG,                                                                       \
	  .offset = MODEL_AT(require_signature),                                                     \
	  .help = "refuse a model that is not signed" }
#define MODEL_COUNT(options) (sizeof(options) / sizeof((options)[0]))

/** model_library_of - the library of --state; EX_OK, or the exit code after logging */
int model_library_of(const struct model_values *values, struct library *library);

/** model_use_of - what the links say of a library's file or LIBRARY_BUILT_IN: "current", "previous", "shadow" or "" */
const char *model_use_of(const struct library *library, const char *name);

/** model_exit - the exit code for a result of model_open(), signature_check() and the library's functions */
int model_exit(int e);

/**
 * model_tell_agent - ask a running agent to go on with a model of the library
 * @name: file, LIBRARY_BUILT_IN, or "" for no shadow
 *
 * Returns EX_OK: it does, or (said on stdout) it does not because none runs or it uses another library or model; or the exit code of its
 * refusal, logged.
 */
int model_tell_agent(const struct model_values *values, const struct library *library, const char *name, bool shadow);

#endif
