// SPDX-License-Identifier: BSD-2-Clause

/* iotbpf model keygen, sign: for whoever gives models to others. */

#include <stddef.h>
#include <stdio.h>
#include <sysexits.h>

#include "agent/base/log.h"
#include "agent/cmd/model_actions.h"

const struct options_spec model_keygen_options = {
	.command = "iotbpf model keygen",
	.summary = "Make a pair of keys: NAME.key, which signs and stays secret, and NAME.pub, for the folder of trusted keys of others.",
	.operands = "NAME",
	.details = "NAME is what `iotbpf model list` will show as the signer. The keys are those of minisign, without a pass phrase.",
	.min_operands = 1,
	.max_operands = 1,
};

int model_cmd_keygen(int argc, char **argv)
{
	struct operands operands;
	int code = command_parse(&model_keygen_options, argc, argv, NULL, &operands), e;

	if (code >= 0)
		return code;
	e = signature_keygen(operands.argv[0]);
	if (e == 0)
		printf("%s.key signs: keep it secret. %s.pub goes to " SIGNATURE_KEYS " of those who trust you.\n", operands.argv[0], operands.argv[0]);
	return e < 0 ? EX_CANTCREAT : EX_OK;
}

static const struct option_spec SIGN_OPTIONS[] = {
	{ .name = "key",
	  .letter = 'k',
	  .kind = OPTION_STRING,
	  .offset = MODEL_AT(key),
	  .argument = "FILE",
	  .help = "secret key of `iotbpf model keygen`" },
};

const struct options_spec model_sign_options = {
	.command = "iotbpf model sign",
	.summary = "Sign a model: write FILE.sig, to be given away beside it.",
	.operands = "FILE",
	.min_operands = 1,
	.max_operands = 1,
	.options = SIGN_OPTIONS,
	.count = MODEL_COUNT(SIGN_OPTIONS),
};

int model_cmd_sign(int argc, char **argv)
{
	struct model_values values = { 0 };
	struct operands operands;
	struct model *model;
	int code = command_parse(&model_sign_options, argc, argv, &values, &operands), e;

	if (code >= 0)
		return code;
	if (!values.key) {
		log_error("--key is missing: `iotbpf model keygen` makes one");
		return EX_USAGE;
	}
	e = model_open(operands.argv[0], &model);
	if (e < 0)
		return model_exit(e);
	model_close(model);
	e = signature_sign(operands.argv[0], values.key);
	if (e == 0)
		printf("%s" SIGNATURE_SUFFIX " is written.\n", operands.argv[0]);
	return model_exit(e);
}
