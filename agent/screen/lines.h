/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SCREEN_LINES_H
#define AGENT_SCREEN_LINES_H

/* The list of devices as plain lines. */

#include "agent/base/buffer.h"
#include "agent/screen/scene.h"
#include "agent/screen/ui.h"

/**
 * lines_render - a line about the network, titles, and a line a device, with the filter, order and columns of @ui
 * @unicode: false: ASCII only
 * @width: no line is wider; 0: as wide as needed
 *
 * Failure is in @out->failed.
 */
void lines_render(const struct scene *scene, const struct ui *ui, bool unicode, size_t width, struct buffer *out);

#endif
