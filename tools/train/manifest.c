/* SPDX-License-Identifier: BSD-2-Clause */

#include "tools/train/manifest.h"

#include <errno.h>
#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/base/mac.h"
#include "agent/model/card.h"
#include "agent/model/image.h"

enum { FILE_, MAC, DEVICE, FUNCTION, START, END, TRIAL, FIELDS };
static const char header[] = "file,mac,device,function,start,end,trial";

/* Where a line is being read, for messages. */
struct cursor {
	const char *path;
	uint32_t line;
};

static int line_error(const struct cursor *at, const char *what, const char *value)
{
	return log_error_r(-EINVAL, "%s:%u: %s: \"%s\"", at->path, at->line, what, value);
}

/* Number of `text` in the list, added where it is new; -ENOMEM. */
static int name_number(struct names *names, const char *text)
{
	char **grown;

	for (uint32_t i = names->count; i-- > 0;)
		if (!strcmp(names->text[i], text))
			return (int)i;
	grown = reallocarray(names->text, names->count + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	names->text = grown;
	grown[names->count] = strdup(text);
	return grown[names->count] ? (int)names->count++ : -ENOMEM;
}

static void names_free(struct names *names)
{
	for (uint32_t i = 0; i < names->count; i++)
		free(names->text[i]);
	free(names->text);
	*names = (struct names){ 0 };
}

void manifest_free(struct manifest *m)
{
	for (uint32_t d = 0; m->functions && d < m->devices.count; d++)
		names_free(&m->functions[d]);
	free(m->functions);
	names_free(&m->files);
	names_free(&m->devices);
	names_free(&m->trials);
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

/* The next field of a line, unquoted in place; *line moves behind it and becomes NULL after the last. */
static char *next_field(char **line)
{
	char *in = *line, *out = in, *field = in;
	bool quoted = *in == '"';

	for (in += quoted; *in && (quoted || *in != ','); in++) {
		if (quoted && *in == '"') {
			if (in[1] != '"') {
				quoted = false;
				continue;
			}
			in++;
		}
		*out++ = *in;
	}
	*line = *in ? in + 1 : NULL;
	*out = '\0';
	return field;
}

static int split_line(const struct cursor *at, char *line, char *field[FIELDS])
{
	int n = 0;

	for (char *rest = line; rest; n++) {
		char *text = next_field(&rest);

		if (n < FIELDS)
			field[n] = text;
	}
	if (n != FIELDS)
		return log_error_r(-EINVAL, "%s:%u: %d fields where %d are expected (%s)", at->path, at->line, n,
				   FIELDS, header);
	return 0;
}

static int read_seconds(const struct cursor *at, const char *text, double empty, double *out)
{
	char *end;

	*out = empty;
	if (!*text)
		return 0;
	*out = strtod(text, &end);
	if (*end || !(*out >= 0) || !isfinite(*out))
		return line_error(at, "not a number of seconds from the capture's beginning", text);
	return 0;
}

static int check_fields(const struct cursor *at, char *const field[FIELDS], struct manifest_row *row)
{
	int r;

	if (!*field[FILE_])
		return line_error(at, "the file is missing", field[FILE_]);
	if (mac_parse(field[MAC], &row->mac) < 0 || !row->mac || mac_is_multicast(row->mac))
		return line_error(at, "not a device's MAC address", field[MAC]);
	if (!*field[DEVICE] || strlen(field[DEVICE]) > CARD_NAME_MAX)
		return line_error(at, "the device's label is missing or longer than 128 bytes", field[DEVICE]);
	if (strlen(field[FUNCTION]) > CARD_NAME_MAX)
		return line_error(at, "the function's label is longer than 128 bytes", field[FUNCTION]);
	r = read_seconds(at, field[START], 0, &row->start);
	if (r == 0)
		r = read_seconds(at, field[END], INFINITY, &row->end);
	if (r == 0 && row->end <= row->start)
		r = line_error(at, "the end is not after the start", field[END]);
	return r;
}

static int out_of_memory(const struct cursor *at)
{
	return log_errno_r(-ENOMEM, "%s", at->path);
}

static int device_number(const struct cursor *at, struct manifest *m, const char *text)
{
	uint32_t before = m->devices.count;
	int number = name_number(&m->devices, text);
	struct names *grown;

	if (number < 0 || m->devices.count == before)
		return number < 0 ? out_of_memory(at) : number;
	if (m->devices.count > IMAGE_DEVICES_MAX)
		return log_error_r(-EINVAL, "%s:%u: more than %d devices", at->path, at->line, IMAGE_DEVICES_MAX);
	grown = reallocarray(m->functions, m->devices.count, sizeof(*grown));
	if (!grown) {
		free(m->devices.text[--m->devices.count]);
		return out_of_memory(at);
	}
	m->functions = grown;
	grown[number] = (struct names){ 0 };
	return number;
}

static int number_fields(const struct cursor *at, struct manifest *m, char *const field[FIELDS],
			 struct manifest_row *row)
{
	int file = name_number(&m->files, field[FILE_]);
	int trial = name_number(&m->trials, *field[TRIAL] ? field[TRIAL] : field[FILE_]);
	int device = device_number(at, m, field[DEVICE]);
	int function = -1;

	if (device < 0)
		return device;
	if (*field[FUNCTION]) {
		function = name_number(&m->functions[device], field[FUNCTION]);
		if (function >= IMAGE_FUNCTIONS_MAX)
			return log_error_r(-EINVAL, "%s:%u: a device with more than %d functions", at->path, at->line,
					   IMAGE_FUNCTIONS_MAX);
	}
	if (file < 0 || trial < 0 || (*field[FUNCTION] && function < 0))
		return out_of_memory(at);
	row->file = (uint32_t)file;
	row->trial = (uint32_t)trial;
	row->device = (uint32_t)device;
	row->function = function;
	return 0;
}

static int append_row(const struct cursor *at, struct manifest *m, const struct manifest_row *row)
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

static int read_row(const struct cursor *at, struct manifest *m, char *line, const struct manifest_options *options)
{
	struct manifest_row row = { .line = at->line };
	char *field[FIELDS];
	int r = split_line(at, line, field);

	if (r < 0 || (r = check_fields(at, field, &row)) < 0)
		return r;
	if (matches(options->exclude, field[DEVICE]))
		return 0;
	r = number_fields(at, m, field, &row);
	if (r < 0)
		return r;
	row.holdout = matches(options->holdout, m->trials.text[row.trial]);
	return append_row(at, m, &row);
}

static int read_rows(FILE *f, struct manifest *m, const struct manifest_options *options)
{
	struct cursor at = { .path = m->path };
	_cleanup_free_ char *line = NULL;
	size_t size = 0;
	int r = 0;

	while (r == 0 && getline(&line, &size, f) >= 0) {
		line[strcspn(line, "\r\n")] = '\0';
		at.line++;
		if (at.line == 1 && strcmp(line, header) != 0)
			return log_error_r(-EINVAL, "%s:1: the first line of a manifest must be \"%s\"", m->path,
					   header);
		if (at.line > 1 && *line)
			r = read_row(&at, m, line, options);
	}
	if (r == 0 && ferror(f))
		return log_errno_r(-errno, "%s", m->path);
	if (r == 0 && !m->count)
		return log_error_r(-EINVAL, "%s: no captures in it%s", m->path,
				   options->exclude ? " that are not excluded" : "");
	return r;
}

int manifest_read(const char *path, const struct manifest_options *options, struct manifest *m)
{
	_cleanup_fclose_ FILE *f = fopen(path, "re");

	*m = (struct manifest){ .path = path };
	return f ? read_rows(f, m, options) : log_errno_r(-errno, "%s", path);
}
