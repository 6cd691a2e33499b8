/* SPDX-License-Identifier: BSD-2-Clause */
/* Description files: sections, keys, and what they set. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/base/mac.h"
#include "tools/lab/spec.h"

/* Where the reader is: the section's kind and the thing that its keys set. */
enum section { NONE, DEVICE, CONNECTION, ACTIVITY, FUNCTION };

struct reader {
	const char *path;
	unsigned int line;
	struct lab_device *device;
	enum section section;
	struct lab_activity *activity;
};

static int complain(const struct reader *r, int code, const char *what, const char *text)
{
	return log_error_r(code, "%s:%u: %s: '%s'", r->path, r->line, what, text);
}

static int copy(const struct reader *r, char *to, size_t size, const char *text)
{
	if (!*text || strlen(text) >= size)
		return complain(r, -EINVAL, "empty or too long", text);
	memcpy(to, text, strlen(text) + 1);
	return 0;
}

static int find_function(const struct lab_device *d, const char *name)
{
	for (unsigned int i = 0; i < d->n_functions; i++)
		if (!strcmp(d->functions[i].name, name))
			return (int)i;
	return -1;
}

static int begin_activity(struct reader *r, const char *name, int function)
{
	struct lab_device *d = r->device;

	if (d->n_activities == LAB_ACTIVITIES)
		return complain(r, -ENOSPC, "too many activities", name);
	r->activity = &d->activities[d->n_activities++];
	r->activity->function = function;
	r->activity->start_us = -1;
	r->section = ACTIVITY;
	return copy(r, r->activity->name, sizeof(r->activity->name), name);
}

static int begin_connection(struct reader *r, const char *name)
{
	struct lab_device *d = r->device;

	if (d->n_connections == LAB_CONNECTIONS)
		return complain(r, -ENOSPC, "too many connections", name);
	r->section = CONNECTION;
	return copy(r, d->connections[d->n_connections++].name, LAB_NAME_SIZE, name);
}

static int begin_function(struct reader *r, const char *name)
{
	struct lab_device *d = r->device;
	struct lab_function *f;

	if (d->n_functions == LAB_FUNCTIONS)
		return complain(r, -ENOSPC, "too many functions", name);
	f = &d->functions[d->n_functions++];
	f->lasts_us = (struct lab_range){ 8000000, 14000000 };
	r->section = FUNCTION;
	return copy(r, f->name, sizeof(f->name), name);
}

static int begin_section(struct reader *r, char *text)
{
	char *end = strchr(text, ']'), *name = strchr(text, ' ');
	int function;

	if (!end || end[1])
		return complain(r, -EINVAL, "a section is [kind name]", text);
	*end = '\0';
	if (!strcmp(text, "device")) {
		r->section = DEVICE;
		return 0;
	}
	if (!name)
		return complain(r, -EINVAL, "a section is [kind name]", text);
	*name++ = '\0';
	if (!strcmp(text, "connection"))
		return begin_connection(r, name);
	if (!strcmp(text, "activity"))
		return begin_activity(r, name, -1);
	if (!strcmp(text, "function"))
		return begin_function(r, name);
	function = find_function(r->device, name);
	if (strcmp(text, "during") != 0 || function < 0)
		return complain(r, -EINVAL, "not device, connection, activity, function, or during a known one", text);
	return begin_activity(r, name, function);
}

static int set_device(struct reader *r, const char *key, const char *value)
{
	struct lab_device *d = r->device;

	if (!strcmp(key, "name"))
		return copy(r, d->name, sizeof(d->name), value);
	if (!strcmp(key, "label"))
		return copy(r, d->label, sizeof(d->label), value);
	if (!strcmp(key, "mac") && mac_parse(value, &d->mac) == 0 && !mac_is_multicast(d->mac))
		return 0;
	return complain(r, -EINVAL, "device has name, label and mac (one station's address)", value);
}

static int set_connection(struct reader *r, const char *key, char *value)
{
	struct lab_connection *c = &r->device->connections[r->device->n_connections - 1];
	char *colon = strrchr(value, ':');
	int64_t port;

	if (strcmp(key, "to") != 0 || !colon || lab_count_parse(colon + 1, &port) < 0 || port < 1 || port > 65535)
		return complain(r, -EINVAL, "connection has: to = HOST:PORT", value);
	*colon = '\0';
	c->port = (uint16_t)port;
	return copy(r, c->host, sizeof(c->host), value);
}

static int add_step(struct reader *r, const char *value)
{
	struct lab_activity *a = r->activity;
	const char *why;

	if (a->n_steps == LAB_STEPS)
		return complain(r, -ENOSPC, "too many steps", value);
	if (lab_step_parse(value, r->device, &a->steps[a->n_steps++], &why) < 0)
		return log_error_r(-EINVAL, "%s:%u: '%s' is not: %s", r->path, r->line, value, why);
	return 0;
}

static int set_activity(struct reader *r, const char *key, const char *value)
{
	struct lab_activity *a = r->activity;
	int e = -EINVAL;

	if (!strcmp(key, "do"))
		return add_step(r, value);
	if (!strcmp(key, "every"))
		e = lab_time_parse(value, &a->every_us);
	else if (!strcmp(key, "jitter"))
		e = lab_time_parse(value, &a->jitter_us);
	else if (!strcmp(key, "start") || !strcmp(key, "once"))
		e = lab_time_parse(value, &a->start_us);
	return e < 0 ? complain(r, e, "an activity has every, jitter, start, once and do; times look like 5h45m",
				value) :
		       0;
}

static int set_function(struct reader *r, const char *key, const char *value)
{
	struct lab_function *f = &r->device->functions[r->device->n_functions - 1];

	if (!strcmp(key, "lasts") && lab_range_parse(value, lab_time_parse, &f->lasts_us) == 0)
		return 0;
	return complain(r, -EINVAL, "a function has: lasts = 8s..14s", value);
}

static int set_key(struct reader *r, const char *key, char *value)
{
	switch (r->section) {
	case DEVICE:
		return set_device(r, key, value);
	case CONNECTION:
		return set_connection(r, key, value);
	case ACTIVITY:
		return set_activity(r, key, value);
	case FUNCTION:
		return set_function(r, key, value);
	default:
		return complain(r, -EINVAL, "a key before the first section", key);
	}
}

static char *trim(char *s)
{
	size_t n;

	s += strspn(s, " \t\r\n");
	n = strlen(s);
	while (n && strchr(" \t\r\n", s[n - 1]))
		s[--n] = '\0';
	return s;
}

static int read_line(struct reader *r, char *line)
{
	char *equals, *text;

	line[strcspn(line, "#")] = '\0';
	text = trim(line);
	if (!*text)
		return 0;
	if (*text == '[')
		return begin_section(r, text + 1);
	equals = strchr(text, '=');
	if (!equals)
		return complain(r, -EINVAL, "neither [section] nor key = value", text);
	*equals = '\0';
	return set_key(r, trim(text), trim(equals + 1));
}

static int check(const char *path, const struct lab_device *d)
{
	if (!*d->name || !*d->label || !d->mac)
		return log_error_r(-EINVAL, "%s: [device] needs name, label and mac", path);
	for (unsigned int i = 0; i < d->n_connections; i++)
		if (!d->connections[i].port)
			return log_error_r(-EINVAL, "%s: connection %s has no 'to'", path, d->connections[i].name);
	for (unsigned int i = 0; i < d->n_activities; i++) {
		const struct lab_activity *a = &d->activities[i];

		if (!a->n_steps || (!a->every_us && a->start_us < 0) ||
		    a->jitter_us * 2 > (a->every_us ? a->every_us : INT64_MAX))
			return log_error_r(-EINVAL,
					   "%s: activity %s needs 'do', 'every' (or 'once'), and a jitter below "
					   "half the period",
					   path, a->name);
	}
	return 0;
}

int lab_spec_read(const char *path, struct lab_device *device)
{
	_cleanup_fclose_ FILE *f = fopen(path, "re");
	struct reader r = { .path = path, .device = device };
	char line[512];

	*device = (struct lab_device){ 0 };
	if (!f)
		return log_errno_r(-errno, "cannot read %s", path);
	while (fgets(line, sizeof(line), f)) {
		int e;

		r.line++;
		if (!strchr(line, '\n') && !feof(f))
			return complain(&r, -EINVAL, "line too long", "");
		e = read_line(&r, line);
		if (e < 0)
			return e;
	}
	return check(path, device);
}
