// SPDX-License-Identifier: BSD-2-Clause

#include "agent/screen/format.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/clock.h"

const char *format_count(double value, char out[FORMAT_SIZE])
{
	static const char units[] = " kMGTP";
	int unit = 0;

	for (; value >= 999.5 && units[unit + 1]; unit++)
		value /= 1000;
	/* Integers: every number of every frame comes by here, and printing floating point costs five times as much. */
	if (unit && value < 9.95)
		snprintf(out, FORMAT_SIZE, "%d.%d%c", (int)lrint(value * 10) / 10, (int)lrint(value * 10) % 10, units[unit]);
	else if (unit)
		snprintf(out, FORMAT_SIZE, "%d%c", (int)lrint(fmin(value, 1e6)), units[unit]);
	else
		snprintf(out, FORMAT_SIZE, "%d", (int)lrint(value));
	return out;
}

const char *format_age(double seconds, char out[FORMAT_SIZE])
{
	static const struct {
		double below, unit;
		char letter;
	} steps[] = { { 100, 1, 's' }, { 6000, 60, 'm' }, { 172800, 3600, 'h' }, { 9e6, 86400, 'd' }, { INFINITY, 31557600, 'y' } };
	int i = 0;

	seconds = seconds > 0 ? seconds : 0;
	while (seconds >= steps[i].below)
		i++;
	snprintf(out, FORMAT_SIZE, "%d%c", (int)fmin(seconds / steps[i].unit, 1e6), steps[i].letter);
	return out;
}

/* Two units, the smaller one left out where it is none. */
static void two_units(double value, const char *units, char out[FORMAT_SIZE])
{
	int whole = (int)floor(value / 60), rest = (int)value - whole * 60;

	if (rest)
		snprintf(out, FORMAT_SIZE, "%d%c%02d%c", whole, units[0], rest, units[1]);
	else
		snprintf(out, FORMAT_SIZE, "%d%c", whole, units[0]);
}

const char *format_period(double seconds, char out[FORMAT_SIZE])
{
	double tenths = round(seconds * 10);

	if (!(seconds > 0))
		out[0] = '\0';
	else if (seconds < 99.95)
		snprintf(out, FORMAT_SIZE, "%.*fs", fmod(tenths, 10) != 0, tenths / 10);
	else if (seconds < 3600)
		two_units(round(seconds), "ms", out);
	else if (seconds < 864000)
		two_units(round(seconds / 60), "hm", out);
	else
		snprintf(out, FORMAT_SIZE, "%.0fd", fmin(seconds / 86400, 9999));
	return out;
}

const char *format_share(double share, char out[FORMAT_SIZE])
{
	snprintf(out, FORMAT_SIZE, "%d%%", (int)lrint(100 * share));
	return out;
}

const char *format_clock(int64_t us, char out[FORMAT_SIZE])
{
	char text[TIME_TEXT_SIZE];

	snprintf(out, FORMAT_SIZE, "%.8s", time_format_local(us, text) + strlen("2026-11-21 "));
	return out;
}

const char *format_chance(double log_p, char out[FORMAT_SIZE])
{
	double p = exp(-log_p);

	if (p < 1e-9)
		snprintf(out, FORMAT_SIZE, "p<1e-9");
	else if (p < 0.001)
		snprintf(out, FORMAT_SIZE, "p %.0e", p);
	else
		snprintf(out, FORMAT_SIZE, "p %.3f", p);
	return out;
}
