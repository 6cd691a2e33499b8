/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/model/card.h"

#include <math.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "agent/base/cleanup.h"
#include "agent/model/image.h"

static void json_free(cJSON *json)
{
	cJSON_Delete(json);
}
DEFINE_CLEANUP(cJSON, json_free)

static float share(const cJSON *object, const char *key, float absent)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0 && item->valuedouble <= 1))
		return absent;
	return (float)item->valuedouble;
}

/* A number from `low` to `high`, 1 where there is none. */
static float number(const cJSON *object, const char *key, double low, double high)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	if (!cJSON_IsNumber(item) || !(item->valuedouble >= low && item->valuedouble <= high))
		return 1;
	return (float)item->valuedouble;
}

static struct model_accuracy accuracy(const cJSON *parent, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(parent, key);

	return (struct model_accuracy){ .window = share(item, "window", NAN), .trial = share(item, "trial", NAN) };
}

/* A copy of a text, "" where it is absent. */
static int text(const cJSON *object, const char *key, char **out)
{
	const char *value = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));

	*out = strdup(value && strlen(value) <= CARD_NAME_MAX ? value : "");
	return *out ? 0 : -ENOMEM;
}

static void labels_free(struct card_label *labels, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(labels[i].name);
		free(labels[i].family);
		labels_free(labels[i].functions, labels[i].function_count);
	}
	free(labels);
}

void card_free(struct card *card)
{
	free(card->name);
	free(card->version);
	free(card->created);
	labels_free(card->devices, card->device_count);
	*card = (struct card){ 0 };
}

static int labels(const cJSON *array, size_t max, struct card_label **out, size_t *out_count, const char **wrong);

static int label(const cJSON *item, struct card_label *out, const char **wrong)
{
	const cJSON *functions = cJSON_GetObjectItemCaseSensitive(item, "functions");
	int r = text(item, "name", &out->name);

	if (r == 0)
		r = text(item, "family", &out->family);
	if (r < 0)
		return r;
	if (!*out->name) {
		*wrong = "its card has a label without a name";
		return -EBADMSG;
	}
	out->threshold = share(item, "threshold", 0);
	out->accuracy = accuracy(item, "accuracy");
	return functions ? labels(functions, IMAGE_FUNCTIONS_MAX, &out->functions, &out->function_count, wrong) : 0;
}

/* Functions of functions are read too, and mean nothing; how deep they go is bounded by cJSON's nesting limit. */
static int labels(const cJSON *array, size_t max, struct card_label **out, size_t *out_count, const char **wrong)
{
	size_t count = cJSON_IsArray(array) ? (size_t)cJSON_GetArraySize(array) : 0, i = 0;
	const cJSON *item;

	if (!count || count > max) {
		*wrong = "its card has no labels, or too many";
		return -EBADMSG;
	}
	*out = calloc(count, sizeof(**out));
	if (!*out)
		return -ENOMEM;
	*out_count = count;
	cJSON_ArrayForEach(item, array)
	{
		int r = label(item, &(*out)[i++], wrong);

		if (r < 0)
			return r;
	}
	return 0;
}

static void scales(const cJSON *array, struct card *card)
{
	const cJSON *item;

	for (int s = 0; s < FEATURES_SCALES; s++)
		card->weight[s][0] = card->weight[s][1] = 1;
	cJSON_ArrayForEach(item, array)
	{
		const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "name"));
		int s = name ? features_scale_parse(name) : -EINVAL;

		if (s < 0)
			continue;
		card->weight[s][0] = number(item, "weight_device", 0, 1000);
		card->weight[s][1] = number(item, "weight_function", 0, 1000);
	}
}

static void calibration(const cJSON *json, struct card *card)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, "calibration");

	card->temperature[0] = number(item, "device_temperature", 0.01, 1000);
	card->temperature[1] = number(item, "function_temperature", 0.01, 1000);
	card->unknown_threshold = share(json, "unknown_threshold", 0);
	card->knows_home = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "knows_home"));
}

static int card_read(const cJSON *json, struct card *card, const char **wrong)
{
	const cJSON *all = cJSON_GetObjectItemCaseSensitive(json, "accuracy");

	if (text(json, "name", &card->name) < 0 || text(json, "version", &card->version) < 0 ||
	    text(json, "created", &card->created) < 0)
		return -ENOMEM;
	card->device = accuracy(all, "device");
	card->function = accuracy(all, "function");
	card->both = accuracy(all, "both");
	scales(cJSON_GetObjectItemCaseSensitive(json, "scales"), card);
	calibration(json, card);
	return labels(cJSON_GetObjectItemCaseSensitive(json, "devices"), IMAGE_DEVICES_MAX, &card->devices,
		      &card->device_count, wrong);
}

int card_parse(const char *bytes, size_t size, struct card *card, const char **wrong)
{
	_cleanup_(json_free_p) cJSON *json = cJSON_ParseWithLength(bytes, size);
	int r;

	*card = (struct card){ 0 };
	if (!json) {
		*wrong = "its card is not JSON";
		return -EBADMSG;
	}
	r = card_read(json, card, wrong);
	if (r < 0)
		card_free(card);
	return r;
}
