// SPDX-License-Identifier: BSD-2-Clause

#include "agent/cmd/list_device.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>

#include "agent/base/log.h"
#include "agent/output/plain.h"

#define CANDIDATES 5

/* How well a text fits, the better ones above. */
enum fit { FIT_NOT, FIT_TYPE_BEGINS, FIT_BEGINS, FIT_TYPE, FIT_WHOLE };

static enum fit fit_word(const char *word, const char *text, enum fit whole, enum fit begins)
{
	if (!word || !*word || strncasecmp(word, text, strlen(text)) != 0)
		return FIT_NOT;
	return word[strlen(text)] ? begins : whole;
}

static bool is_separator(char c)
{
	return c == ':' || c == '-';
}

/* The digits of a MAC address, with or without separators; at least two. */
static enum fit fit_mac(const char *id, const char *text)
{
	size_t digits = 0;

	for (; *text; text++) {
		if (is_separator(*text))
			continue;
		while (is_separator(*id))
			id++;
		if (!isxdigit((unsigned char)*text) || tolower((unsigned char)*text) != tolower((unsigned char)*id))
			return FIT_NOT;
		id++;
		digits++;
	}
	if (digits < 2)
		return FIT_NOT;
	return *id ? FIT_BEGINS : FIT_WHOLE;
}

static enum fit better(enum fit a, enum fit b)
{
	return a > b ? a : b;
}

static enum fit fit_device(const struct known_device *d, const char *text)
{
	enum fit fit = better(fit_mac(d->id, text), fit_word(d->id, text, FIT_WHOLE, FIT_BEGINS));

	fit = better(fit, fit_word(d->name, text, FIT_WHOLE, FIT_BEGINS));
	fit = better(fit, fit_word(d->label, text, FIT_TYPE, FIT_TYPE_BEGINS));
	for (size_t i = 0; i < d->address_count; i++)
		fit = better(fit, fit_word(d->addresses[i], text, FIT_WHOLE, FIT_BEGINS));
	return fit;
}

static const char *called(const struct known_device *d)
{
	if (d->name && *d->name)
		return d->name;
	return d->label ? d->label : "";
}

static void name_candidates(const struct known_device *list, size_t count, const char *text, enum fit fit, struct buffer *out)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		if (fit_device(&list[i], text) != fit)
			continue;
		if (n++ < CANDIDATES) {
			buffer_append_str(out, n > 1 ? ", " : "");
			plain_append(out, list[i].id);
			buffer_append_str(out, *called(&list[i]) ? " " : "");
			plain_append(out, called(&list[i]));
		}
	}
	buffer_append_str(out, n > CANDIDATES ? ", ..." : "");
}

static int refuse(int e, const struct known_device *list, size_t count, const char *text, enum fit fit, struct buffer *why)
{
	char begin[64];

	snprintf(begin, sizeof(begin), "%s", text);
	plain_append(why, begin);
	if (e == -ENOENT) {
		buffer_append_str(why, ": no such device: `iotbpf devices` lists them");
		return e;
	}
	buffer_append_str(why, ": several devices are called like that (");
	name_candidates(list, count, text, fit, why);
	buffer_append_str(why, "): say more");
	return e;
}

int device_match(const struct known_device *list, size_t count, const char *text, size_t *found, struct buffer *why)
{
	enum fit best = FIT_NOT;
	size_t fitting = 0;

	for (size_t i = 0; *text && i < count; i++) {
		enum fit fit = fit_device(&list[i], text);

		if (fit == FIT_NOT || fit < best)
			continue;
		fitting = fit > best ? 1 : fitting + 1;
		best = fit;
		*found = i;
	}
	if (fitting == 1)
		return 0;
	return refuse(fitting ? -ENOTUNIQ : -ENOENT, list, count, text, best, why);
}

int device_find(const struct known_device *list, size_t count, const char *text, size_t *found)
{
	_cleanup_(buffer_free) struct buffer why = { 0 };
	int e = device_match(list, count, text, found, &why);

	return e < 0 ? log_error_r(e, "%s", why.data ? why.data : text) : 0;
}

int device_exit_code(int result)
{
	switch (result) {
	case 0:
		return EX_OK;
	case -ENOENT:
		return EX_NOINPUT;
	case -ENOTUNIQ:
		return EX_USAGE;
	default:
		return EX_OSERR;
	}
}

struct dataset_device *device_find_in(const struct dataset *ds, const char *text, int *code)
{
	_cleanup_free_ struct known_device *list = calloc(ds->count + 1, sizeof(*list));
	size_t found = 0;
	int e = -ENOMEM;

	for (size_t i = 0; list && i < ds->count; i++) {
		const struct dataset_device *d = &ds->devices[i];

		list[i] = (struct known_device){ .id = d->id, .name = d->name, .label = d->label };
	}
	if (list)
		e = device_find(list, ds->count, text, &found);
	*code = device_exit_code(e);
	return e == 0 ? &ds->devices[found] : NULL;
}
