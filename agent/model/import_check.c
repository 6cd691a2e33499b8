/* SPDX-License-Identifier: BSD-2-Clause */

/* Rows that a library was asked of, and what it said, against the imported trees. */

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/model/image.h"
#include "agent/model/import.h"
#include "agent/model/model.h"

#define FIELD_MAX 64 /* characters of a number */

/* One line of the text at a time. */
struct reader {
	const struct import *m;
	const char *at, *end;
	float *fields;	/* features, then probabilities, of one line */
	uint32_t count; /* of them */
};

/* Returns 1, or 0 where there is no number. */
static int field(const char *at, size_t length, float *out)
{
	char text[FIELD_MAX + 1], *end;

	*out = NAN;
	while (length && (*at == ' ' || *at == '"'))
		at++, length--;
	while (length && (at[length - 1] == ' ' || at[length - 1] == '"' || at[length - 1] == '\r'))
		length--;
	if (!length)
		return 1;
	if (length > FIELD_MAX)
		return 0;
	memcpy(text, at, length);
	text[length] = '\0';
	*out = strtof(text, &end);
	return end == text + length;
}

/* 1, 0 at the end of the text, or -EBADMSG. */
static int next_line(struct reader *k)
{
	const char *newline, *end;

	if (k->at == k->end)
		return 0;
	newline = memchr(k->at, '\n', (size_t)(k->end - k->at));
	end = newline ? newline : k->end;
	for (k->count = 0;; k->count++) {
		const char *comma = memchr(k->at, ',', (size_t)(end - k->at));
		const char *stop = comma ? comma : end;

		if (k->count == k->m->features + k->m->ensemble.classes || !field(k->at, (size_t)(stop - k->at), &k->fields[k->count]))
			break;
		k->at = stop + (comma != NULL);
		if (!comma) {
			k->at = end + (end < k->end);
			k->count++;
			return 1;
		}
	}
	k->at = end + (end < k->end);
	return -EBADMSG;
}

/* Of two classes the second's probability is enough. */
static int put_line(const struct reader *k, float *row, float *p)
{
	const struct import *m = k->m;
	uint32_t classes = m->ensemble.classes, given = k->count - m->features;

	if (k->count <= m->features || (given != classes && (classes != 2 || given != 1)))
		return -EBADMSG;
	for (size_t f = 0; f < features_count(m->scale); f++)
		row[f] = NAN;
	for (uint32_t f = 0; f < m->features; f++)
		row[m->feature[f]] = k->fields[f];
	for (uint32_t c = 0; c < classes; c++)
		p[c] = given == classes ? k->fields[m->features + c] : c ? k->fields[m->features] : 1 - k->fields[m->features];
	for (uint32_t c = 0; c < classes; c++)
		if (!(p[c] >= 0 && p[c] <= 1))
			return -EBADMSG;
	return 0;
}

static int keep(struct import *m, const float *row, const float *p)
{
	size_t width = features_count(m->scale), classes = m->ensemble.classes;

	if (m->test_count == IMAGE_TEST_ROWS)
		return 0;
	if (!m->rows)
		m->rows = calloc(IMAGE_TEST_ROWS * width, sizeof(*m->rows));
	if (!m->outputs)
		m->outputs = calloc(IMAGE_TEST_ROWS * classes, sizeof(*m->outputs));
	if (!m->rows || !m->outputs)
		return -ENOMEM;
	memcpy(m->rows + m->test_count * width, row, width * sizeof(*row));
	memcpy(m->outputs + m->test_count++ * classes, p, classes * sizeof(*p));
	return 0;
}

static int64_t check_lines(struct import *m, struct reader *k, const char *path, const struct model *model, float *worst)
{
	float row[FEATURES_MAX], p[IMAGE_DEVICES_MAX], got[IMAGE_DEVICES_MAX];
	int64_t rows = 0, line = 1;
	int r;

	for (; (r = next_line(k)) != 0; line++) {
		if (r < 0 && line == 1)
			continue;
		if (r > 0)
			r = put_line(k, row, p);
		if (r < 0)
			return log_error_r(-EBADMSG, "%s: line %lld: needs %u features and %u probabilities", path, (long long)line,
					   m->features, m->ensemble.classes);
		model_device(model, m->scale, row, got);
		for (uint32_t c = 0; c < m->ensemble.classes; c++)
			*worst = fmaxf(*worst, fabsf(got[c] - p[c]));
		if (*worst > IMPORT_EXACTNESS)
			return log_error_r(-EBADMSG, "%s: line %lld: the imported trees differ from it by %.3g", path, (long long)line,
					   (double)*worst);
		if (keep(m, row, p) < 0)
			return log_errno_r(-ENOMEM, "%s", path);
		rows++;
	}
	return rows ? rows : log_error_r(-EBADMSG, "%s: no rows to check", path);
}

int64_t import_check(struct import *m, const char *path, const char *text, size_t size, float *worst)
{
	_cleanup_(buffer_free) struct buffer image = { 0 };
	_cleanup_(model_close_p) struct model *model = NULL;
	_cleanup_free_ float *fields = calloc((size_t)m->features + m->ensemble.classes + 1, sizeof(*fields));
	struct reader k = { .m = m, .at = text, .end = text + size, .fields = fields };
	locale_t c, before;
	int64_t r = import_image(m, &(struct import_names){ .name = "check" }, &image);

	*worst = 0;
	if (r == 0)
		r = model_open_memory(image.data, image.len, m->path, &model);
	if (r < 0)
		return r;
	c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	if (!fields || !c)
		return log_errno_r(-ENOMEM, "%s", path);
	free(m->rows);
	free(m->outputs);
	m->rows = m->outputs = NULL;
	m->test_count = 0;
	before = uselocale(c);
	r = check_lines(m, &k, path, model, worst);
	uselocale(before);
	freelocale(c);
	return r;
}
