// SPDX-License-Identifier: BSD-2-Clause

#include <math.h>
#include <stdlib.h>

#include "agent/base/clock.h"
#include "agent/output/plot/layout.h"

#define TOGETHER 0.1	 /* share of a cycle */
#define CYCLES_BEFORE 20 /* a period is found some cycles after it began */

uint32_t layout_span(const struct dataset *ds)
{
	return ds->to_s > ds->from_s ? (uint32_t)(ds->to_s - ds->from_s) : 1;
}

size_t layout_second(const struct dataset_flow *flow, double at)
{
	size_t low = 0, high = flow->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (flow->seconds[middle].at < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Of the onsets in [low, high), when in their cycle; sorted. Returns how many. */
static size_t phases_of(const struct dataset_flow *flow, size_t low, size_t high, double period, double *phases)
{
	size_t n = 0;

	for (size_t i = low; i < high; i++)
		if (i == low || flow->seconds[i].at != flow->seconds[i - 1].at + 1)
			phases[n++] = fmod(flow->seconds[i].at, period);
	qsort(phases, n, sizeof(*phases), by_size);
	return n;
}

double layout_phase(const struct dataset_flow *flow, size_t low, size_t high, double period)
{
	_cleanup_free_ double *phases = calloc(high - low + 1, sizeof(*phases));
	size_t n = phases ? phases_of(flow, low, high, period, phases) : 0, best = 0, most = 0;
	double sum = 0;

	for (size_t i = 0, j = 0; i < n; i++) {
		for (j = j > i ? j : i; j < i + n && phases[j % n] + (j < n ? 0 : period) - phases[i] < TOGETHER * period; j++)
			;
		if (j - i > most) {
			most = j - i;
			best = i;
		}
	}
	for (size_t k = best; k < best + most; k++)
		sum += phases[k % n] + (k < n ? 0 : period);
	return most ? fmod(sum / (double)most, period) : 0;
}

bool layout_ruler(const struct dataset *ds, const struct dataset_flow *flow, const struct dataset_period *period, struct layout_ruler *ruler)
{
	double from = (double)(period->from_us - ds->from_s * US_PER_SECOND) / US_PER_SECOND - CYCLES_BEFORE * period->seconds;
	double to = (double)(period->to_us - ds->from_s * US_PER_SECOND) / US_PER_SECOND;
	size_t low, high;

	if (!flow->count || !(period->seconds >= 1))
		return false;
	from = fmax(fmax(from, 0), flow->seconds[0].at - period->seconds / 4);
	to = fmin(fmin(to, layout_span(ds)), flow->seconds[flow->count - 1].at + 1 + period->seconds / 4);
	low = layout_second(flow, from);
	high = layout_second(flow, to);
	if (low >= high)
		return false;
	*ruler = (struct layout_ruler){ from, to, layout_phase(flow, low, high, period->seconds) + 0.5, period->seconds };
	return true;
}

struct layout_rates *layout_rates_new(const struct dataset *ds, const struct dataset_device *device, size_t bins)
{
	_cleanup_(layout_rates_free_p) struct layout_rates *rates = calloc(1, sizeof(*rates));
	uint32_t span = layout_span(ds);

	if (!rates || !bins)
		return NULL;
	rates->width = (uint32_t)((span + bins - 1) / bins);
	rates->count = span / rates->width + (span % rates->width != 0);
	rates->sent = calloc(rates->count, sizeof(double));
	rates->received = calloc(rates->count, sizeof(double));
	if (!rates->sent || !rates->received)
		return NULL;
	for (size_t i = 0; i < device->traffic_count; i++) {
		const struct dataset_traffic *t = &device->traffic[i];
		size_t bin = t->at / rates->width;

		if (bin >= rates->count)
			continue;
		rates->sent[bin] += (double)t->tx_packets / rates->width;
		rates->received[bin] += (double)t->rx_packets / rates->width;
		rates->highest = fmax(rates->highest, fmax(rates->sent[bin], rates->received[bin]));
	}
	return TAKE_PTR(rates);
}

void layout_rates_free(struct layout_rates *rates)
{
	free(rates->sent);
	free(rates->received);
	free(rates);
}
