// SPDX-License-Identifier: BSD-2-Clause

#include "agent/cmd/model_actions.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"

int model_library_of(const struct model_values *v, struct library *library)
{
	const char *state = state_directory(v->state);

	if (!state) {
		log_error("there is no library: --state names the directory that it is in");
		return EX_USAGE;
	}
	if (library_init(library, state) == 0)
		return EX_OK;
	log_error("%.100s...: path too long", state);
	return EX_USAGE;
}

const char *model_use_of(const struct library *library, const char *name)
{
	static const char *const links[] = { LIBRARY_CURRENT, LIBRARY_SHADOW, LIBRARY_PREVIOUS };
	char target[LIBRARY_NAME];

	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		if (library_link(library, links[i], target) == 0 && !strcmp(target, name))
			return links[i];
	}
	if (!strcmp(name, LIBRARY_BUILT_IN) && library_link(library, LIBRARY_CURRENT, target) == -ENOENT)
		return LIBRARY_CURRENT;
	return "";
}

int model_exit(int e)
{
	switch (e) {
	case 0:
		return EX_OK;
	case -ENOENT:
	case -EISDIR:
		return EX_NOINPUT;
	case -EACCES:
	case -EPERM:
	case -EROFS:
		return EX_NOPERM;
	case -ENOSPC:
		return EX_CANTCREAT;
	case -ENOMEM:
		return EX_OSERR;
	case -EIO:
		return EX_IOERR;
	default:
		return EX_DATAERR;
	}
}

int model_tell_agent(const struct model_values *v, const struct library *library, const char *name, bool shadow)
{
	_cleanup_free_ char *directory = realpath(library->directory, NULL);
	_cleanup_(buffer_free) struct buffer request = { 0 };
	struct json j = ask_begin(&request, "model");
	cJSON *answer;
	int code;

	json_pair_str(&j, "directory", directory ? directory : library->directory);
	json_pair_str(&j, "name", name);
	json_pair_bool(&j, "shadow", shadow);
	json_end_object(&j);
	code = ask(v->socket, &request, true, &answer);
	if (code == EX_UNAVAILABLE) {
		puts("No agent runs: the next one will use it.");
		return EX_OK;
	}
	if (code >= 0)
		return code;
	if (!answer_bool(answer, "switched"))
		printf("The agent that runs goes on as it is: %s.\n", answer_text(answer, "why"));
	cJSON_Delete(answer);
	return EX_OK;
}
