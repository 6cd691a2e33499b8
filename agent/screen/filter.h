/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SCREEN_FILTER_H
#define AGENT_SCREEN_FILTER_H

#include <stdbool.h>

#include "agent/screen/scene.h"

/**
 * filter_matches - is the device one of those that @filter leaves?
 *
 * Words between blanks must all be found, in whatever case, in what is known of the device: name, vendor, addresses, type, function, port.
 * "type:bulb" looks in one of them only (name, vendor, ip, mac, type, now, port); "!word" must not be found.
 */
bool filter_matches(const char *filter, const struct scene_device *d);

/** filter_hides_idle - does hiding idle devices hide this one? One that does nothing and has sent nothing for a minute */
bool filter_hides_idle(const struct scene_device *d);

#endif
