/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_MODEL_IMAGE_INTERNAL_H
#define AGENT_MODEL_IMAGE_INTERNAL_H

#include "agent/model/image.h"

/** image_check_ensembles - bounds of ensembles, trees, nodes and leaves, once sections, scales and cuts are known to be right */
const char *image_check_ensembles(const struct image_header *h);

#endif
