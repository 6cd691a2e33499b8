/* SPDX-License-Identifier: BSD-2-Clause */

#include "tools/train/folds.h"

#include <errno.h>
#include <stdlib.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"

/* A group under the label of its first row. */
struct entry {
	uint64_t label, hash;
	uint32_t group;
};

const char *grouping_name(enum grouping grouping)
{
	static const char *const names[] = { "windows", "trial", "capture", "person" };

	return names[grouping];
}

void folds_free(struct folds *f)
{
	free(f->of_row);
	*f = (struct folds){ 0 };
}

static int by_label(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->label != y->label)
		return x->label < y->label ? -1 : 1;
	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return (x->group > y->group) - (x->group < y->group);
}

static uint64_t mix(uint64_t hash)
{
	hash = (hash ^ hash >> 32) * UINT64_C(0xd6e8feb86659fd93);
	return hash ^ hash >> 32;
}

static uint64_t hash_text(uint64_t seed, const char *text)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ seed * UINT64_C(0x9e3779b97f4a7c15);

	for (; *text; text++)
		hash = (hash ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
	return mix(hash);
}

/* Rows without a person are a group of their file. */
static uint32_t group_of(const struct manifest *m, enum grouping grouping, const struct manifest_row *row, const char **name)
{
	if (grouping == GROUP_PERSON && row->person >= 0) {
		*name = m->people.text[row->person];
		return m->files.count + (uint32_t)row->person;
	}
	*name = grouping == GROUP_TRIAL ? m->trials.text[row->trial] : m->files.text[row->file];
	return grouping == GROUP_TRIAL ? row->trial : row->file;
}

/* Each group that is not held out once. */
static size_t list_groups(const struct manifest *m, enum grouping grouping, uint32_t seed, struct entry *entries)
{
	size_t n = 0;

	for (size_t i = 0; i < m->count; i++) {
		const struct manifest_row *row = &m->rows[i];
		const char *name;
		uint32_t group = group_of(m, grouping, row, &name);
		size_t k = 0;

		while (k < n && entries[k].group != group)
			k++;
		if (k < n || row->holdout)
			continue;
		entries[n++] = (struct entry){ .label = (uint64_t)row->device << 32 | (uint32_t)row->function,
					       .hash = hash_text(seed, name),
					       .group = group };
	}
	return n;
}

static uint32_t most_groups(const struct entry *entries, size_t n)
{
	uint32_t run = 0, most = 0;

	for (size_t i = 0; i < n; i++) {
		run = i && entries[i].label == entries[i - 1].label ? run + 1 : 1;
		most = run > most ? run : most;
	}
	return most;
}

static void spread(const struct manifest *m, const struct entry *entries, size_t n, struct folds *f)
{
	for (size_t i = 0; i < m->count; i++) {
		const char *name;
		uint32_t group = group_of(m, f->grouping, &m->rows[i], &name);
		size_t k = 0;

		while (k < n && entries[k].group != group)
			k++;
		f->of_row[i] = k < n ? (uint32_t)(k % f->count) : 0;
	}
}

int folds_assign(const struct manifest *m, enum grouping grouping, uint32_t most, uint32_t seed, struct folds *f)
{
	_cleanup_free_ struct entry *entries = calloc(m->count, sizeof(*entries));
	size_t n;

	*f = (struct folds){ .grouping = grouping, .count = most, .seed = seed };
	if (grouping == GROUP_WINDOW)
		return 0;
	f->of_row = calloc(m->count, sizeof(*f->of_row));
	if (!entries || !f->of_row)
		return log_errno_r(-ENOMEM, "training");
	n = list_groups(m, grouping, seed, entries);
	qsort(entries, n, sizeof(*entries), by_label);
	f->count = most_groups(entries, n);
	f->count = f->count > most ? most : f->count;
	if (f->count < 2)
		f->count = 0;
	else
		spread(m, entries, n, f);
	return 0;
}

uint32_t folds_of(const struct folds *f, const struct sample *sample, size_t index)
{
	if (f->of_row)
		return f->of_row[sample->row];
	return (uint32_t)(mix((uint64_t)f->seed << 40 ^ index) % f->count);
}
