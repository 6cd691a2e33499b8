/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/base/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/cleanup.h"
#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/base/mac.h"

static bool in_range(const struct option_spec *o, double value)
{
	return (o->min == 0 && o->max == 0) || (value >= o->min && value <= o->max);
}

static int set_u32(const struct option_spec *o, const char *text, uint32_t *value)
{
	uint64_t n = 0;
	const char *p = text;

	for (; *p >= '0' && *p <= '9' && n <= UINT32_MAX; p++)
		n = n * 10 + (uint64_t)(*p - '0');
	if (p == text || *p || n > UINT32_MAX)
		return log_error_r(-EINVAL, "%s: '%s' is not a number from 0 to %u", o->name, text, UINT32_MAX);
	if (!in_range(o, (double)n))
		return log_error_r(-EINVAL, "%s: %s is not between %.0f and %.0f", o->name, text, o->min, o->max);
	*value = (uint32_t)n;
	return 0;
}

static int set_number(const struct option_spec *o, const char *text, double *value)
{
	char *end;
	double n = strtod(text, &end);

	if (end == text || *end || !(n >= -1e300 && n <= 1e300))
		return log_error_r(-EINVAL, "%s: '%s' is not a number", o->name, text);
	if (!in_range(o, n))
		return log_error_r(-EINVAL, "%s: %s is not between %g and %g", o->name, text, o->min, o->max);
	*value = n;
	return 0;
}

static int set_duration(const struct option_spec *o, const char *text, int64_t *value)
{
	int64_t ns;

	if (duration_parse(text, &ns) < 0)
		return log_error_r(-EINVAL, "%s: '%s' is not a duration; write 5s, 2m, 1h or 1d", o->name, text);
	if (!in_range(o, (double)ns / (double)NS_PER_SECOND))
		return log_error_r(-EINVAL, "%s: %s is not between %g s and %g s", o->name, text, o->min, o->max);
	*value = ns;
	return 0;
}

static int set_mac(const struct option_spec *o, const char *text, uint64_t *value)
{
	if (mac_parse(text, value) < 0)
		return log_error_r(-EINVAL, "%s: '%s' is not a MAC address; write 02:00:5e:10:00:01", o->name, text);
	return 0;
}

static int add_mac(const struct option_spec *o, const char *text, struct mac_list *list)
{
	uint64_t mac;
	uint64_t *macs;
	int r = set_mac(o, text, &mac);

	if (r < 0 || mac_list_contains(list, mac))
		return r;
	macs = reallocarray(list->macs, list->count + 1, sizeof(*macs));
	if (!macs)
		return log_error_r(-ENOMEM, "out of memory reading %s", o->name);
	macs[list->count++] = mac;
	list->macs = macs;
	return 0;
}

static int add_string(const struct option_spec *o, const char *text, struct string_list *list)
{
	const char **grown = reallocarray(list->list, list->count + 1, sizeof(*grown));

	if (!grown)
		return log_error_r(-ENOMEM, "out of memory reading %s", o->name);
	grown[list->count++] = text;
	list->list = grown;
	return 0;
}

/* Index of the word of @n bytes, or -EINVAL after naming the words there are. */
static int find_word(const struct option_spec *o, const char *word, size_t n)
{
	_cleanup_(buffer_free) struct buffer words = { 0 };
	int i;

	for (i = 0; o->choices[i]; i++)
		if (strlen(o->choices[i]) == n && memcmp(o->choices[i], word, n) == 0)
			return i;
	options_words(o, ", ", &words);
	return log_error_r(-EINVAL, "%s: '%.*s' is none of %s", o->name, n < 64 ? (int)n : 64, word,
			   words.data ? words.data : "");
}

static int set_choice(const struct option_spec *o, const char *text, int *value)
{
	int i = find_word(o, text, strlen(text));

	if (i < 0)
		return i;
	*value = i;
	return 0;
}

static uint32_t all_words(const struct option_spec *o)
{
	uint32_t mask = 0;

	for (int i = 0; o->choices[i]; i++)
		mask |= UINT32_C(1) << i;
	return mask;
}

static int set_set(const struct option_spec *o, const char *text, uint32_t *value)
{
	uint32_t mask = 0;

	if (strcmp(text, "all") == 0 || strcmp(text, "none") == 0) {
		*value = text[0] == 'a' ? all_words(o) : 0;
		return 0;
	}
	for (const char *word = text;; word++) {
		size_t n = strcspn(word, ",");
		int i = find_word(o, word, n);

		if (i < 0)
			return i;
		mask |= UINT32_C(1) << i;
		word += n;
		if (!*word)
			break;
	}
	*value = mask;
	return 0;
}

int options_take_value(const struct option_spec *option, const char *title, const char *text, void *values)
{
	struct option_spec titled = *option;
	const struct option_spec *o = &titled;
	void *value = (char *)values + o->offset;

	titled.name = title;
	switch (o->kind) {
	case OPTION_FLAG:
		*(bool *)value = true;
		return 0;
	case OPTION_STRING:
		*(const char **)value = text;
		return 0;
	case OPTION_STRINGS:
		return add_string(o, text, value);
	case OPTION_U32:
		return set_u32(o, text, value);
	case OPTION_NUMBER:
		return set_number(o, text, value);
	case OPTION_DURATION:
		return set_duration(o, text, value);
	case OPTION_MAC:
		return set_mac(o, text, value);
	case OPTION_MACS:
		return add_mac(o, text, value);
	case OPTION_CHOICE:
		return set_choice(o, text, value);
	case OPTION_SET:
		return set_set(o, text, value);
	}
	return -EINVAL;
}

int options_set_value(const struct option_spec *option, const char *text, void *values)
{
	char title[80];

	snprintf(title, sizeof(title), "--%s", option->name);
	return options_take_value(option, title, text, values);
}
