/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/base/clock.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define FIRST_US (INT64_C(-62167219200) * US_PER_SECOND)                    /* 0000-01-01T00:00:00 */
#define LAST_US (INT64_C(253402300799) * US_PER_SECOND + US_PER_SECOND - 1) /* 9999-12-31T23:59:59.999999 */

/* Split into whole seconds, rounded down also before 1970, and the microseconds above them. */
static time_t split(int64_t us, int *fraction)
{
	int64_t rest = us % US_PER_SECOND;

	if (rest < 0)
		rest += US_PER_SECOND;
	*fraction = (int)rest;
	return (time_t)((us - rest) / US_PER_SECOND);
}

static int64_t clamp(int64_t us)
{
	return us < FIRST_US ? FIRST_US : us > LAST_US ? LAST_US : us;
}

/* @width digits of @value and the character that follows them; returns what comes next. */
static char *put_digits(char *out, int value, int width, char after)
{
	for (int i = width - 1; i >= 0; i--, value /= 10)
		out[i] = (char)('0' + value % 10);
	out[width] = after;
	return out + width + 1;
}

/* By hand: an event has up to three time stamps, and snprintf() would take most of its cost. */
const char *time_format_rfc3339(int64_t us, char out[TIME_TEXT_SIZE])
{
	int fraction;
	time_t seconds = split(clamp(us), &fraction);
	struct tm t;
	char *p = out;

	gmtime_r(&seconds, &t);
	p = put_digits(p, t.tm_year + 1900, 4, '-');
	p = put_digits(p, t.tm_mon + 1, 2, '-');
	p = put_digits(p, t.tm_mday, 2, 'T');
	p = put_digits(p, t.tm_hour, 2, ':');
	p = put_digits(p, t.tm_min, 2, ':');
	p = put_digits(p, t.tm_sec, 2, '.');
	p = put_digits(p, fraction, 6, 'Z');
	*p = '\0';
	return out;
}

const char *time_format_local(int64_t us, char out[TIME_TEXT_SIZE])
{
	int fraction;
	time_t seconds = split(clamp(us), &fraction);
	struct tm t;

	localtime_r(&seconds, &t);
	if (!strftime(out, TIME_TEXT_SIZE, "%F %T", &t))
		out[0] = '\0';
	return out;
}

int64_t time_now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * US_PER_SECOND + t.tv_nsec / 1000;
}

int64_t time_monotonic_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * NS_PER_SECOND + t.tv_nsec;
}

static void two_units(long long n, long long unit, const char *big, const char *small, char *out)
{
	if (n % unit)
		snprintf(out, DURATION_TEXT_SIZE, "%lld %s %lld %s", n / unit, big, n % unit, small);
	else
		snprintf(out, DURATION_TEXT_SIZE, "%lld %s", n / unit, big);
}

const char *duration_format(double seconds, char out[DURATION_TEXT_SIZE])
{
	if (!(seconds >= 0 && seconds < 1e12))
		snprintf(out, DURATION_TEXT_SIZE, "?");
	else if (seconds < 59.95)
		snprintf(out, DURATION_TEXT_SIZE, "%.*f s", fabs(seconds - round(seconds)) < 0.05 ? 0 : 1, seconds);
	else if (seconds < 3599.5)
		two_units(llround(seconds), 60, "min", "s", out);
	else if (seconds < 86370)
		two_units(llround(seconds / 60), 60, "h", "min", out);
	else
		two_units(llround(seconds / 3600), 24, "d", "h", out);
	return out;
}

static const struct {
	char name[3];
	int64_t ns;
} units[] = {
	{ "", NS_PER_SECOND },       { "ms", NS_PER_SECOND / 1000 }, { "s", NS_PER_SECOND },
	{ "m", 60 * NS_PER_SECOND }, { "h", 3600 * NS_PER_SECOND },  { "d", 86400 * NS_PER_SECOND },
};

/* Digits with an optional fraction; by hand because strtod() follows the locale and takes "inf" and "1e9". */
static const char *parse_number(const char *s, double *value)
{
	double scale = 1;
	int digits = 0;

	*value = 0;
	for (; *s >= '0' && *s <= '9'; s++, digits++)
		*value = *value * 10 + (*s - '0');
	if (*s == '.')
		for (s++; *s >= '0' && *s <= '9'; s++, digits++)
			*value += (*s - '0') * (scale /= 10);
	return digits ? s : NULL;
}

int duration_parse(const char *text, int64_t *ns)
{
	double value;
	const char *unit = parse_number(text, &value);

	if (!unit)
		return -EINVAL;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(unit, units[i].name) != 0)
			continue;
		value *= (double)units[i].ns;
		if (value >= 9.2e18)
			return -ERANGE;
		*ns = llround(value);
		return 0;
	}
	return -EINVAL;
}
