/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_CUT_H
#define TOOLS_TRAIN_CUT_H

/* Cutting the packets of one device into rows of each scale. */

#include "agent/analysis/audi.h"
#include "agent/analysis/periods.h"
#include "tools/train/dataset.h"
#include "tools/train/trace.h"

/* One capture while it is cut up. */
struct cutter {
	const struct manifest *manifest;
	const struct dataset_options *options;
	struct dataset *out;
	struct trace_times times;
	struct audi *audi;       /* work space of rhythms */
	struct periods *periods; /* likewise */
};

/* Packets of a trace that belong together. */
struct piece {
	const struct trace *trace;
	size_t begin, end;
	uint32_t row;     /* of the manifest */
	int32_t function; /* -1: none, or several */
	size_t before;    /* packets of the same trial before `begin` */
};

/** cut_add - append a row of @scale that describes packets first..last of the trace; the caller fills *@x. -ENOMEM */
int cut_add(struct cutter *cutter, const struct piece *piece, enum features_scale scale, size_t first, size_t last,
	    float **x, struct sample **sample);

/** cut_second - seconds from the capture's beginning to a packet */
double cut_second(const struct cutter *cutter, const struct trace *trace, size_t packet);

/* Each appends the rows of its scale; 0 or -ENOMEM. Windows are FEATURES_PAPER's where the options say so. */
int cut_windows(struct cutter *cutter, const struct piece *piece);
int cut_bursts(struct cutter *cutter, const struct piece *piece);
int cut_sessions(struct cutter *cutter, const struct piece *piece);
int cut_rhythms(struct cutter *cutter, const struct piece *piece);

#endif
