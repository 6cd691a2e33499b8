/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IOTBPF_BASE_OPTIONS_H
#define IOTBPF_BASE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/base/buffer.h"

/*
 * The command line of one (sub-)command as a constant table: parsed and explained from the same lines.
 * Values go into a structure of the caller, which holds the defaults before options_parse().
 */
enum option_kind {
	OPTION_FLAG,     /* bool, set to true */
	OPTION_STRING,   /* const char *, points into argv */
	OPTION_STRINGS,  /* struct string_list, one more at each repetition */
	OPTION_U32,      /* uint32_t, decimal, min..max */
	OPTION_NUMBER,   /* double, decimal, min..max */
	OPTION_DURATION, /* int64_t nanoseconds from "500ms", "5s", "2m", "1h", "1d"; min..max in seconds */
	OPTION_MAC,      /* uint64_t, as in mac.h */
	OPTION_MACS,     /* struct mac_list, one more at each repetition */
	OPTION_CHOICE,   /* int, index of the word in choices */
	OPTION_SET,      /* uint32_t, a bit for each word of a comma-separated list; "all" and "none" work */
};

struct option_spec {
	const char *name; /* long name without dashes */
	char letter;      /* short name, or 0; 'h' is taken by --help */
	enum option_kind kind;
	size_t offset;              /* of the value in the caller's structure */
	const char *argument;       /* placeholder in the help: "FILE"; unused by flags */
	const char *help;           /* one line, without a full stop */
	double min, max;            /* both 0: no limit */
	const char *const *choices; /* words, NULL at the end; at most 32 for OPTION_SET */
};

struct options_spec {
	const char *command;            /* "iotbpf run" */
	const char *summary;            /* one line */
	const char *operands;           /* "IFACE..." or NULL */
	const char *details;            /* paragraphs at the end of the help, or NULL */
	int min_operands, max_operands; /* max -1: any number */
	const struct option_spec *options;
	size_t count;
};

struct mac_list {
	uint64_t *macs;
	size_t count;
};

/* Words of the command line, which they point into. */
struct string_list {
	const char **list;
	size_t count;
};

/** option_is_list - may the option be repeated? */
static inline bool option_is_list(const struct option_spec *option)
{
	return option->kind == OPTION_MACS || option->kind == OPTION_STRINGS;
}

struct operands {
	char **argv;
	int count;
};

/** options_words - append the words that an option takes, @separator between them; nothing where it takes any */
void options_words(const struct option_spec *option, const char *separator, struct buffer *out);

/**
 * options_parse - read argv[1..] into @values; operands may stand between options
 * @operands: what is left, pointing into @argv (which is reordered)
 *
 * Returns 0; 1 after "--help", which is printed on stdout (exit with 0); -EINVAL after a usage error,
 * which is logged with its remedy (exit with EX_USAGE); -ENOMEM.
 */
int options_parse(const struct options_spec *spec, int argc, char **argv, void *values, struct operands *operands);

/** options_help - append the whole help text */
void options_help(const struct options_spec *spec, struct buffer *out);

/** mac_list_contains - is @mac in the list? */
bool mac_list_contains(const struct mac_list *list, uint64_t mac);

/** mac_list_free - release what OPTION_MACS collected; the list is empty afterwards */
void mac_list_free(struct mac_list *list);

/** string_list_free - as mac_list_free(), of OPTION_STRINGS */
void string_list_free(struct string_list *list);

/** options_set_value - convert @text for one option and store it; 0, -EINVAL (logged) or -ENOMEM */
int options_set_value(const struct option_spec *option, const char *text, void *values);

/** options_take_value - as options_set_value(), for a value from elsewhere: @title stands in the message in place of the option */
int options_take_value(const struct option_spec *option, const char *title, const char *text, void *values);

/**
 * options_format_value - append the value of one option as options_set_value() reads it (a flag: yes or no)
 * @item: of a list, which entry; nothing is appended beyond its end
 */
void options_format_value(const struct option_spec *option, const void *values, size_t item, struct buffer *out);

#endif
