/* SPDX-License-Identifier: BSD-2-Clause */
/* The small words of a description: times, counts, ranges. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tools/lab/spec.h"

#define US_MAX (366.0 * 86400 * 1e6)

static double unit_us(const char *text, size_t n)
{
	static const struct {
		const char *name;
		double us;
	} units[] = { { "us", 1 }, { "ms", 1e3 }, { "s", 1e6 }, { "m", 60e6 }, { "h", 3600e6 }, { "d", 86400e6 } };

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strlen(units[i].name) == n && !strncmp(text, units[i].name, n))
			return units[i].us;
	return 0;
}

int lab_time_parse(const char *text, int64_t *us)
{
	double total = 0;

	if (!*text)
		return -EINVAL;
	while (*text) {
		size_t digits = strspn(text, "0123456789."), letters = strspn(text + digits, "usmhd");
		double unit = unit_us(text + digits, letters);

		if (digits == 0 || unit <= 0)
			return -EINVAL;
		total += strtod(text, NULL) * unit;
		text += digits + letters;
	}
	if (!(total <= US_MAX))
		return -EINVAL;
	*us = llround(total);
	return 0;
}

int lab_count_parse(const char *text, int64_t *value)
{
	char *end;
	long long v;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	v = strtoll(text, &end, 10);
	if (*end || v > 10000000)
		return -EINVAL;
	*value = v;
	return 0;
}

int lab_range_parse(const char *text, int (*one)(const char *, int64_t *), struct lab_range *range)
{
	const char *dots = strstr(text, "..");
	char low[32];
	int r;

	if (!dots) {
		r = one(text, &range->min);
		range->max = range->min;
		return r;
	}
	if ((size_t)(dots - text) >= sizeof(low))
		return -EINVAL;
	memcpy(low, text, (size_t)(dots - text));
	low[dots - text] = '\0';
	r = one(low, &range->min);
	if (r == 0)
		r = one(dots + 2, &range->max);
	return r == 0 && range->min > range->max ? -EINVAL : r;
}
