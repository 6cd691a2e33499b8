/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_OUTPUT_EXPORT_PRIVACY_H
#define AGENT_OUTPUT_EXPORT_PRIVACY_H

/* What leaves of a row: identities are replaced by tokens or left out, times are moved, as the columns' roles say. */

#include "agent/history/imported_head.h"
#include "agent/output/export_token.h"

struct export_privacy {
	bool on;	  /* identities do not leave */
	bool done;	  /* nor did they come: the source has tokens already, which stay as they are */
	uint32_t keep;	  /* enum imported_kept */
	int64_t shift_us; /* is added to every time */
	struct export_salt salt;
	/* The device of the last row, since rows of one device follow each other. */
	char device[EXPORT_TOKEN_SIZE], token[EXPORT_TOKEN_SIZE];
	char words[2][EXPORT_TOKEN_SIZE]; /* tokens of the row's type and function */
};

/** export_privacy_device - the token of the device with this id; valid until the next call */
const char *export_privacy_device(struct export_privacy *privacy, const char *id);

/** export_privacy_apply - change the cells of a row; what they point to then is valid until the next call */
void export_privacy_apply(struct export_privacy *privacy, const struct imported_table *table, struct imported_cell *cells);

/** export_privacy_fate - what becomes of a column, in words: "kept", "token", "left out", "moved" */
const char *export_privacy_fate(const struct export_privacy *privacy, const struct imported_column *column);

#endif
