/* SPDX-License-Identifier: BSD-2-Clause */

/* Temperature scaling (Guo et al., ICML 2017): one number that makes probabilities as confident as they are right. */

#include <math.h>

#include "tools/train/results.h"

/* ln P(label) of one sample's margins. */
static double log_probability(const float *margins, uint32_t classes, int32_t label, double temperature)
{
	double top = margins[0], sum = 0;

	for (uint32_t c = 1; c < classes; c++)
		top = margins[c] > top ? margins[c] : top;
	for (uint32_t c = 0; c < classes; c++)
		sum += exp((margins[c] - top) / temperature);
	return (margins[label] - top) / temperature - log(sum);
}

static double loss(const struct study *s, const struct task *t, double temperature)
{
	double sum = 0;

	for (size_t i = 0; i < s->data->count; i++) {
		int32_t label = study_label(t, &s->data->samples[i]);

		if (label >= 0 && !s->data->samples[i].holdout)
			sum -= log_probability(t->margins + i * t->classes, t->classes, label, temperature);
	}
	return sum;
}

/* Golden-section search over the logarithm: the loss has one minimum in 1/temperature. */
static double best_temperature(const struct study *s, const struct task *t)
{
	const double ratio = (sqrt(5) - 1) / 2;
	double low = log(0.02), high = log(20);
	double a = high - ratio * (high - low), b = low + ratio * (high - low);
	double loss_a = loss(s, t, exp(a)), loss_b = loss(s, t, exp(b));

	while (high - low > 0.01) {
		if (loss_a < loss_b) {
			high = b;
			b = a;
			loss_b = loss_a;
			a = high - ratio * (high - low);
			loss_a = loss(s, t, exp(a));
		} else {
			low = a;
			a = b;
			loss_a = loss_b;
			b = low + ratio * (high - low);
			loss_b = loss(s, t, exp(b));
		}
	}
	return exp((low + high) / 2);
}

void results_calibrate(struct study *s)
{
	for (uint32_t i = 0; s->folds && i < s->task_count; i++)
		if (s->tasks[i].classes > 1)
			s->tasks[i].temperature = (float)best_temperature(s, &s->tasks[i]);
}
