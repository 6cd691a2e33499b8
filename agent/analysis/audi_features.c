/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <string.h>

#include "agent/analysis/audi.h"

enum { F1, F2, F3, F4, F5, F6, F7, F8, F9, F10, F11, F12, F13, F17 = 16, F21 = 20, F24 = 23, F28 = 27, F31 = 30 };

static const char *const names[AUDI_FEATURES] = {
	"periodic_flows", "periodic_low_layer", "period_mean", "period_sd", "flows_one_period", "flows_more_periods",
	"static_ports", "port_change_mean", "port_change_sd", "periods_in_all", "success_mean", "success_sd",
	"periods_5_29", "periods_30_59", "periods_60_119", "periods_120_600",
	"r_mean_02_07", "r_mean_07_1", "r_mean_1_2", "r_mean_2", "r_sd_0_002", "r_sd_002_01", "r_sd_01",
	"rn_mean_02_07", "rn_mean_07_1", "rn_mean_1_2", "rn_mean_2", "rn_sd_0_002", "rn_sd_002_01", "rn_sd_01",
	"rn_r_0_002", "rn_r_002_01", "rn_r_01",
};

const char *audi_feature_name(size_t i)
{
	return names[i];
}

/* Welford's running mean and variance. */
struct moments {
	double count, mean, square;
};

static void add(struct moments *m, double value)
{
	const double d = value - m->mean;

	m->count++;
	m->mean += d / m->count;
	m->square += d * (value - m->mean);
}

static double deviation(const struct moments *m)
{
	return m->count < 2 ? 0 : sqrt(m->square / (m->count - 1));
}

/* Count a value in the bin [edges[i], edges[i+1]); the last bin is open. Values below edges[0] are not counted. */
static void count_in(float *f, const double *edges, size_t bins, double value)
{
	size_t bin = bins;

	while (bin > 0 && value < edges[bin - 1])
		bin--;
	if (bin)
		f[bin - 1]++;
}

static void count_stability(float *f, const struct moments *r, const struct moments *rn)
{
	static const double levels[] = { 0.2, 0.7, 1, 2 }, spreads[] = { 0, 0.02, 0.1 };

	count_in(f + F17, levels, 4, r->mean);
	count_in(f + F21, spreads, 3, deviation(r));
	count_in(f + F24, levels, 4, rn->mean);
	count_in(f + F28, spreads, 3, deviation(rn));
	count_in(f + F31, spreads, 3, rn->mean - r->mean);
}

/* f17 - f33 of one flow with at least one period. */
static void stability(float *f, const struct audi_period *periods, size_t count, unsigned flags)
{
	struct moments r = { 0, 0, 0 }, rn = { 0, 0, 0 };

	for (size_t i = 0; i < count; i++) {
		for (size_t part = 0; part < AUDI_PARTS; part++) {
			if (!(periods[i].parts & 1u << part) || (flags & AUDI_CODE_STABILITY && part))
				continue;
			add(&r, periods[i].r[part]);
			add(&rn, periods[i].rn[part]);
		}
		if (flags & AUDI_CODE_STABILITY)
			continue;
		count_stability(f, &r, &rn);
		r = rn = (struct moments){ 0, 0, 0 };
	}
	if (flags & AUDI_CODE_STABILITY)
		count_stability(f, &r, &rn);
}

static void count_duration(float *f, uint32_t lag)
{
	static const double edges[] = { 5, 30, 60, 120 };

	if (lag <= 600)
		count_in(f + F13, edges, 4, (double)lag);
}

void audi_features(struct audi *a, const struct audi_flow *flows, size_t count, unsigned flags, float f[AUDI_FEATURES])
{
	struct moments length = { 0, 0, 0 }, changes = { 0, 0, 0 }, success = { 0, 0, 0 };

	memset(f, 0, AUDI_FEATURES * sizeof(*f));
	for (size_t i = 0; i < count; i++) {
		const struct audi_flow *flow = &flows[i];
		const struct audi_period *periods;
		const size_t found = audi_periods(a, flow->words, &periods);

		if (flow->layer >= 4) {
			f[F7] += !flow->port_changes;
			add(&changes, flow->port_changes);
		}
		if (!found)
			continue;
		f[F1]++;
		if (flags & AUDI_CODE_LAYER)
			f[F2] = fmaxf(f[F2], (float)flow->layer);
		else
			f[F2] += flow->layer <= 4;
		f[found > 1 ? F6 : F5]++;
		for (size_t p = 0; p < found; p++) {
			add(&length, periods[p].lag);
			add(&success, periods[p].success);
			f[F10] += periods[p].success == 3;
			count_duration(f, periods[p].lag);
		}
		stability(f, periods, found, flags);
	}
	f[F3] = (float)length.mean;
	f[F4] = (float)deviation(&length);
	f[F8] = (float)(flags & AUDI_CODE_PORTS ? changes.mean : changes.mean / audi_seconds(a));
	f[F9] = (float)(flags & AUDI_CODE_PORTS ? deviation(&changes) : deviation(&changes) / audi_seconds(a));
	f[F11] = (float)success.mean;
	f[F12] = (float)deviation(&success);
}
