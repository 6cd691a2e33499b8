/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SCREEN_UI_INTERNAL_H
#define AGENT_SCREEN_UI_INTERNAL_H

#include "agent/screen/ui.h"

/** ui_key_move - arrows, pages, ends: in the list of devices, or on a page that is longer than the screen; false: no such key */
bool ui_key_move(struct ui *ui, const struct scene *scene, struct ui_size size, uint32_t key);

/** ui_find - go to the next device that matches the search, from the present one on (@next: from the one after); @step 1 or -1 */
void ui_find(struct ui *ui, const struct scene *scene, struct ui_size size, bool next, int step);

/** ui_key_dialog - a key while a dialog is open */
enum ui_action ui_key_dialog(struct ui *ui, const struct scene *scene, struct ui_size size, uint32_t key);

/** ui_label_open - the dialog for the device under the bar or on the page; a message where there is none */
void ui_label_open(struct ui *ui, const struct scene *scene);

/** ui_label_key - a key in it */
enum ui_action ui_label_key(struct ui *ui, uint32_t key);

#endif
