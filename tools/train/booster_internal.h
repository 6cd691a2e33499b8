/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_BOOSTER_INTERNAL_H
#define TOOLS_TRAIN_BOOSTER_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

struct booster {
	void *handle; /* of libxgboost */
	uint32_t classes;
	size_t width;
};

#endif
