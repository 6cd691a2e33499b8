/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "agent/analysis/audi.h"
#include "agent/analysis/autocorrelation.h"
#include "agent/analysis/bits.h"

#define SAMPLES_MIN 16
#define SAMPLES_MAX 65536
#define AMPLITUDE_MIN 0.1
#define TIE 1e-9

struct audi {
	size_t n;
	double *cosine;			/* cos(2 pi i / n), i < n */
	double *amplitude;		/* of one part */
	uint32_t *positions, *phases;
	uint64_t *part;			/* samples of one half */
	uint64_t *good[AUDI_PARTS];	/* bit l: lag l is a period of the part */
	uint32_t *acf[AUDI_PARTS];	/* R(l), l = 0 .. length of the part, the last one 0 */
	struct audi_period *periods;
};

void audi_free(struct audi *a)
{
	if (!a)
		return;
	free(a->cosine);
	free(a->amplitude);
	free(a->positions);
	free(a->phases);
	free(a->part);
	for (size_t i = 0; i < AUDI_PARTS; i++) {
		free(a->good[i]);
		free(a->acf[i]);
	}
	free(a->periods);
	free(a);
}

static bool allocate(struct audi *a, size_t n)
{
	bool complete = true;

	a->cosine = calloc(n, sizeof(*a->cosine));
	a->amplitude = calloc(n, sizeof(*a->amplitude));
	a->positions = calloc(n, sizeof(*a->positions));
	a->phases = calloc(n, sizeof(*a->phases));
	a->part = calloc(bits_words(n) + 1, sizeof(*a->part));
	a->periods = calloc(n, sizeof(*a->periods));
	for (size_t i = 0; i < AUDI_PARTS; i++) {
		a->good[i] = calloc(bits_words(n), sizeof(*a->good[i]));
		a->acf[i] = calloc(n + 1, sizeof(*a->acf[i]));
		complete &= a->good[i] && a->acf[i];
	}
	return complete && a->cosine && a->amplitude && a->positions && a->phases && a->part && a->periods;
}

struct audi *audi_new(size_t n)
{
	struct audi *a;

	if (n < SAMPLES_MIN || n > SAMPLES_MAX || n % 4)
		return NULL;
	a = calloc(1, sizeof(*a));
	if (!a)
		return NULL;
	a->n = n;
	if (!allocate(a, n)) {
		audi_free(a);
		return NULL;
	}
	for (size_t i = 0; i < n; i++)
		a->cosine[i] = cos(2 * M_PI * (double)i / (double)n);
	return a;
}

double audi_seconds(const struct audi *a)
{
	return (double)a->n;
}

/*
 * amplitude[k], k = 0 .. length / 2, by direct summation over the active samples: few of them, and in double
 * precision. The table is of n steps a turn; a half has n / 2, so its steps are twice as long (`stride`).
 */
static void amplitudes(struct audi *a, size_t count, size_t length)
{
	const size_t n = a->n, stride = n / length;

	memset(a->phases, 0, count * sizeof(*a->phases));
	for (size_t k = 0; k <= length / 2; k++) {
		double real = 0, imaginary = 0;

		for (size_t i = 0; i < count; i++) {
			const size_t at = a->phases[i], quarter = at + n / 4 < n ? at + n / 4 : at + n / 4 - n;
			size_t next = at + stride * a->positions[i];

			real += a->cosine[at];
			imaginary += a->cosine[quarter];
			next -= next >= n ? n : 0;
			a->phases[i] = (uint32_t)next;
		}
		a->amplitude[k] = sqrt(real * real + imaginary * imaginary);
	}
}

/* Periods and autocorrelation of one part. */
static void examine(struct audi *a, size_t part, const uint64_t *words, size_t length)
{
	const size_t count = bits_positions(words, length, a->positions, length);
	const double tie = TIE * (double)count;
	uint32_t *acf = a->acf[part];

	memset(a->good[part], 0, bits_words(a->n) * sizeof(*a->good[part]));
	autocorrelation(words, length, a->positions, count, length, acf);
	acf[length] = 0;
	amplitudes(a, count, length);
	for (size_t k = 1; k < length / 2; k++) {
		const double here = a->amplitude[k], t = (double)length / (double)k;
		const size_t end = (size_t)floor(1.1 * t);

		if (here <= a->amplitude[k - 1] + tie || here <= a->amplitude[k + 1] + tie ||
		    here < AMPLITUDE_MIN * a->amplitude[0])
			continue;
		for (size_t lag = (size_t)ceil(0.9 * t); lag < end && lag < length; lag++) {
			if (acf[lag] > acf[lag - 1] && acf[lag] > acf[lag + 1])
				bits_set(a->good[part], lag);
		}
	}
}

static size_t part_length(const struct audi *a, size_t part)
{
	return part ? a->n / 2 : a->n;
}

static struct audi_period describe(const struct audi *a, size_t lag)
{
	struct audi_period p = { .lag = (uint32_t)lag };

	for (size_t part = 0; part < AUDI_PARTS; part++) {
		const uint32_t *acf = a->acf[part];
		const double n = (double)part_length(a, part);

		if (lag >= part_length(a, part) || !bits_get(a->good[part], lag))
			continue;
		p.parts |= 1u << part;
		p.success += part > 0;
		p.r[part] = (double)lag * (double)acf[lag] / n;
		p.rn[part] = (double)lag * (double)(acf[lag - 1] + acf[lag] + acf[lag + 1]) / n;
	}
	return p;
}

size_t audi_periods(struct audi *a, const uint64_t *words, const struct audi_period **periods)
{
	size_t found = 0;

	*periods = a->periods;
	if (bits_count(words, a->n) < 2)
		return 0;
	examine(a, 0, words, a->n);
	for (size_t part = 1; part < AUDI_PARTS; part++) {
		bits_slice(words, a->n / 4 * (part - 1), a->n / 2, a->part);
		examine(a, part, a->part, a->n / 2);
	}
	for (size_t lag = 1; lag < a->n / 2; lag++) {
		if (!bits_get(a->good[0], lag))
			continue;
		a->periods[found] = describe(a, lag);
		found += a->periods[found].success >= 2;
	}
	return found;
}
