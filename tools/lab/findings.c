/* SPDX-License-Identifier: BSD-2-Clause */
/* An observer's event stream, summed up by device. */
#include "tools/lab/findings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/base/mac.h"

const char *json_text(const cJSON *object, const char *key)
{
	const char *s = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));

	return s ? s : "";
}

double json_number(const cJSON *object, const char *key, double otherwise)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	return cJSON_IsNumber(item) ? item->valuedouble : otherwise;
}

uint64_t json_mac(const cJSON *object)
{
	uint64_t mac = 0;

	mac_parse(json_text(object, "mac"), &mac);
	return mac;
}

int64_t json_time(const cJSON *object, const char *key)
{
	struct tm tm = { 0 };
	const char *rest = strptime(json_text(object, key), "%Y-%m-%dT%H:%M:%S", &tm);

	if (!rest)
		return 0;
	return (int64_t)timegm(&tm) * 1000000 + (*rest == '.' ? (int64_t)(strtod(rest, NULL) * 1e6 + 0.5) : 0);
}

static void copy(char *to, size_t size, const char *text)
{
	snprintf(to, size, "%s", text);
}

const struct found_device *findings_device(const struct findings *f, uint64_t mac)
{
	for (unsigned int i = 0; i < f->n; i++)
		if (f->devices[i].mac == mac)
			return &f->devices[i];
	return NULL;
}

static struct found_device *find_or_add(struct findings *f, uint64_t mac)
{
	struct found_device *d = (struct found_device *)findings_device(f, mac);

	if (d || !mac || f->n == FINDINGS_DEVICES)
		return d;
	d = &f->devices[f->n++];
	d->mac = mac;
	return d;
}

static void take_device(struct findings *f, const cJSON *event)
{
	const cJSON *body = cJSON_GetObjectItemCaseSensitive(event, "device");
	struct found_device *d = find_or_add(f, json_mac(body));

	if (!d || !*json_text(body, "label"))
		return;
	copy(d->label, sizeof(d->label), json_text(body, "label"));
	d->p = json_number(body, "label_p", 0);
}

static void take_function(struct found_device *d, const cJSON *event)
{
	const cJSON *body = cJSON_GetObjectItemCaseSensitive(event, "function");
	int64_t since = json_time(body, "since"), now = json_time(event, "timestamp");

	if (!strcmp(json_text(body, "action"), "stop")) {
		if (d->n_intervals && !d->intervals[d->n_intervals - 1].end_us)
			d->intervals[d->n_intervals - 1].end_us = now;
		return;
	}
	if (d->n_intervals == FINDINGS_INTERVALS)
		return;
	d->intervals[d->n_intervals] = (struct found_interval){ .start_us = since ? since : now };
	copy(d->intervals[d->n_intervals++].label, LAB_LABEL_SIZE, json_text(body, "label"));
}

static void take_period(struct found_device *d, const cJSON *event)
{
	const cJSON *body = cJSON_GetObjectItemCaseSensitive(event, "period");
	struct found_period *p = &d->periods[d->n_periods];

	if (strcmp(json_text(body, "action"), "found") != 0 || d->n_periods == FINDINGS_PERIODS)
		return;
	copy(p->protocol, sizeof(p->protocol), json_text(body, "protocol"));
	p->seconds = json_number(body, "seconds", 0);
	p->weak = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(body, "weak"));
	d->n_periods++;
}

static void take_stop(struct findings *f, const cJSON *event)
{
	const cJSON *body = cJSON_GetObjectItemCaseSensitive(event, "stop");

	f->frames = (uint64_t)json_number(body, "frames", 0);
	f->counted = (uint64_t)json_number(body, "counted", 0);
	f->stopped = true;
}

static void take(struct findings *f, const cJSON *event)
{
	const char *type = json_text(event, "event_type");
	struct found_device *d;

	f->lines++;
	if (!strcmp(type, "device"))
		take_device(f, event);
	else if (!strcmp(type, "stop"))
		take_stop(f, event);
	d = find_or_add(f, json_mac(cJSON_GetObjectItemCaseSensitive(event, "device")));
	if (d && !strcmp(type, "function"))
		take_function(d, event);
	else if (d && !strcmp(type, "period"))
		take_period(d, event);
}

int findings_read(const char *path, struct findings *f)
{
	_cleanup_fclose_ FILE *in = fopen(path, "re");
	_cleanup_free_ char *line = NULL;
	size_t room = 0;

	memset(f, 0, sizeof(*f));
	if (!in)
		return log_errno_r(-errno, "cannot read %s", path);
	while (getline(&line, &room, in) > 0) {
		cJSON *event = cJSON_Parse(line);

		if (!event)
			return log_error_r(-EINVAL, "%s: line %llu is not JSON", path,
					   (unsigned long long)f->lines + 1);
		take(f, event);
		cJSON_Delete(event);
	}
	return 0;
}
