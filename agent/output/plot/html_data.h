/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_OUTPUT_PLOT_HTML_DATA_H
#define AGENT_OUTPUT_PLOT_HTML_DATA_H

#include "agent/output/plot/plot.h"
#include "agent/output/plot/layout.h"

/** html_data - append what a page draws, as JSON; seconds in columns (column.h). Failure is in @out->failed */
void html_data(const struct layout *layout, const struct plot_options *options, struct buffer *out);

#endif
