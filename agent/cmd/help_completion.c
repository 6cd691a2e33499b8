// SPDX-License-Identifier: BSD-2-Clause

#include "agent/cmd/help_forms.h"

#include <string.h>

#include "agent/base/cleanup.h"

/* In single quotes, where a shell takes everything else literally. */
static void put_quoted(const char *text, struct buffer *out)
{
	buffer_append_char(out, '\'', 1);
	for (; *text; text++) {
		if (*text == '\'')
			buffer_append_str(out, "'\\'");
		buffer_append_char(out, *text, 1);
	}
	buffer_append_char(out, '\'', 1);
}

static bool takes_file(const struct option_spec *o)
{
	return o->kind != OPTION_FLAG && o->argument && (strstr(o->argument, "FILE") || strstr(o->argument, "DIR") || strstr(o->argument, "PATH"));
}

static void bash_options(const struct command *c, struct buffer *out)
{
	buffer_printf(out, "\t1.%s)\n\t\tcase $prev in\n", c->name);
	for (size_t i = 0; i < c->options->count; i++) {
		const struct option_spec *o = &c->options->options[i];

		if (o->choices) {
			buffer_printf(out, "\t\t--%s) words='", o->name);
			options_words(o, " ", out);
			buffer_append_str(out, "' ;;\n");
		} else if (o->kind != OPTION_FLAG) {
			buffer_printf(out, "\t\t--%s) words=''%s ;;\n", o->name, takes_file(o) ? "; files=1" : "");
		}
	}
	buffer_append_str(out, "\t\t*) words='--help");
	for (size_t i = 0; i < c->options->count; i++)
		buffer_printf(out, " --%s", c->options->options[i].name);
	buffer_append_str(out, "'; files=1 ;;\n\t\tesac\n\t\t;;\n");
}

static void bash(struct buffer *out)
{
	buffer_append_str(out, "# bash completion for iotbpf\n_iotbpf()\n{\n"
			       "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} words= files=\n"
			       "\tcase $((COMP_CWORD > 1)).${COMP_WORDS[1]} in\n\t0.*) words='");
	for (const struct command *c = commands; c->name; c++)
		buffer_printf(out, "%s%s", c == commands ? "" : " ", c->name);
	buffer_append_str(out, "' ;;\n");
	for (const struct command *c = commands; c->name; c++)
		bash_options(c, out);
	buffer_append_str(out, "\tesac\n\tCOMPREPLY=($(compgen -W \"$words\" ${files:+-f} -- \"$cur\"))\n}\ncomplete -o filenames -F _iotbpf iotbpf\n");
}

static void zsh_option(const struct option_spec *o, struct buffer *out)
{
	_cleanup_(buffer_free) struct buffer text = { 0 };
	const char *help = o->help;

	buffer_printf(&text, "--%s%s[", o->name, o->kind == OPTION_FLAG ? "" : "=");
	for (; *help; help++) {
		if (strchr("[]:\\", *help))
			buffer_append_char(&text, '\\', 1);
		buffer_append_char(&text, *help, 1);
	}
	buffer_append_str(&text, "]");
	if (o->choices) {
		buffer_append_str(&text, ":word:(");
		options_words(o, " ", &text);
		buffer_append_str(&text, ")");
	} else if (o->kind != OPTION_FLAG) {
		buffer_append_str(&text, takes_file(o) ? ":file:_files" : ":value: ");
	}
	buffer_append_str(out, " \\\n\t\t\t");
	put_quoted(text.failed ? "" : text.data, out);
}

static void zsh(struct buffer *out)
{
	buffer_append_str(out, "#compdef iotbpf\n_iotbpf()\n{\n\tlocal -a commands=(");
	for (const struct command *c = commands; c->name; c++) {
		buffer_printf(out, "\n\t\t%s:", c->name);
		put_quoted(c->summary, out);
	}
	buffer_append_str(out, ")\n\tif ((CURRENT == 2)); then\n\t\t_describe command commands\n\t\treturn\n\tfi\n\tshift words\n\t((CURRENT--))\n\tcase $words[1] in\n");
	for (const struct command *c = commands; c->name; c++) {
		buffer_printf(out, "\t%s)\n\t\t_arguments", c->name);
		for (size_t i = 0; i < c->options->count; i++)
			zsh_option(&c->options->options[i], out);
		buffer_append_str(out, " \\\n\t\t\t'*:file:_files'\n\t\t;;\n");
	}
	buffer_append_str(out, "\tesac\n}\n_iotbpf \"$@\"\n");
}

static void fish_option(const struct command *c, const struct option_spec *o, struct buffer *out)
{
	buffer_printf(out, "complete -c iotbpf -n '__fish_seen_subcommand_from %s' -l %s", c->name, o->name);
	if (o->letter)
		buffer_printf(out, " -s %c", o->letter);
	if (o->kind != OPTION_FLAG)
		buffer_append_str(out, takes_file(o) ? " -rF" : " -x");
	if (o->choices) {
		buffer_append_str(out, " -a '");
		options_words(o, " ", out);
		buffer_append_str(out, "'");
	}
	buffer_append_str(out, " -d ");
	put_quoted(o->help, out);
	buffer_append_str(out, "\n");
}

static void fish(struct buffer *out)
{
	buffer_append_str(out, "# fish completion for iotbpf\n");
	for (const struct command *c = commands; c->name; c++) {
		buffer_printf(out, "complete -c iotbpf -f -n __fish_use_subcommand -a %s -d ", c->name);
		put_quoted(c->summary, out);
		buffer_append_str(out, "\n");
		for (size_t i = 0; i < c->options->count; i++)
			fish_option(c, &c->options->options[i], out);
	}
}

void help_completion(enum help_shell shell, struct buffer *out)
{
	static void (*const forms[])(struct buffer *) = { bash, zsh, fish };

	forms[shell](out);
}
