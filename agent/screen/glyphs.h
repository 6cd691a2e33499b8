/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SCREEN_GLYPHS_H
#define AGENT_SCREEN_GLYPHS_H

#include <stdbool.h>
#include <stdint.h>

/* The characters that a screen is drawn with beside text: UTF-8, or ASCII for terminals that have no more. */
struct glyphs {
	bool unicode;	    /* text may hold other characters than ASCII's */
	const char *cut;    /* where text is cut */
	const char *up, *down, *enter; /* keys and the direction of sorting */
	const char *separator, *dash;
	uint32_t horizontal, vertical, corners[4]; /* of a box: left top, right top, left bottom, right bottom */
};

/** glyphs_of - the set for a terminal that shows @unicode or not */
const struct glyphs *glyphs_of(bool unicode);

#endif
