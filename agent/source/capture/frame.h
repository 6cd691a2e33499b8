/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_CAPTURE_FRAME_H
#define AGENT_SOURCE_CAPTURE_FRAME_H

#include <stdint.h>

#include "agent/source/capture/link.h"

/* One captured frame. `data` stays valid until the next call on the same capture. */
struct capture_frame {
	const uint8_t *data;
	uint32_t captured; /* bytes at data, at most 256 KiB */
	uint32_t length;   /* frame length as recorded, normally >= captured; any 32-bit value in a damaged file */
	int64_t time_us;   /* since 1970 as recorded: may go backwards or be absurd (see timeline.h) */
	enum capture_link link;
};

#endif
