/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_PUBLISH_H
#define TOOLS_TRAIN_PUBLISH_H

#include "agent/base/buffer.h"
#include "tools/train/validate.h"

struct publish_options {
	const char *name; /* of the model */
	uint32_t stride;
	const char *terms, *limits, *version; /* texts for the card, or NULL */
};

/** publish_card - the model's card as JSON (agent/model/card.h); SOURCE_DATE_EPOCH, if set, dates it */
int publish_card(const struct study *study, const struct validation *validation, const struct publish_options *options,
		 struct buffer *out);

/**
 * publish_image - train every task on all trials, pack the trees and try the image on every training row
 * @image: the model file
 *
 * Leaves the answers for held out rows in the study. Returns 0 or -errno, logged.
 */
int publish_image(struct study *study, const char *card, struct buffer *image);

/** publish_check - can the file be written? Asked before minutes are spent on it; 0 or -errno, logged */
int publish_check(const char *path);

/** publish_write - replace the file at @path at once; 0 or -errno, logged */
int publish_write(const char *path, const struct buffer *bytes);

#endif
