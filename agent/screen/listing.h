/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SCREEN_LISTING_H
#define AGENT_SCREEN_LISTING_H

#include "agent/screen/ui.h"

/* The devices that the list shows, in its order. */
struct listing {
	const struct scene_device **devices;
	int count;
};

/** listing_make - filter and sort; without memory there are none */
void listing_make(const struct scene *scene, const struct ui *ui, struct listing *l);

void listing_free(struct listing *l);

/** listing_find - place of the device, -1: not in the list */
int listing_find(const struct listing *l, uint64_t mac);

/** listing_search - the first from @from on, round the end, that matches; @step 1 or -1; -1: none */
int listing_search(const struct listing *l, const char *words, int from, int step);

DEFINE_CLEANUP(struct listing, listing_free)

#endif
