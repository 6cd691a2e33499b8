/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SCREEN_PAGES_H
#define AGENT_SCREEN_PAGES_H

/* Pages that may be longer than the screen: how many lines they have. */

#include "agent/screen/ui.h"

#define DEVICE_FACTS 5 /* lines of the device's page about the device itself */

/** page_lines - lines of the page that is shown, the list of devices excepted */
int page_lines(const struct ui *ui, const struct scene *scene);

/* One period of one flow. */
struct page_period {
	const struct scene_device *device;
	const struct scene_flow *flow;
	const struct scene_period *period;
};

/** page_periods - all of the devices that the list shows, the shortest first; free() the result, NULL where there are none */
struct page_period *page_periods(const struct ui *ui, const struct scene *scene, int *count);

#endif
