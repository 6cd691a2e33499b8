/* SPDX-License-Identifier: BSD-2-Clause */

/* Direction and length: the part of the vector that tells most (lengths and direction of setup traffic alone: 0.94). */

#include "agent/features/window.h"

#include "agent/features/window_list.h"

static void sort(uint16_t *values, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		uint16_t v = values[i];
		size_t j = i;

		for (; j && values[j - 1] > v; j--)
			values[j] = values[j - 1];
		values[j] = v;
	}
}

/* Most frequent of the sorted lengths, the shortest of several, and how many different ones there are. */
static void length_mode(const uint16_t *sorted, size_t n, float *mode, float *distinct)
{
	size_t best = 0, run = 0, different = 0;

	for (size_t i = 0; i < n; i++) {
		if (i && sorted[i] == sorted[i - 1]) {
			run++;
		} else {
			run = 1;
			different++;
		}
		if (run > best) {
			best = run;
			*mode = sorted[i];
		}
	}
	*distinct = (float)different;
}

/* `out` is the block of this direction. Nothing is said of a direction without packets. */
static void describe(uint16_t *lengths, size_t n, float *out)
{
	static const int percent[] = { 10, 25, 50, 75, 90 };
	uint64_t sum = 0;

	if (!n)
		return;
	sort(lengths, n);
	for (size_t i = 0; i < n; i++)
		sum += lengths[i];
	out[0] = (float)((double)sum / (double)n);
	for (size_t q = 0; q < 5; q++)
		out[FEATURE_SENT_Q10 - FEATURE_SENT_MEAN + q] = lengths[(n - 1) * (size_t)percent[q] / 100];
	length_mode(lengths, n, &out[FEATURE_SENT_MODE - FEATURE_SENT_MEAN],
		    &out[FEATURE_SENT_DISTINCT - FEATURE_SENT_MEAN]);
}

void features_lengths(const struct iot_packet *packets, size_t n, float *out)
{
	uint16_t sent[FEATURES_MAX_WINDOW], received[FEATURES_MAX_WINDOW];
	size_t sent_n = 0, received_n = 0, turns = 0;
	float *bins = &out[FEATURE_BINS];

	for (size_t i = 0; i < FEATURES_BIN_COUNT; i++)
		bins[i] = 0;
	for (size_t i = 0; i < n; i++) {
		if (packets[i].kind & IOT_KIND_RECEIVED)
			received[received_n++] = packets[i].length;
		else
			sent[sent_n++] = packets[i].length;
		bins[(packets[i].kind & IOT_KIND_RECEIVED ? FEATURES_BIN_SIDE : 0) + features_bin(packets[i].length)]++;
		turns += i && ((packets[i].kind ^ packets[i - 1].kind) & IOT_KIND_RECEIVED);
	}
	describe(sent, sent_n, &out[FEATURE_SENT_MEAN]);
	describe(received, received_n, &out[FEATURE_RECEIVED_MEAN]);
	out[FEATURE_SENT_SHARE] = (float)sent_n / (float)n;
	out[FEATURE_TURNS] = (float)turns / (float)n;
}
