/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/base/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"

/* getopt_long() returns FIRST_OPTION + index for an option of the table, so that letters cannot clash with it. */
enum { FIRST_OPTION = 256, HELP_OPTION = 'h' };

struct getopt_tables {
	struct option *longs;
	char *shorts;
};

static void getopt_tables_free(struct getopt_tables *t)
{
	free(t->longs);
	free(t->shorts);
}

static int getopt_tables_fill(struct getopt_tables *t, const struct options_spec *spec)
{
	char *p;

	t->longs = calloc(spec->count + 2, sizeof(*t->longs));
	t->shorts = malloc(2 * spec->count + 3);
	if (!t->longs || !t->shorts)
		return log_error_r(-ENOMEM, "out of memory reading the command line");
	p = t->shorts;
	*p++ = ':';
	*p++ = HELP_OPTION;
	for (size_t i = 0; i < spec->count; i++) {
		const struct option_spec *o = &spec->options[i];
		bool argument = o->kind != OPTION_FLAG;

		t->longs[i].name = o->name;
		t->longs[i].has_arg = argument;
		t->longs[i].val = FIRST_OPTION + (int)i;
		if (o->letter)
			*p++ = o->letter;
		if (o->letter && argument)
			*p++ = ':';
	}
	*p = '\0';
	t->longs[spec->count].name = "help";
	t->longs[spec->count].val = HELP_OPTION;
	return 0;
}

static const struct option_spec *find_option(const struct options_spec *spec, int c)
{
	for (size_t i = 0; i < spec->count; i++)
		if (c == FIRST_OPTION + (int)i || (c && c == spec->options[i].letter))
			return &spec->options[i];
	return NULL;
}

static int print_help(const struct options_spec *spec)
{
	_cleanup_(buffer_free) struct buffer text = { 0 };

	options_help(spec, &text);
	if (text.failed)
		return log_error_r(-ENOMEM, "out of memory printing the help");
	fwrite(text.data, 1, text.len, stdout);
	return 1;
}

/* What getopt_long() refused: it leaves the letter or the value of a known option in optopt, 0 for an unknown word. */
static int complain(const struct options_spec *spec, int c, const char *word)
{
	const struct option_spec *option = find_option(spec, optopt);

	if (option && c == ':')
		return log_error_r(-EINVAL, "--%s needs an argument; see '%s --help'", option->name, spec->command);
	if (option || optopt == HELP_OPTION)
		return log_error_r(-EINVAL, "%s: this option takes no argument; see '%s --help'", word, spec->command);
	if (optopt)
		return log_error_r(-EINVAL, "-%c is not an option here; see '%s --help'", optopt, spec->command);
	return log_error_r(-EINVAL, "%s is not an option here, or is ambiguous; see '%s --help'", word, spec->command);
}

static int parse_options(const struct options_spec *spec, const struct getopt_tables *t, int argc, char **argv,
			 void *values)
{
	int c;

	optind = 0; /* forget the previous command line */
	opterr = 0;
	while ((c = getopt_long(argc, argv, t->shorts, t->longs, NULL)) != -1) {
		const struct option_spec *option = find_option(spec, c);
		int r;

		if (c == HELP_OPTION)
			return print_help(spec);
		if (!option)
			return complain(spec, c, argv[optind - 1]);
		r = options_set_value(option, optarg, values);
		if (r < 0)
			return r;
	}
	return 0;
}

static int check_operands(const struct options_spec *spec, const struct operands *operands)
{
	if (operands->count < spec->min_operands)
		return log_error_r(-EINVAL, "%s missing; usage: %s [OPTION]... %s", spec->operands, spec->command,
				   spec->operands);
	if (spec->max_operands >= 0 && operands->count > spec->max_operands)
		return log_error_r(-EINVAL, "unexpected '%s'; see '%s --help'", operands->argv[spec->max_operands],
				   spec->command);
	return 0;
}

int options_parse(const struct options_spec *spec, int argc, char **argv, void *values, struct operands *operands)
{
	_cleanup_(getopt_tables_free) struct getopt_tables tables = { 0 };
	int r = getopt_tables_fill(&tables, spec);

	if (r < 0)
		return r;
	r = parse_options(spec, &tables, argc, argv, values);
	if (r)
		return r;
	*operands = (struct operands){ .argv = argv + optind, .count = argc - optind };
	return check_operands(spec, operands);
}

bool mac_list_contains(const struct mac_list *list, uint64_t mac)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->macs[i] == mac)
			return true;
	return false;
}

void mac_list_free(struct mac_list *list)
{
	free(list->macs);
	*list = (struct mac_list){ 0 };
}

void string_list_free(struct string_list *list)
{
	free(list->list);
	*list = (struct string_list){ 0 };
}
