// SPDX-License-Identifier: BSD-2-Clause

#include "agent/cmd/label_time.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "agent/base/clock.h"

#define DAY_S 86400

/* Seconds since 1970 of a local time, which may not exist or exist twice: then mktime() decides. */
static int from_local(struct tm *tm, int64_t *us)
{
	time_t t;

	tm->tm_isdst = -1;
	t = mktime(tm);
	if (t == (time_t)-1)
		return -EINVAL;
	*us = (int64_t)t * US_PER_SECOND;
	return 0;
}

/* ".25" at *text as microseconds; *text moves behind it. */
static int64_t read_fraction(const char **text)
{
	int64_t us = 0, place = US_PER_SECOND / 10;

	if (**text != '.')
		return 0;
	for (++*text; **text >= '0' && **text <= '9'; ++*text, place /= 10)
		us += place * (**text - '0');
	return us;
}

static int read_zone(const char *text, int64_t *offset_s)
{
	int hours, minutes, end = 0;

	*offset_s = 0;
	if (!strcmp(text, "Z") || !strcmp(text, "z"))
		return 0;
	if ((*text != '+' && *text != '-') || sscanf(text + 1, "%2d:%2d%n", &hours, &minutes, &end) != 2 || text[1 + end] || hours > 23 ||
	    minutes > 59 || hours < 0 || minutes < 0)
		return -EINVAL;
	*offset_s = (hours * 60 + minutes) * 60 * (*text == '-' ? -1 : 1);
	return 0;
}

static int parse_date(const char *text, int64_t *us)
{
	struct tm tm = { 0 };
	const char *rest = strptime(text, "%Y-%m-%d", &tm);
	int64_t fraction, offset_s;
	bool utc = rest && (*rest == 'T' || *rest == 't');

	if (!rest || (!utc && *rest != ' '))
		return -EINVAL;
	text = rest + 1;
	rest = strptime(text, "%H:%M:%S", &tm) ?: strptime(text, "%H:%M", &tm);
	if (!rest)
		return -EINVAL;
	fraction = read_fraction(&rest);
	if (!utc || !*rest)
		return *rest || from_local(&tm, us) < 0 ? -EINVAL : (*us += fraction, 0);
	if (read_zone(rest, &offset_s) < 0)
		return -EINVAL;
	*us = ((int64_t)timegm(&tm) - offset_s) * US_PER_SECOND + fraction;
	return 0;
}

/* A time of the day: the last one that was. */
static int parse_clock(const char *text, int64_t now_us, int64_t *us)
{
	time_t now = (time_t)(now_us / US_PER_SECOND);
	struct tm tm;
	const char *rest;

	if (!localtime_r(&now, &tm))
		return -EINVAL;
	tm.tm_sec = 0;
	rest = strptime(text, "%H:%M:%S", &tm);
	if (!rest) {
		tm.tm_sec = 0;
		rest = strptime(text, "%H:%M", &tm);
	}
	if (!rest || *rest || from_local(&tm, us) < 0)
		return -EINVAL;
	if (*us > now_us)
		*us -= DAY_S * US_PER_SECOND;
	return 0;
}

int label_time_parse(const char *text, int64_t now_us, int64_t *us)
{
	int64_t ago_ns;

	if (!strcmp(text, "now")) {
		*us = now_us;
		return 0;
	}
	if (*text == '-') {
		if (duration_parse(text + 1, &ago_ns) < 0)
			return -EINVAL;
		*us = now_us - ago_ns / 1000;
		return 0;
	}
	return strchr(text, '-') && strlen(text) > 8 ? parse_date(text, us) : parse_clock(text, now_us, us);
}
