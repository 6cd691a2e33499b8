// SPDX-License-Identifier: BSD-2-Clause

#include "agent/output/plot/axis.h"

#include <math.h>
#include <stddef.h>
#include <time.h>

static const int64_t STEPS[] = { 1,    2,    5,    10,    15,    30,	60,    120,    300,    600,	900,	1800,
				 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 1209600, 2419200, 7257600, 31536000 };

int64_t axis_step(int64_t span, int64_t ticks)
{
	size_t n = sizeof(STEPS) / sizeof(STEPS[0]);

	for (size_t i = 0; i < n; i++)
		if (span / STEPS[i] <= ticks)
			return STEPS[i];
	return STEPS[n - 1];
}

static int64_t offset_at(int64_t at)
{
	time_t t = (time_t)at;
	struct tm local;

	return localtime_r(&t, &local) ? local.tm_gmtoff : 0;
}

int64_t axis_first(int64_t from, int64_t step)
{
	int64_t local = from + offset_at(from);

	return from + (step - local % step) % step;
}

const char *axis_label(int64_t at, int64_t step, char out[AXIS_LABEL])
{
	time_t t = (time_t)at;
	struct tm local = { 0 };
	const char *format = step < 60 ? "%H:%M:%S" : "%H:%M";

	localtime_r(&t, &local);
	if (step >= 86400 || (local.tm_hour == 0 && local.tm_min == 0 && local.tm_sec == 0 && step >= 60))
		format = "%d %b";
	if (!strftime(out, AXIS_LABEL, format, &local))
		out[0] = '\0';
	return out;
}

double axis_top(double value)
{
	double ten = pow(10, floor(log10(fmax(value, 1))));

	for (const double *m = (const double[]){ 1, 2, 5, 10 };; m++)
		if (*m * ten >= value || *m >= 10)
			return *m * ten;
}
