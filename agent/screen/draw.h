/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SCREEN_DRAW_H
#define AGENT_SCREEN_DRAW_H

#include "agent/screen/cells.h"
#include "agent/screen/glyphs.h"
#include "agent/screen/ui.h"
#include "agent/screen/scene.h"

/**
 * draw_screen - the whole screen, as large as @g, from what is known and what was chosen, and from nothing else
 * @scene: NULL: nothing is known yet
 * @colour: false: attributes say what they can
 */
void draw_screen(struct grid *g, const struct scene *scene, const struct ui *ui, const struct glyphs *glyphs, bool colour);

#endif
