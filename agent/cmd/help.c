// SPDX-License-Identifier: BSD-2-Clause

#include <stddef.h>
#include <sysexits.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/cmd/help_forms.h"

enum { FORM_TEXT, FORM_MAN, FORM_MAN_PAGE, FORM_BASH, FORM_ZSH, FORM_FISH };
static const char *const FORMS[] = { "text", "man", "man-page", "bash", "zsh", "fish", NULL };

struct help_values {
	int form;
};

static const struct option_spec OPTIONS[] = {
	{ .name = "form",
	  .kind = OPTION_CHOICE,
	  .offset = offsetof(struct help_values, form),
	  .argument = "FORM",
	  .help = "for people, for scdoc, or to complete what is typed in a shell",
	  .choices = FORMS },
};

const struct options_spec help_options = {
	.command = "iotbpf help",
	.summary = "Explain a command, or list them all.",
	.operands = "[COMMAND]",
	.details = "Example: source <(iotbpf help --form bash)",
	.max_operands = 1,
	.options = OPTIONS,
	.count = 1,
};

static void explain(const struct command *c, int form, struct buffer *out)
{
	if (form == FORM_TEXT)
		options_help(c->options, out);
	else if (form == FORM_MAN)
		help_man(c, out);
	else
		help_man_page(c, out);
}

static int print(struct buffer *out)
{
	fputs(out->failed || !out->data ? "" : out->data, stdout);
	return out->failed ? EX_OSERR : EX_OK;
}

int cmd_help(int argc, char **argv)
{
	struct help_values v = { 0 };
	_cleanup_(buffer_free) struct buffer out = { 0 };
	struct operands operands;
	const struct command *c;
	int code = command_parse(&help_options, argc, argv, &v, &operands);

	if (code >= 0)
		return code;
	if (v.form >= FORM_BASH) {
		help_completion((enum help_shell)(v.form - FORM_BASH), &out);
	} else if (operands.count) {
		c = command_find(operands.argv[0]);
		if (!c) {
			log_error("%s: no such command: `iotbpf help` lists them", operands.argv[0]);
			return EX_USAGE;
		}
		explain(c, v.form, &out);
	} else if (v.form == FORM_TEXT) {
		command_print_all(stdout);
	} else {
		help_man_commands(&out);
	}
	return print(&out);
}
