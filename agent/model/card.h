/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_MODEL_CARD_H
#define AGENT_MODEL_CARD_H

/*
 * The card of a model: JSON text about it.
 *
 *	{"name","version","created",
 *	 "scales":[{"name","version","hash","weight_device","weight_function"}],
 *	 "training":{"manifest","trials","windows","method","seed",...},
 *	 "terms","limits",		texts: what the training data allows, what the model cannot tell
 *	 "knows_home":bool,		trained on features that identify the home
 *	 "accuracy":{"folds","device":A,"function":A,"both":A},
 *	 "calibration":{"device_temperature","function_temperature"},
 *	 "unknown_threshold",
 *	 "devices":[{"name","family","trials","windows","threshold","accuracy":A,
 *		     "functions":[{"name","trials","windows","threshold","accuracy":A}]}]}
 *
 * with A = {"window","trial"}, shares, null where not measured. The loader needs the names of devices and their functions and checks
 * their number against the ensembles; everything else may be absent.
 */

#include <stddef.h>

#include "agent/model/model.h"

#define CARD_NAME_MAX 128 /* bytes of a label */

struct card_label {
	char *name;
	char *family;	 /* of a device; "" where it has none */
	float threshold; /* 0 where the card has none */
	struct model_accuracy accuracy;
	struct card_label *functions;
	size_t function_count;
};

struct card {
	char *name, *version, *created;
	struct model_accuracy device, function, both;
	float weight[FEATURES_SCALES][2]; /* of devices, of functions */
	float temperature[2];		  /* likewise */
	float unknown_threshold;
	bool knows_home;
	struct card_label *devices;
	size_t device_count;
};

/** card_parse - read @size bytes of JSON; 0, -ENOMEM, or -EBADMSG with *@wrong set to what is wrong. Release with
 * card_free(). */
int card_parse(const char *text, size_t size, struct card *card, const char **wrong);

void card_free(struct card *card);

#endif
