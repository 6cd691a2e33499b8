/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_MODEL_LIBRARY_H
#define AGENT_CMD_MODEL_LIBRARY_H

/*
 * The models of an agent: STATE/models/NAME-VERSION.iotm, with NAME-VERSION.iotm.sig where one is signed, and symbolic links that say what
 * each is for: `current` runs, `previous` ran before, `shadow` runs beside. A link to "built-in" means the model in the program.
 */

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#define LIBRARY_BUILT_IN "built-in"
#define LIBRARY_CURRENT "current"
#define LIBRARY_PREVIOUS "previous"
#define LIBRARY_SHADOW "shadow"
#define LIBRARY_SUFFIX ".iotm"
#define LIBRARY_MODELS_MAX 256 /* that it takes */

enum { LIBRARY_NAME = 160 };

struct library {
	char directory[PATH_MAX - LIBRARY_NAME - 16];
};

/** library_init - of the agent whose state is in @state; 0 or -ENAMETOOLONG. Nothing is made or read */
int library_init(struct library *library, const char *state);

/** library_make - make the directory, and @state, where they are missing; 0 or -errno, logged */
int library_make(const struct library *library, const char *state);

/** library_is_name - may a file of the library be called that? */
bool library_is_name(const char *name);

/** library_file_name - NAME-VERSION.iotm; what is no letter, digit, '.', '_', '+' or '-' becomes '_' */
void library_file_name(const char *name, const char *version, char out[LIBRARY_NAME]);

/** library_path - of a file or link in the library */
void library_path(const struct library *library, const char *name, char out[PATH_MAX]);

/** library_link - where a link points: a file of the library or LIBRARY_BUILT_IN; -ENOENT: there is no such link */
int library_link(const struct library *library, const char *link, char target[LIBRARY_NAME]);

/** library_set_link - make it point to @target, at once or not at all; NULL removes it. 0 or -errno, logged */
int library_set_link(const struct library *library, const char *link, const char *target);

/** library_list - the models, sorted by name; *@names and each of them are to be freed. Returns how many, or -errno, logged */
int library_list(const struct library *library, char ***names);
void library_list_free(char **names, int count);

/** library_sync - what was renamed in it outlives a power cut; 0 or -errno, logged */
int library_sync(const struct library *library);

/**
 * library_resolve - the path of a model that a person named
 *
 * A file of the library, with or without .iotm; or else any file; or else the only version that the library has of that name.
 * @inside: receives whether it is in the library
 */
void library_resolve(const struct library *library, const char *name, char path[PATH_MAX], bool *inside);

#endif
