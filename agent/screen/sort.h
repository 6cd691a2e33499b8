/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SCREEN_SORT_H
#define AGENT_SCREEN_SORT_H

#include "agent/screen/columns.h"

/**
 * sort_compare - which of two devices comes first by @column: < 0, 0, > 0
 *
 * Texts go from A to Z with none at the end, numbers from the largest down. By function: those that run, the latest first, then idle ones.
 * Devices that are alike go by name, then by address, so that an order is always one.
 */
int sort_compare(enum column column, bool inverted, const struct scene_device *a, const struct scene_device *b);

#endif
