/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/clock.h"
#include "agent/base/json.h"
#include "agent/base/log.h"
#include "agent/features/features.h"
#include "tools/train/publish.h"

static void put_accuracy(struct json *j, const char *key, struct tally window, struct tally trial)
{
	json_key(j, key);
	json_begin_object(j);
	json_pair_double(j, "window", tally_share(window), 4);
	json_pair_double(j, "trial", tally_share(trial), 4);
	json_end_object(j);
}

static void put_label(struct json *j, const char *name, const struct label_result *r)
{
	json_pair_str(j, "name", name);
	json_pair_u64(j, "trials", r->trials);
	json_pair_u64(j, "windows", r->windows);
	json_pair_double(j, "threshold", r->threshold, 4);
	put_accuracy(j, "accuracy", r->window, r->trial);
}

static void put_devices(struct json *j, const struct study *s, const struct results *r)
{
	json_key(j, "devices");
	json_begin_array(j);
	for (uint32_t d = 0; d < r->device_count; d++) {
		const struct names *functions = &s->manifest->functions[d];

		json_begin_object(j);
		put_label(j, s->manifest->devices.text[d], &r->devices[d]);
		if (functions->count) {
			json_key(j, "functions");
			json_begin_array(j);
			for (uint32_t f = 0; f < functions->count; f++) {
				json_begin_object(j);
				put_label(j, functions->text[f], &r->functions[d][f]);
				json_end_object(j);
			}
			json_end_array(j);
		}
		json_end_object(j);
	}
	json_end_array(j);
}

static void put_features(struct json *j)
{
	char hash[17];

	snprintf(hash, sizeof(hash), "%016" PRIx64, features_hash(FEATURES_WINDOW));
	json_key(j, "features");
	json_begin_object(j);
	json_pair_u64(j, "version", features_version(FEATURES_WINDOW));
	json_pair_str(j, "hash", hash);
	json_key(j, "names");
	json_begin_array(j);
	for (size_t i = 0; i < features_count(FEATURES_WINDOW); i++)
		json_str(j, features_name(FEATURES_WINDOW, i));
	json_end_array(j);
	json_end_object(j);
}

static void put_training(struct json *j, const struct study *s, const struct publish_options *o)
{
	const char *slash = strrchr(s->manifest->path, '/');

	json_key(j, "training");
	json_begin_object(j);
	json_pair_str(j, "manifest", slash ? slash + 1 : s->manifest->path);
	json_pair_u64(j, "captures", s->manifest->files.count);
	json_pair_u64(j, "trials", s->manifest->trials.count);
	json_pair_u64(j, "windows", s->data->count);
	json_pair_u64(j, "packets", s->data->packets);
	json_pair_u64(j, "captures_without_times", s->data->lost_times);
	json_pair_str(j, "method", o->method == METHOD_FOREST ? "forest" : "boost");
	json_pair_u64(j, "seed", s->seed);
	json_pair_u64(j, "stride", o->stride);
	json_end_object(j);
}

static void put_created(struct json *j)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");

	if (epoch && *epoch)
		json_pair_time(j, "created", strtoll(epoch, NULL, 10) * 1000000);
}

static void put_results(struct json *j, const struct study *s, const struct results *r)
{
	json_key(j, "accuracy");
	json_begin_object(j);
	json_pair_u64(j, "folds", s->folds);
	put_accuracy(j, "device", r->device_window, r->device_trial);
	put_accuracy(j, "function", r->function_window, r->function_trial);
	put_accuracy(j, "both", r->both_window, r->both_trial);
	json_end_object(j);
}

int publish_card(const struct study *s, const struct results *r, const struct publish_options *o, struct buffer *out)
{
	struct json j = json_init(out);

	json_begin_object(&j);
	json_pair_str(&j, "name", o->name);
	json_pair_str(&j, "version", IOTBPF_VERSION);
	put_created(&j);
	put_features(&j);
	put_training(&j, s, o);
	put_results(&j, s, r);
	put_devices(&j, s, r);
	json_end_object(&j);
	return out->failed ? log_errno_r(-ENOMEM, "model card") : 0;
}
