// SPDX-License-Identifier: BSD-2-Clause

#include "agent/cmd/help_forms.h"

#include <string.h>

#include "agent/base/cleanup.h"

/* Text with what scdoc would take for markup escaped. */
static void put_text(const char *text, struct buffer *out)
{
	for (; *text; text++) {
		if (strchr("\\*_`<>~[]#|", *text))
			buffer_append_char(out, '\\', 1);
		buffer_append_char(out, *text, 1);
	}
}

static void put_option(const struct option_spec *o, struct buffer *out)
{
	_cleanup_(buffer_free) struct buffer words = { 0 };

	if (o->letter)
		buffer_printf(out, "*-%c*, ", o->letter);
	buffer_printf(out, "*--%s*", o->name);
	if (o->kind != OPTION_FLAG) {
		buffer_append_str(out, " _");
		put_text(o->argument ? o->argument : "VALUE", out);
		buffer_append_str(out, "_");
	}
	buffer_append_str(out, "\n\t");
	put_text(o->help, out);
	options_words(o, ", ", &words);
	if (words.len) {
		buffer_append_str(out, o->kind == OPTION_SET ? ": any of " : ": ");
		put_text(words.data, out);
	}
	buffer_append_str(out, option_is_list(o) ? ". May be repeated.\n\n" : ".\n\n");
}

void help_man(const struct command *command, struct buffer *out)
{
	for (size_t i = 0; i < command->options->count; i++)
		put_option(&command->options->options[i], out);
	buffer_append_str(out, "*-h*, *--help*\n\tShow the same as text.\n");
}

void help_man_page(const struct command *command, struct buffer *out)
{
	const struct options_spec *spec = command->options;

	buffer_printf(out, "iotbpf-%s(1)\n\n# NAME\n\niotbpf-%s - ", command->name, command->name);
	put_text(command->summary, out);
	buffer_printf(out, "\n\n# SYNOPSIS\n\n*iotbpf %s* [_OPTION_]... ", command->name);
	put_text(spec->operands ? spec->operands : "", out);
	buffer_append_str(out, "\n\n# DESCRIPTION\n\n");
	put_text(spec->summary, out);
	if (spec->details) {
		buffer_append_str(out, "\n\n");
		put_text(spec->details, out);
	}
	buffer_append_str(out, "\n\n# OPTIONS\n\n");
	help_man(command, out);
	buffer_append_str(out, "\n# SEE ALSO\n\n*iotbpf*(8)\n");
}

void help_man_commands(struct buffer *out)
{
	for (const struct command *c = commands; c->name; c++) {
		buffer_printf(out, "*%s* ", c->name);
		put_text(c->options->operands ? c->options->operands : "", out);
		buffer_append_str(out, "\n\t");
		put_text(c->options->summary, out);
		buffer_append_str(out, "\n\n");
	}
}
