// SPDX-License-Identifier: BSD-2-Clause

#include "agent/cmd/run_model.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "agent/base/log.h"
#include "agent/cmd/command.h"
#include "agent/cmd/model_signature.h"
#include "agent/cmd/run_requests.h"
#include "agent/model/model.h"

/* A file of the library, signature and all; 0 or -errno, logged. */
static int open_named(const struct runner *r, const char *name, struct model **model)
{
	char path[PATH_MAX], signer[SIGNER_NAME];
	int e;

	if (!strcmp(name, LIBRARY_BUILT_IN)) {
		e = model_open_default(model);
		return e == -ENOENT ? log_error_r(e, "no model is built in") : e;
	}
	library_path(&r->state.library, name, path);
	e = signature_check(path, name, r->values.keys, r->values.require_signature, signer);
	if (e == 0)
		e = model_open(path, model);
	return e < 0 ? e : command_model_fits(name, model);
}

/* The model that a link names; false: there is none, or not one that can be used. */
static bool open_link(const struct runner *r, const char *link, char name[LIBRARY_NAME], struct model **model)
{
	int e = r->state.directory ? library_link(&r->state.library, link, name) : -ENOENT;

	if (e == 0 && strcmp(name, LIBRARY_BUILT_IN))
		e = open_named(r, name, model);
	else if (e == 0)
		e = -ENOENT; /* the built-in one is what runs without a link */
	if (e < 0 && e != -ENOENT && e != -EINVAL)
		log_warn("the library's %s model is passed over", link);
	return e == 0;
}

static int open_current(struct runner *r)
{
	if (r->values.common.model)
		return command_model(r->values.common.model, &r->model);
	if (open_link(r, LIBRARY_CURRENT, r->models.current, &r->model))
		return EX_OK;
	strcpy(r->models.current, LIBRARY_BUILT_IN);
	return command_model(NULL, &r->model);
}

int run_model_open(struct runner *r)
{
	int code;

	if (r->state.directory && library_init(&r->state.library, r->state.directory) < 0)
		r->state.directory = NULL;
	code = open_current(r);
	if (code != EX_OK)
		return code;
	if (r->values.shadow)
		return command_model(r->values.shadow, &r->shadow);
	if (!open_link(r, LIBRARY_SHADOW, r->models.shadow, &r->shadow))
		r->models.shadow[0] = '\0';
	return EX_OK;
}

void run_model_put(const struct runner *r, struct json *j)
{
	json_pair_str(j, "model", r->model ? model_name(r->model) : NULL);
	json_pair_str(j, "model_version", r->model ? model_version(r->model) : NULL);
	if (r->shadow) {
		json_pair_str(j, "shadow", model_name(r->shadow));
		json_pair_str(j, "shadow_version", model_version(r->shadow));
	}
}

static int stay(struct reply *reply, const char *why)
{
	json_pair_bool(&reply->json, "switched", false);
	json_pair_str(&reply->json, "why", why);
	return 0;
}

static int switch_shadow(struct runner *r, const char *name, struct reply *reply)
{
	struct model *next = NULL, *before = r->shadow;

	if (*name && open_named(r, name, &next) < 0)
		return reply_refuse(reply, EX_DATAERR, "%s: the agent refuses it; its log says why", name);
	if (watch_set_shadow(r->watch, next) < 0) {
		if (next)
			model_close(next);
		return reply_refuse(reply, EX_OSERR, "the agent is short of memory");
	}
	r->shadow = next;
	strcpy(r->models.shadow, name);
	if (before)
		model_close(before);
	json_pair_bool(&reply->json, "switched", true);
	return 0;
}

static int switch_current(struct runner *r, const char *name, struct reply *reply)
{
	struct model *next = NULL, *before = r->model;

	if (open_named(r, name, &next) < 0)
		return reply_refuse(reply, EX_DATAERR, "%s: the agent refuses it; its log says why", name);
	if (watch_set_model(r->watch, next) < 0) {
		model_close(next);
		return reply_refuse(reply, EX_OSERR, "the agent is short of memory");
	}
	r->model = next;
	strcpy(r->models.current, name);
	if (before)
		model_close(before);
	log_info("model %s %s from now on", model_name(next), model_version(next));
	json_pair_bool(&reply->json, "switched", true);
	return 0;
}

/* {"request":"model","directory":D,"name":FILE or "built-in", or "" for no shadow,"shadow":BOOL} */
int run_request_model(struct runner *r, const cJSON *request, struct reply *reply)
{
	const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(request, "name"));
	const char *directory = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(request, "directory"));
	bool shadow = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(request, "shadow"));
	_cleanup_free_ char *mine = r->state.directory ? realpath(r->state.library.directory, NULL) : NULL;

	if (!name || !directory || !(library_is_name(name) || !strcmp(name, LIBRARY_BUILT_IN) || (shadow && !*name)))
		return reply_refuse(reply, EX_PROTOCOL, "the request has no directory, or no name of a model");
	if (!mine || strcmp(mine, directory))
		return stay(reply, "it uses another library");
	if (shadow ? r->values.shadow != NULL : r->values.common.model != NULL)
		return stay(reply, shadow ? "it was started with --shadow" : "it was started with --model");
	return shadow ? switch_shadow(r, name, reply) : switch_current(r, name, reply);
}
