/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_OUTPUT_PLOT_TERMINAL_CELLS_H
#define AGENT_OUTPUT_PLOT_TERMINAL_CELLS_H

#include "agent/output/plot/plot.h"
#include "agent/output/plot/layout.h"

/* A drawing on the terminal while it is made, line by line. */
struct terminal {
	struct buffer *out;
	const struct layout *layout;
	const struct plot_options *options;
	size_t width, names, periods, chart; /* columns: in all; of names with periods; of periods; of the chart */
	size_t dots;			     /* of the chart in a column: 2 of braille, 1 of ASCII */
	double span;			     /* seconds of the chart */
	uint8_t *levels;		     /* of each column of dots */
};

/** terminal_color - what follows has a colour of layout_colors; -1: the usual one. Nothing where colours are not wanted */
void terminal_color(struct terminal *t, int index);

/**
 * terminal_levels - one line of cells, as bars from the bottom
 * @levels: of every column of dots how high its bar is, in dots
 * @rows: dots that a cell is high
 * @below: dots of the bars that are in lines below
 */
void terminal_levels(struct terminal *t, const uint8_t *levels, unsigned rows, unsigned below);

#endif
