/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/base/options.h"

#include <stdio.h>
#include <string.h>

enum { HELP_COLUMN = 30 };

static void put_left(const struct option_spec *o, char *out, size_t size)
{
	char letter[8] = "    ";

	if (o->letter)
		snprintf(letter, sizeof(letter), "-%c, ", o->letter);
	if (o->kind == OPTION_FLAG)
		snprintf(out, size, "  %s--%s", letter, o->name);
	else
		snprintf(out, size, "  %s--%s %s", letter, o->name, o->argument ? o->argument : "VALUE");
}

void options_words(const struct option_spec *o, const char *separator, struct buffer *out)
{
	for (int i = 0; o->choices && o->choices[i]; i++)
		buffer_printf(out, "%s%s", i ? separator : "", o->choices[i]);
}

static void put_option(const struct option_spec *o, struct buffer *out)
{
	char left[80];

	put_left(o, left, sizeof(left));
	buffer_append_str(out, left);
	if (strlen(left) + 2 > HELP_COLUMN)
		buffer_printf(out, "\n%*s", HELP_COLUMN, "");
	else
		buffer_append_char(out, ' ', HELP_COLUMN - strlen(left));
	buffer_append_str(out, o->help);
	if (o->choices)
		buffer_append_str(out, o->kind == OPTION_SET ? ": any of " : ": ");
	options_words(o, ", ", out);
	if (option_is_list(o))
		buffer_append_str(out, "; may be repeated");
	buffer_append(out, "\n", 1);
}

void options_help(const struct options_spec *spec, struct buffer *out)
{
	static const struct option_spec help = { "help", 'h', OPTION_FLAG, 0, NULL, "show this text", 0, 0, NULL };

	buffer_printf(out, "usage: %s [OPTION]...%s%s\n", spec->command, spec->operands ? " " : "",
		      spec->operands ? spec->operands : "");
	buffer_printf(out, "\n%s\n\nOptions:\n", spec->summary);
	for (size_t i = 0; i < spec->count; i++)
		put_option(&spec->options[i], out);
	put_option(&help, out);
	if (spec->details)
		buffer_printf(out, "\n%s\n", spec->details);
}
