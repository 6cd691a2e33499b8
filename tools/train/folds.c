/* SPDX-License-Identifier: BSD-2-Clause */

#include "tools/train/folds.h"

#include <errno.h>
#include <stdlib.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "tools/train/study.h"

/* A trial under the label of its first row. */
struct entry {
	uint64_t label, hash;
	uint32_t trial;
};

static int by_label(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->label != y->label)
		return x->label < y->label ? -1 : 1;
	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return (x->trial > y->trial) - (x->trial < y->trial);
}

static uint64_t hash_text(uint64_t seed, const char *text)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ seed * UINT64_C(0x9e3779b97f4a7c15);

	for (; *text; text++)
		hash = (hash ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
	return hash ^ hash >> 29;
}

/* Each trial that is not held out once. */
static size_t list_trials(const struct manifest *m, uint32_t seed, struct entry *entries)
{
	size_t n = 0;

	for (size_t i = 0; i < m->count; i++) {
		const struct manifest_row *row = &m->rows[i];
		size_t k = 0;

		while (k < n && entries[k].trial != row->trial)
			k++;
		if (k < n || row->holdout)
			continue;
		entries[n++] = (struct entry){ .label = (uint64_t)row->device << 32 | (uint32_t)row->function,
					       .hash = hash_text(seed, m->trials.text[row->trial]),
					       .trial = row->trial };
	}
	return n;
}

static uint32_t most_trials(const struct entry *entries, size_t n)
{
	uint32_t run = 0, most = 0;

	for (size_t i = 0; i < n; i++) {
		run = i && entries[i].label == entries[i - 1].label ? run + 1 : 1;
		most = run > most ? run : most;
	}
	return most;
}

int folds_assign(const struct manifest *m, uint32_t seed, uint32_t **fold, uint32_t *folds)
{
	_cleanup_free_ struct entry *entries = calloc(m->count, sizeof(*entries));
	size_t n;

	*fold = calloc(m->trials.count, sizeof(**fold));
	if (!entries || !*fold)
		return log_errno_r(-ENOMEM, "training");
	n = list_trials(m, seed, entries);
	qsort(entries, n, sizeof(*entries), by_label);
	*folds = most_trials(entries, n);
	*folds = *folds > STUDY_FOLDS ? STUDY_FOLDS : *folds;
	if (*folds < 2)
		*folds = 0;
	for (size_t i = 0; *folds && i < n; i++)
		(*fold)[entries[i].trial] = (uint32_t)(i % *folds);
	return 0;
}
