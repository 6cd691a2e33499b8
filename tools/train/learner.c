/* SPDX-License-Identifier: BSD-2-Clause */

#include "tools/train/learner.h"

#include <errno.h>
#include <stdlib.h>

#include "agent/base/log.h"
#include "tools/train/booster.h"
#include "tools/train/extra.h"

/* One of them. */
struct learner {
	struct booster *booster;
	struct extra *extra;
};

const char *method_name(enum method method)
{
	static const char *const names[] = { "forest", "boost", "extra", "auto" };

	return names[method];
}

void learner_free(struct learner *l)
{
	if (l->booster)
		booster_free(l->booster);
	if (l->extra)
		extra_free(l->extra);
	free(l);
}

int learner_train(const struct problem *p, enum method method, uint32_t seed, struct learner **out)
{
	_cleanup_(learner_free_p) struct learner *l = calloc(1, sizeof(*l));
	int r;

	if (!l)
		return log_errno_r(-ENOMEM, "training");
	r = method == METHOD_EXTRA ? extra_train(p, seed, &l->extra) : booster_train(p, method, seed, &l->booster);
	if (r == 0)
		*out = TAKE_PTR(l);
	return r;
}

int learner_predict(struct learner *l, const float *x, size_t count, float *logs)
{
	if (l->booster)
		return booster_predict(l->booster, x, count, logs);
	extra_predict(l->extra, x, count, logs);
	return 0;
}

int learner_trees(struct learner *l, struct pack_ensemble *out)
{
	return l->booster ? booster_trees(l->booster, out) : extra_trees(l->extra, out);
}
