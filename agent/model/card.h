/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_MODEL_CARD_H
#define AGENT_MODEL_CARD_H

/*
 * The card of a model: JSON text about it.
 *
 *	{"name","version","created",
 *	 "features":{"version","hash","names":[...]},
 *	 "training":{"manifest","trials","windows","method","seed",...},
 *	 "accuracy":{"folds","device":A,"function":A,"both":A},
 *	 "devices":[{"name","trials","windows","threshold","accuracy":A,
 *		     "functions":[{"name","trials","windows","threshold","accuracy":A}]}]}
 *
 * with A = {"window","trial"}, shares, null where not measured. The loader needs the names of devices and their
 *functions and checks their number against the ensembles; everything else may be absent.
 */

#include <stddef.h>

#include "agent/model/model.h"

#define CARD_NAME_MAX 128 /* bytes of a label */

struct card_label {
	char *name;
	float threshold; /* 0 where the card has none */
	struct model_accuracy accuracy;
	struct card_label *functions;
	size_t function_count;
};

struct card {
	char *name, *version, *created;
	struct model_accuracy device, function, both;
	struct card_label *devices;
	size_t device_count;
};

/** card_parse - read @size bytes of JSON; 0, -ENOMEM, or -EBADMSG with *@wrong set to what is wrong. Release with
 * card_free(). */
int card_parse(const char *text, size_t size, struct card *card, const char **wrong);

void card_free(struct card *card);

#endif
