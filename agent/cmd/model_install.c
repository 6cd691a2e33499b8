// SPDX-License-Identifier: BSD-2-Clause

/* iotbpf model install, remove, rollback: which model the library's links name, and so which one runs. */

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/cmd/model_actions.h"

static const struct option_spec INSTALL_OPTIONS[] = {
	{ .name = "shadow",
	  .kind = OPTION_FLAG,
	  .offset = MODEL_AT(shadow),
	  .help = "run it beside the present one: events say where they differ" },
	MODEL_SIGNATURE_OPTIONS,
	MODEL_STATE_OPTION,
	ASK_OPTION(struct model_values),
};

const struct options_spec model_install_options = {
	.command = "iotbpf model install",
	.summary = "Check a model, copy it to the library, and let the agent go on with it. Nothing changes unless all of that succeeds.",
	.operands = "FILE",
	.details = "FILE may be a model of the library: its name, with or without .iotm, or built-in.",
	.min_operands = 1,
	.max_operands = 1,
	.options = INSTALL_OPTIONS,
	.count = MODEL_COUNT(INSTALL_OPTIONS),
};

/* A copy under way; the new names are removed again unless it succeeds. */
struct copying {
	const struct library *library;
	char fresh[PATH_MAX], fresh_signature[PATH_MAX + 8]; /* while they are checked */
	char name[LIBRARY_NAME];			     /* in the library, from then on */
	bool added;
};

static int copy_file(const char *from, const char *to)
{
	_cleanup_close_ int in = open(from, O_RDONLY | O_CLOEXEC), out = -1;
	struct stat st;
	ssize_t n = 1;

	if (in < 0 || fstat(in, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (out < 0)
		return -errno;
	while (n > 0)
		n = sendfile(out, in, NULL, 1 << 20);
	return n < 0 || fsync(out) < 0 ? -errno : 0;
}

static bool is_same(const char *a, const char *b)
{
	_cleanup_fclose_ FILE *x = fopen(a, "re"), *y = fopen(b, "re");
	char p[4096], q[4096];
	size_t n, m;

	if (!x || !y)
		return false;
	do {
		n = fread(p, 1, sizeof(p), x);
		m = fread(q, 1, sizeof(q), y);
	} while (n && n == m && memcmp(p, q, n) == 0);
	return n == 0 && m == 0;
}

static int check_file(const struct model_values *v, const char *path, const char *name, struct model **model)
{
	char signer[SIGNER_NAME];
	int e = signature_check(path, name, v->keys, v->require_signature, signer);

	return e < 0 ? e : model_open(path, model);
}

/* The copy is what counts: nobody changes that after it was checked. */
static int check_copy(struct copying *c, const struct model_values *v, const char *file)
{
	struct model *model;
	int e = check_file(v, c->fresh, file, &model);

	if (e < 0)
		return e;
	library_file_name(model_name(model), model_version(model), c->name);
	model_close(model);
	return 0;
}

static int take_name(struct copying *c)
{
	char path[PATH_MAX], signature[PATH_MAX + 8];

	library_path(c->library, c->name, path);
	snprintf(signature, sizeof(signature), "%s" SIGNATURE_SUFFIX, path);
	if (access(path, F_OK) == 0 && !is_same(path, c->fresh))
		return log_error_r(-EEXIST, "%s: the library has another model of that name and version: remove it first (iotbpf model remove %s)",
				   c->name, c->name);
	c->added = access(path, F_OK) < 0;
	if ((rename(c->fresh_signature, signature) < 0 && errno != ENOENT) || rename(c->fresh, path) < 0)
		return log_errno_r(-errno, "%s", path);
	return library_sync(c->library);
}

static int add_file(struct copying *c, const struct model_values *v, const char *file)
{
	char signature[PATH_MAX];
	int e;

	snprintf(signature, sizeof(signature), "%.*s" SIGNATURE_SUFFIX, PATH_MAX - 8, file);
	library_path(c->library, ".install", c->fresh);
	snprintf(c->fresh_signature, sizeof(c->fresh_signature), "%s" SIGNATURE_SUFFIX, c->fresh);
	unlink(c->fresh_signature);
	e = copy_file(file, c->fresh);
	if (e < 0) {
		unlink(c->fresh);
		return log_errno_r(e, "%s", file);
	}
	e = copy_file(signature, c->fresh_signature);
	if (e < 0 && e != -ENOENT)
		log_errno_r(e, "%s", signature);
	else
		e = check_copy(c, v, file) ?: take_name(c);
	if (e < 0) {
		unlink(c->fresh);
		unlink(c->fresh_signature);
	}
	return e;
}

static void delete(const struct library *library, const char *name)
{
	char path[PATH_MAX], signature[PATH_MAX + 8];

	library_path(library, name, path);
	snprintf(signature, sizeof(signature), "%s" SIGNATURE_SUFFIX, path);
	unlink(path);
	unlink(signature);
}

/* `previous` is set first: whatever interrupts this, a link names what ran before. */
static int make_current(const struct library *library, const char *name)
{
	char before[LIBRARY_NAME];
	int e = library_link(library, LIBRARY_CURRENT, before);

	if (e < 0)
		strcpy(before, LIBRARY_BUILT_IN);
	if (!strcmp(before, name))
		return 0;
	return library_set_link(library, LIBRARY_PREVIOUS, before) ?: library_set_link(library, LIBRARY_CURRENT, name);
}

static int use(const struct model_values *v, const struct library *library, const char *name)
{
	char shadow[LIBRARY_NAME];
	int code = model_tell_agent(v, library, name, v->shadow);

	if (code != EX_OK)
		return code;
	if (v->shadow)
		return model_exit(library_set_link(library, LIBRARY_SHADOW, name));
	code = model_exit(make_current(library, name));
	if (code != EX_OK || library_link(library, LIBRARY_SHADOW, shadow) < 0 || strcmp(shadow, name) != 0)
		return code;
	/* What ran beside runs in its own right now. */
	code = model_tell_agent(v, library, "", true);
	return code == EX_OK ? model_exit(library_set_link(library, LIBRARY_SHADOW, NULL)) : code;
}

static int install(const struct model_values *v, const struct library *library, const char *file)
{
	struct copying c = { .library = library, .name = LIBRARY_BUILT_IN };
	struct model *model = NULL;
	char path[PATH_MAX];
	bool inside = false;
	int code, e = 0;

	/* The file under its own name first, for messages that say which one it is. */
	if (strcmp(file, LIBRARY_BUILT_IN) != 0) {
		library_resolve(library, file, path, &inside);
		e = check_file(v, path, inside ? strrchr(path, '/') + 1 : file, &model);
	}
	if (model)
		model_close(model);
	if (e == 0 && inside)
		snprintf(c.name, sizeof(c.name), "%s", strrchr(path, '/') + 1);
	else if (e == 0 && model)
		e = add_file(&c, v, path);
	if (e < 0)
		return model_exit(e);
	code = use(v, library, c.name);
	if (code != EX_OK && c.added)
		delete(library, c.name);
	if (code == EX_OK)
		printf("%s %s.\n", c.name, v->shadow ? "runs beside the current model" : "is the current model");
	return code;
}

int model_cmd_install(int argc, char **argv)
{
	struct model_values values = MODEL_DEFAULTS;
	struct operands operands;
	struct library library;
	int code = command_parse(&model_install_options, argc, argv, &values, &operands);

	if (code >= 0)
		return code;
	code = model_library_of(&values, &library);
	if (code != EX_OK)
		return code;
	code = model_exit(library_make(&library, state_directory(values.state)));
	return code == EX_OK ? install(&values, &library, operands.argv[0]) : code;
}

static const struct option_spec REMOVE_OPTIONS[] = { MODEL_STATE_OPTION, ASK_OPTION(struct model_values) };

const struct options_spec model_remove_options = {
	.command = "iotbpf model remove",
	.summary = "Delete a model of the library that is not the current one. A shadow stops running beside it.",
	.operands = "NAME",
	.min_operands = 1,
	.max_operands = 1,
	.options = REMOVE_OPTIONS,
	.count = MODEL_COUNT(REMOVE_OPTIONS),
};

/* Links to it go first, so that none ever points to nothing. */
static int remove_model(const struct model_values *v, const struct library *library, const char *name)
{
	char target[LIBRARY_NAME];
	int code = EX_OK;

	if (library_link(library, LIBRARY_CURRENT, target) == 0 && !strcmp(target, name)) {
		log_error("%s is the current model: install another one first, or go back (iotbpf model rollback)", name);
		return EX_DATAERR;
	}
	if (library_link(library, LIBRARY_SHADOW, target) == 0 && !strcmp(target, name)) {
		code = model_tell_agent(v, library, "", true);
		if (code == EX_OK)
			code = model_exit(library_set_link(library, LIBRARY_SHADOW, NULL));
	}
	if (code == EX_OK && library_link(library, LIBRARY_PREVIOUS, target) == 0 && !strcmp(target, name))
		code = model_exit(library_set_link(library, LIBRARY_PREVIOUS, NULL));
	if (code != EX_OK)
		return code;
	delete(library, name);
	printf("%s is removed.\n", name);
	return EX_OK;
}

int model_cmd_remove(int argc, char **argv)
{
	struct model_values values = MODEL_DEFAULTS;
	struct operands operands;
	struct library library;
	char path[PATH_MAX];
	bool inside;
	int code = command_parse(&model_remove_options, argc, argv, &values, &operands);

	if (code >= 0)
		return code;
	code = model_library_of(&values, &library);
	if (code != EX_OK)
		return code;
	library_resolve(&library, operands.argv[0], path, &inside);
	if (inside)
		return remove_model(&values, &library, strrchr(path, '/') + 1);
	log_error("%s: not in the library: `iotbpf model list` shows what is", operands.argv[0]);
	return EX_NOINPUT;
}

static const struct option_spec ROLLBACK_OPTIONS[] = { MODEL_SIGNATURE_OPTIONS, MODEL_STATE_OPTION, ASK_OPTION(struct model_values) };

const struct options_spec model_rollback_options = {
	.command = "iotbpf model rollback",
	.summary = "Go back to the model that ran before the current one; once more, and that one is back.",
	.options = ROLLBACK_OPTIONS,
	.count = MODEL_COUNT(ROLLBACK_OPTIONS),
};

int model_cmd_rollback(int argc, char **argv)
{
	struct model_values values = MODEL_DEFAULTS;
	char previous[LIBRARY_NAME];
	struct operands operands;
	struct library library;
	int code = command_parse(&model_rollback_options, argc, argv, &values, &operands);

	if (code >= 0)
		return code;
	code = model_library_of(&values, &library);
	if (code != EX_OK)
		return code;
	if (library_link(&library, LIBRARY_PREVIOUS, previous) == 0)
		return install(&values, &library, previous);
	log_error("%s: there is no model before the current one", library.directory);
	return EX_NOINPUT;
}
