/* SPDX-License-Identifier: BSD-2-Clause */

#include "tools/train/manifest.h"

#include <errno.h>
#include <fnmatch.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/base/mac.h"
#include "agent/model/card.h"
#include "agent/model/image.h"
#include "tools/train/csv.h"
#include "tools/train/manifest_internal.h"

enum { FILE_, MAC, DEVICE, FUNCTION, START, END, TRIAL, REQUIRED, FAMILY = REQUIRED, PERSON, FIELDS };
static const char required[] = "file,mac,device,function,start,end,trial";
static const char *const optional[] = { "family", "person" };

/* A manifest being read. */
struct reader {
	struct manifest *m;
	const struct manifest_options *options;
	struct pairs families, types;
	int column[FIELDS]; /* number of each field's column, or -1 */
	int columns;
};

static void reader_free(struct reader *r)
{
	pairs_free(&r->families);
	pairs_free(&r->types);
}

void manifest_free(struct manifest *m)
{
	for (uint32_t d = 0; m->functions && d < m->devices.count; d++)
		names_free(&m->functions[d]);
	for (uint32_t d = 0; m->family && d < m->devices.count; d++)
		free(m->family[d]);
	free(m->functions);
	free(m->family);
	names_free(&m->files);
	names_free(&m->devices);
	names_free(&m->trials);
	names_free(&m->people);
	free(m->rows);
	*m = (struct manifest){ .path = m->path };
}

/* Does `text` match one of the comma-separated patterns? */
static bool matches(const char *patterns, const char *text)
{
	_cleanup_free_ char *copy = patterns ? strdup(patterns) : NULL;
	char *save = NULL;

	for (char *p = copy ? strtok_r(copy, ",", &save) : NULL; p; p = strtok_r(NULL, ",", &save))
		if (fnmatch(p, text, 0) == 0)
			return true;
	return false;
}

static bool is_excluded(const char *patterns, const char *device, const char *function)
{
	_cleanup_free_ char *both = NULL;

	if (matches(patterns, device))
		return true;
	if (!*function || asprintf(&both, "%s/%s", device, function) < 0)
		return false;
	return matches(patterns, both);
}

static int read_header(const struct csv_cursor *at, char *line, struct reader *r)
{
	size_t length = strlen(required);
	char *field[FIELDS];

	if (strncmp(line, required, length) != 0 || (line[length] && line[length] != ','))
		return log_error_r(-EINVAL, "%s:1: the first line of a manifest must be \"%s\"", at->path, required);
	r->columns = csv_split(line, field, FIELDS);
	for (int i = 0; i < FIELDS; i++)
		r->column[i] = i < REQUIRED ? i : -1;
	for (int i = REQUIRED; i < r->columns; i++) {
		size_t k = 0;

		while (i < FIELDS && k < 2 && strcmp(field[i], optional[k]) != 0)
			k++;
		if (i >= FIELDS || k == 2 || r->column[FAMILY + (int)k] >= 0)
			return csv_error(at, "a column that no manifest has (\"family\" or \"person\" may follow)",
					 i < FIELDS ? field[i] : "");
		r->column[FAMILY + (int)k] = i;
	}
	return 0;
}

static int read_seconds(const struct csv_cursor *at, const char *text, double empty, double *out)
{
	char *end;

	*out = empty;
	if (!*text)
		return 0;
	*out = strtod(text, &end);
	if (*end || !(*out >= 0) || !isfinite(*out))
		return csv_error(at, "not a number of seconds from the capture's beginning", text);
	return 0;
}

static int check_fields(const struct csv_cursor *at, const char *const *field, struct manifest_row *row)
{
	int r;

	if (!*field[FILE_])
		return csv_error(at, "the file is missing", field[FILE_]);
	if (mac_parse(field[MAC], &row->mac) < 0 || !row->mac || mac_is_multicast(row->mac))
		return csv_error(at, "not a device's MAC address", field[MAC]);
	if (!*field[DEVICE] || strlen(field[DEVICE]) > CARD_NAME_MAX)
		return csv_error(at, "the device's label is missing or longer than 128 bytes", field[DEVICE]);
	if (strlen(field[FUNCTION]) > CARD_NAME_MAX)
		return csv_error(at, "the function's label is longer than 128 bytes", field[FUNCTION]);
	r = read_seconds(at, field[START], 0, &row->start);
	if (r == 0)
		r = read_seconds(at, field[END], INFINITY, &row->end);
	if (r == 0 && row->end <= row->start)
		r = csv_error(at, "the end is not after the start", field[END]);
	return r;
}

static int out_of_memory(const struct csv_cursor *at)
{
	return log_errno_r(-ENOMEM, "%s", at->path);
}

static int add_device(const struct csv_cursor *at, struct manifest *m)
{
	uint32_t count = m->devices.count;
	struct names *functions = reallocarray(m->functions, count, sizeof(*functions));
	char **family;

	if (functions) {
		m->functions = functions;
		functions[count - 1] = (struct names){ 0 };
	}
	family = reallocarray(m->family, count, sizeof(*family));
	if (family) {
		m->family = family;
		family[count - 1] = NULL;
	}
	if (functions && family)
		return 0;
	free(m->devices.text[--m->devices.count]);
	return out_of_memory(at);
}

static int device_number(const struct csv_cursor *at, struct manifest *m, const char *text)
{
	uint32_t before = m->devices.count;
	int number = names_number(&m->devices, text), r = 0;

	if (number < 0)
		return out_of_memory(at);
	if (m->devices.count > before)
		r = add_device(at, m);
	if (r == 0 && m->devices.count > IMAGE_DEVICES_MAX)
		return log_error_r(-EINVAL, "%s:%u: more than %d devices", at->path, at->line, IMAGE_DEVICES_MAX);
	return r < 0 ? r : number;
}

/* A device is of one family, whichever lines say so. */
static int set_family(const struct csv_cursor *at, struct manifest *m, uint32_t device, const char *family)
{
	if (!family || !*family)
		return 0;
	if (strlen(family) > CARD_NAME_MAX)
		return csv_error(at, "the family is longer than 128 bytes", family);
	if (!m->family[device])
		m->family[device] = strdup(family);
	if (!m->family[device])
		return out_of_memory(at);
	return strcmp(m->family[device], family) == 0 ?
		       0 :
		       csv_error(at, "another family than this device had before", family);
}

static int number_fields(const struct csv_cursor *at, struct manifest *m, const char *const *field,
			 struct manifest_row *row)
{
	int file = names_number(&m->files, field[FILE_]);
	int trial = names_number(&m->trials, *field[TRIAL] ? field[TRIAL] : field[FILE_]);
	int device = device_number(at, m, field[DEVICE]);
	int person = *field[PERSON] ? names_number(&m->people, field[PERSON]) : -1;
	int function = -1;

	if (device < 0)
		return device;
	if (*field[FUNCTION]) {
		function = names_number(&m->functions[device], field[FUNCTION]);
		if (function >= IMAGE_FUNCTIONS_MAX)
			return log_error_r(-EINVAL, "%s:%u: a device with more than %d functions", at->path, at->line,
					   IMAGE_FUNCTIONS_MAX);
	}
	if (file < 0 || trial < 0 || person < -1 || (*field[FUNCTION] && function < 0))
		return out_of_memory(at);
	row->file = (uint32_t)file;
	row->trial = (uint32_t)trial;
	row->device = (uint32_t)device;
	row->person = person;
	row->function = function;
	return 0;
}

static int append_row(const struct csv_cursor *at, struct manifest *m, const struct manifest_row *row)
{
	struct manifest_row *grown = m->rows;

	if ((m->count & (m->count - 1)) == 0)
		grown = reallocarray(m->rows, m->count ? 2 * m->count : 1, sizeof(*grown));
	if (!grown)
		return out_of_memory(at);
	m->rows = grown;
	grown[m->count++] = *row;
	return 0;
}

static int add_row(const struct csv_cursor *at, struct reader *r, const char **field, struct manifest_row *row)
{
	const char *type = pairs_value(&r->types, field[DEVICE]), *family;
	int e;

	field[DEVICE] = type ? type : field[DEVICE];
	if (is_excluded(r->options->exclude, field[DEVICE], field[FUNCTION]))
		return 0;
	e = number_fields(at, r->m, field, row);
	if (e < 0)
		return e;
	family = pairs_value(&r->families, field[DEVICE]);
	e = set_family(at, r->m, row->device, family ? family : field[FAMILY]);
	row->holdout = matches(r->options->holdout, r->m->trials.text[row->trial]);
	return e < 0 ? e : append_row(at, r->m, row);
}

static int read_line(const struct csv_cursor *at, char *line, void *context)
{
	struct manifest_row row = { .line = at->line };
	struct reader *r = context;
	const char *field[FIELDS];
	char *text[FIELDS];
	int n, e;

	if (at->line == 1)
		return read_header(at, line, r);
	n = csv_split(line, text, FIELDS);
	if (n != r->columns)
		return log_error_r(-EINVAL, "%s:%u: %d fields where %d are expected (%s)", at->path, at->line, n,
				   r->columns, required);
	for (int i = 0; i < FIELDS; i++)
		field[i] = r->column[i] < 0 ? "" : text[r->column[i]];
	e = check_fields(at, field, &row);
	return e < 0 ? e : add_row(at, r, field, &row);
}

int manifest_read(const char *path, const struct manifest_options *options, struct manifest *m)
{
	_cleanup_(reader_free) struct reader reader = { .m = m, .options = options };
	int r;

	*m = (struct manifest){ .path = path };
	r = pairs_read(options->families, "device,family", &reader.families);
	if (r == 0)
		r = pairs_read(options->types, "device,type", &reader.types);
	if (r == 0)
		r = csv_lines(path, read_line, &reader);
	if (r == 0 && !m->count)
		r = log_error_r(-EINVAL, "%s: no captures in it%s", path,
				options->exclude ? " that are not excluded" : "");
	return r == 0 ? manifest_check(m, options->root) : r;
}
