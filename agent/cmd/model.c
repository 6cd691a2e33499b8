// SPDX-License-Identifier: BSD-2-Clause

/* iotbpf model: the library of models, one action each. */

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "agent/base/log.h"
#include "agent/cmd/model_actions.h"
#include "agent/cmd/model_import.h"

static const struct command ACTIONS[] = {
	{ "list", "the models of the library, and which one runs", model_cmd_list, &model_list_options },
	{ "show", "what a model tells apart, and how well", model_cmd_show, &model_show_options },
	{ "check", "would this file be installed?", model_cmd_check, &model_check_options },
	{ "install", "put a model to use, without a restart", model_cmd_install, &model_install_options },
	{ "remove", "delete a model that is not in use", model_cmd_remove, &model_remove_options },
	{ "rollback", "go back to the model before", model_cmd_rollback, &model_rollback_options },
	{ "import", "compile a model of another library", cmd_model_import, &model_import_options },
	{ "keygen", "make a pair of keys to sign models with", model_cmd_keygen, &model_keygen_options },
	{ "sign", "sign a model", model_cmd_sign, &model_sign_options },
	{ NULL, NULL, NULL, NULL },
};

const struct options_spec model_options = {
	.command = "iotbpf model",
	.summary = "The library of models: list, show, check, install, remove, rollback, import, keygen, sign.",
	.operands = "ACTION [OPTION]... [ARGUMENT]...",
	.details = "`iotbpf model ACTION --help` explains one. Models are kept in " STATE_DIRECTORY "/models; the agent starts with the current "
		   "one, or with the one that is built in. Signatures are those of minisign: FILE.iotm.sig, keys in " SIGNATURE_KEYS "/NAME.pub.",
	.min_operands = 1,
	.max_operands = -1,
};

static void print_actions(FILE *out)
{
	fputs("usage: iotbpf model ACTION [OPTION]... [ARGUMENT]...\n\nactions:\n", out);
	for (const struct command *c = ACTIONS; c->name; c++)
		fprintf(out, "  %-9s %s\n", c->name, c->summary);
	fputs("\n`iotbpf model ACTION --help` explains one.\n", out);
}

int cmd_model(int argc, char **argv)
{
	if (argc < 2) {
		log_error("ACTION missing: list, show, check, install, remove, rollback, import, keygen or sign; see 'iotbpf model --help'");
		return EX_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")) {
		print_actions(stdout);
		return EX_OK;
	}
	for (const struct command *c = ACTIONS; c->name; c++) {
		if (!strcmp(c->name, argv[1]))
			return c->main(argc - 1, argv + 1);
	}
	log_error("%s: no such action: `iotbpf model --help` lists them", argv[1]);
	return EX_USAGE;
}
