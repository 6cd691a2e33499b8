/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LAB_FINDINGS_H
#define LAB_FINDINGS_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "tools/lab/spec.h"

/* What an observer's events say about each device; bounded, what does not fit is left out. */
enum { FINDINGS_DEVICES = 256, FINDINGS_PERIODS = 32, FINDINGS_INTERVALS = 256 };

struct found_period {
	char protocol[32];
	double seconds;
	bool weak;
};

struct found_interval {
	char label[LAB_LABEL_SIZE];
	int64_t start_us, end_us; /* since 1970; end 0: still running at the end */
};

struct found_device {
	uint64_t mac;
	char label[64];
	double p;
	struct found_period periods[FINDINGS_PERIODS];
	unsigned int n_periods;
	struct found_interval intervals[FINDINGS_INTERVALS];
	unsigned int n_intervals;
};

struct findings {
	struct found_device devices[FINDINGS_DEVICES];
	unsigned int n;
	uint64_t lines, frames, counted;
	bool stopped; /* the stream has its stop event */
};

/** findings_read - read an event stream (NDJSON) from @path; 0 or a logged error */
int findings_read(const char *path, struct findings *f);

/** findings_device - the device with @mac, NULL if no event named it */
const struct found_device *findings_device(const struct findings *f, uint64_t mac);

/* Members of a JSON object, with something harmless where they are missing. */
const char *json_text(const cJSON *object, const char *key);
double json_number(const cJSON *object, const char *key, double otherwise);
uint64_t json_mac(const cJSON *object);
int64_t json_time(const cJSON *object, const char *key); /* RFC 3339 to microseconds since 1970; 0 if there is none */

#endif
