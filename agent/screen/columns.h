/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SCREEN_COLUMNS_H
#define AGENT_SCREEN_COLUMNS_H

/* The columns of the list of devices: what they say of a device, and how they share a line. */

#include "agent/screen/cells.h"
#include "agent/screen/scene.h"

/* In the order of the screen. */
enum column {
	COLUMN_NAME,
	COLUMN_VENDOR,
	COLUMN_ADDRESS,
	COLUMN_MAC,
	COLUMN_PORT,
	COLUMN_TYPE,
	COLUMN_FUNCTION,
	COLUMN_SINCE,
	COLUMN_TX_PACKETS,
	COLUMN_RX_PACKETS,
	COLUMN_TX_BYTES,
	COLUMN_RX_BYTES,
	COLUMN_ACTIVITY,
	COLUMN_PERIOD,
	COLUMN_FLOWS,
	COLUMN_SEEN,
	COLUMN_COUNT
};

#define COLUMNS_ALL ((1u << COLUMN_COUNT) - 1)

/** column_names - words of enum column, NULL at the end: choices of --sort */
extern const char *const column_names[];

struct column_info {
	const char *title, *explanation;
	enum align align;
};

const struct column_info *column_info(enum column column);

/* What a column says of one device. */
struct column_cell {
	char text[SCENE_TEXT + 32];
	char share[8]; /* confidence, "" where there is none */
	enum role role;
};

/** column_fill - @cell of a device at the time of the scene; empty for COLUMN_ACTIVITY, which strip.h draws */
void column_fill(enum column column, const struct scene_device *d, int64_t now_us, struct column_cell *cell);

struct columns_layout {
	int width[COLUMN_COUNT]; /* 0: not shown */
};

/* What columns can use; 0: nothing. */
struct columns_need {
	int width[COLUMN_COUNT];
};

/** columns_measure - take in what one device has to say; begin with zeros */
void columns_measure(const struct scene_device *d, struct columns_need *need);

/**
 * columns_fit - which of the columns in @mask go on a line of @width, one blank between them, and how wide
 * @need: of all devices; NULL: not known
 *
 * The more a column matters, the narrower a line still has it; what is left over makes columns wider, up to what they can use.
 */
void columns_fit(uint32_t mask, int width, const struct columns_need *need, struct columns_layout *layout);

#endif
