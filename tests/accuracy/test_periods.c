/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Acceptance table of the period detector: recall (T1 .. T4) and false alarms (T5) on synthetic series of a
 * fixed seed. IOTBPF_TRIALS: captures per setting (default 200; twice as many for false alarms); IOTBPF_SEED:
 * another seed; IOTBPF_VERBOSE: print each miss. The figures are in the names of the results.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/analysis/periods.h"
#include "tests/lib/synthetic.h"

#define SECONDS 1800

struct table {
	struct periods *scratch;
	struct synthetic series;
	size_t trials;
	unsigned tests, failed;
	double *errors;		/* of all T1 settings from 10 s on */
	size_t error_count;
};

static void check(struct table *t, bool good, const char *name, double value, const char *limit)
{
	t->failed += !good;
	printf("%sok %u - %s: %.4f (%s)\n", good ? "" : "not ", ++t->tests, name, value, limit);
}

static bool matches(double found, double wanted)
{
	return fabs(found - wanted) <= fmax(1, 0.02 * wanted);
}

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

struct recall {
	const char *name;
	double low, high;		/* period, log-uniform */
	struct synthetic_train train;
	double noise;			/* events/s */
	double wanted, error;		/* least share of captures found; greatest median error, 0: not judged */
};

/* First reported period within max(1 s, 2 %). */
static void run_recall(struct table *t, const struct recall *c)
{
	double *errors = calloc(t->trials, sizeof(*errors));
	size_t found = 0, extra = 0;
	char limit[64];

	for (size_t i = 0; errors && i < t->trials; i++) {
		struct synthetic_train train = c->train;
		struct period out[PERIODS_MAX];
		int n;

		synthetic_clear(&t->series, SECONDS);
		train.period = synthetic_log_uniform(&t->series, c->low, c->high);
		synthetic_add_train(&t->series, &train);
		if (c->noise > 0)
			synthetic_add_poisson(&t->series, c->noise);
		n = periods_find(t->scratch, t->series.words, SECONDS, NULL, out);
		if (n > 0 && matches(out[0].samples, train.period))
			errors[found++] = fabs(out[0].samples - train.period) / train.period;
		else if (getenv("IOTBPF_VERBOSE"))
			printf("# miss: P %.2f found %d: %.2f log_p %.1f\n", train.period, n,
			       n > 0 ? out[0].samples : 0, n > 0 ? out[0].log_p : 0);
		extra += n > 1;
	}
	qsort(errors, found, sizeof(*errors), compare);
	snprintf(limit, sizeof(limit), ">= %.2f; median error %.3f %%, more than one period %.3f", c->wanted,
		 found ? 100 * errors[found / 2] : 0, (double)extra / (double)t->trials);
	check(t, (double)found >= c->wanted * (double)t->trials &&
		 (c->error <= 0 || (found && errors[found / 2] <= c->error)),
	      c->name, (double)found / (double)t->trials, limit);
	if (!strncmp(c->name, "T1", 2) && c->low >= 10) {
		memcpy(t->errors + t->error_count, errors, found * sizeof(*errors));
		t->error_count += found;
	}
	free(errors);
}

static const struct recall recalls[] = {
	{ "T1 clean", 10, 300, { .loss = 0 }, 0, .97, .001 },
	{ "T1 locked jitter 0.5 s", 10, 300, { .jitter = .5 }, 0, .97, .001 },
	{ "T1 locked jitter 1 s", 10, 300, { .jitter = 1 }, 0, .97, .001 },
	{ "T1 accumulating jitter 0.3 s", 10, 300, { .jitter = .3, .accumulating = true }, 0, .97, 0 },
	{ "T1 accumulating jitter 1 s", 10, 300, { .jitter = 1, .accumulating = true }, 0, .97, 0 },
	{ "T1 10 % loss", 10, 300, { .loss = .1 }, 0, .97, .001 },
	{ "T1 locked 0.5 s, 10 % loss", 10, 300, { .jitter = .5, .loss = .1 }, 0, .97, .001 },
	{ "T1 locked 1 s, 10 % loss", 10, 300, { .jitter = 1, .loss = .1 }, 0, .97, .001 },
	{ "T1 accumulating 1 s, 10 % loss", 10, 300, { .jitter = 1, .accumulating = true, .loss = .1 }, 0, .97, 0 },
	{ "T1 5..10 s clean", 5, 10, { .loss = 0 }, 0, .95, .001 },
	{ "T1 5..10 s locked 0.5 s, 10 % loss", 5, 10, { .jitter = .5, .loss = .1 }, 0, .95, .001 },
	{ "T1 5..10 s accumulating 1 s", 5, 10, { .jitter = 1, .accumulating = true }, 0, .95, 0 },
	{ "T1 5..10 s accumulating 1 s, 10 % loss", 5, 10, { .jitter = 1, .accumulating = true, .loss = .1 }, 0,
	  .95, 0 },
	{ "T1 2.5..5 s locked 0.3 s", 2.5, 5, { .jitter = .3 }, 0, .95, .005 },
	{ "T2 30 % loss", 10, 300, { .loss = .3 }, 0, .90, .001 },
	{ "T2 locked 0.5 s, 30 % loss", 10, 300, { .jitter = .5, .loss = .3 }, 0, .90, .001 },
	{ "T3 locked 0.5 s, noise 0.003/s", 10, 300, { .jitter = .5 }, .003, .85, .001 },
	{ "T3 locked 0.5 s, noise 0.01/s", 10, 300, { .jitter = .5 }, .01, .85, .001 },
	{ "T3 accumulating 0.5 s, noise 0.01/s", 10, 300, { .jitter = .5, .accumulating = true }, .01, .85, 0 },
};

static void run_recalls(struct table *t)
{
	const size_t count = sizeof(recalls) / sizeof(*recalls);
	double median;

	t->errors = calloc(count * t->trials, sizeof(*t->errors));
	if (!t->errors)
		exit(EXIT_FAILURE);
	for (size_t i = 0; i < count; i++)
		run_recall(t, &recalls[i]);
	qsort(t->errors, t->error_count, sizeof(*t->errors), compare);
	median = t->error_count ? t->errors[t->error_count / 2] : 1;
	check(t, median <= .001, "T1 median relative error, 10..300 s, all settings", median, "<= 0.001");
	free(t->errors);
}

struct overlay {
	const char *name;
	struct synthetic_train train;
};

static bool reported(const struct period *out, int n, double wanted)
{
	for (int i = 0; i < n; i++) {
		if (matches(out[i].samples, wanted))
			return true;
	}
	return false;
}

/* Two periods, log-uniform in [10, 300], neither within 15 % of a multiple of the other: both found? */
static void run_overlay(struct table *t, const struct overlay *c)
{
	size_t both = 0;

	for (size_t i = 0; i < t->trials; i++) {
		struct synthetic_train a = c->train, b = c->train;
		struct period out[PERIODS_MAX];
		double ratio;
		int n;

		synthetic_clear(&t->series, SECONDS);
		do {
			a.period = synthetic_log_uniform(&t->series, 10, 300);
			b.period = synthetic_log_uniform(&t->series, 10, 300);
			ratio = fmax(a.period, b.period) / fmin(a.period, b.period);
		} while (fabs(ratio - round(ratio)) < 0.15);
		synthetic_add_train(&t->series, &a);
		synthetic_add_train(&t->series, &b);
		n = periods_find(t->scratch, t->series.words, SECONDS, NULL, out);
		both += reported(out, n, a.period) && reported(out, n, b.period);
		if (getenv("IOTBPF_VERBOSE") && !(reported(out, n, a.period) && reported(out, n, b.period)))
			printf("# miss: %.2f %.2f found %d: %.2f %.2f %.2f\n", a.period, b.period, n, n > 0 ? out[0].samples : 0,
			       n > 1 ? out[1].samples : 0, n > 2 ? out[2].samples : 0);
	}
	check(t, (double)both >= .70 * (double)t->trials, c->name, (double)both / (double)t->trials, ">= 0.70");
}

static const struct overlay overlays[] = {
	{ "T4 two periods, clean", { .loss = 0 } },
	{ "T4 two periods, locked 0.5 s", { .jitter = .5 } },
	{ "T4 two periods, locked 0.5 s, 10 % loss", { .jitter = .5, .loss = .1 } },
};

struct alarm {
	const char *name;
	double poisson;		/* events/s; 0: Pareto bursts */
	size_t tries;		/* retries `step` apart at Poisson times */
	double step;
};

static size_t run_alarm(struct table *t, const struct alarm *c, size_t trials)
{
	size_t alarms = 0;

	for (size_t i = 0; i < trials; i++) {
		struct period out[PERIODS_MAX];
		int n;

		synthetic_clear(&t->series, SECONDS);
		if (c->tries)
			synthetic_add_retries(&t->series, c->poisson, c->tries, c->step);
		else if (c->poisson > 0)
			synthetic_add_poisson(&t->series, c->poisson);
		else
			synthetic_add_pareto(&t->series);
		n = periods_find(t->scratch, t->series.words, SECONDS, NULL, out);
		alarms += n != 0;
		if (n && getenv("IOTBPF_VERBOSE"))
			printf("# alarm: %.2f log_p %.2f sup %.2f weak %d\n", out[0].samples, out[0].log_p, out[0].support,
			       out[0].weak);
	}
	check(t, (double)alarms <= fmax(1, .02 * (double)trials), c->name, (double)alarms / (double)trials,
	      "<= 0.02");
	return alarms;
}

static const struct alarm alarms[] = {
	{ "T5 Poisson 0.003/s", .003, 0, 0 },
	{ "T5 Poisson 0.005/s", .005, 0, 0 },
	{ "T5 Poisson 0.01/s", .01, 0, 0 },
	{ "T5 Poisson 0.02/s", .02, 0, 0 },
	{ "T5 Poisson 0.05/s", .05, 0, 0 },
	{ "T5 Poisson 0.1/s", .1, 0, 0 },
	{ "T5 Poisson 0.2/s", .2, 0, 0 },
	{ "T5 Pareto bursts", 0, 0, 0 },
	{ "T5 2 tries 5 s apart", .01, 2, 5 },
	{ "T5 3 tries 3 s apart", .005, 3, 3 },
	{ "T5 4 tries 10 s apart", .003, 4, 10 },
	{ "T5 3 tries 5 s apart, often", .01, 3, 5 },
	{ "T5 Poisson 0.5/s", .5, 0, 0 },
	{ "T5 Poisson 1/s", 1, 0, 0 },
};

static void run_alarms(struct table *t)
{
	const size_t count = sizeof(alarms) / sizeof(*alarms), trials = 2 * t->trials;
	size_t sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += run_alarm(t, &alarms[i], trials);
	check(t, (double)sum <= fmax(1, .01 * (double)(trials * count)), "T5 overall",
	      (double)sum / (double)(trials * count), "<= 0.01");
}

int main(void)
{
	const char *trials = getenv("IOTBPF_TRIALS"), *seed = getenv("IOTBPF_SEED");
	struct table t = { .scratch = periods_new(SECONDS), .trials = trials ? strtoul(trials, NULL, 10) : 200 };

	t.series.random = seed ? strtoul(seed, NULL, 10) : 20261121;
	if (!t.scratch || !t.trials)
		return EXIT_FAILURE;
	run_recalls(&t);
	for (size_t i = 0; i < sizeof(overlays) / sizeof(*overlays); i++)
		run_overlay(&t, &overlays[i]);
	run_alarms(&t);
	printf("1..%u\n", t.tests);
	periods_free(t.scratch);
	return t.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
