/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_OUTPUT_PLOT_PLOT_H
#define AGENT_OUTPUT_PLOT_PLOT_H

/*
 * Pictures of a dataset: a row a flow, a mark an active second; above the rows of a device its packets a second, and behind these what it did.
 * All are pure functions from a finished dataset to bytes, and show the same numbers.
 */

#include <stdbool.h>
#include <stddef.h>

#include "agent/base/buffer.h"
#include "agent/history/dataset.h"

#define PLOT_PAGE_LIMIT ((size_t)256 << 20) /* bytes of a page: more no browser opens with pleasure */

struct plot_options {
	const char *title;  /* what is seen; NULL: "iotbpf" */
	const char *source; /* where it was seen: names of files, of a host; NULL: not said */
	size_t width;	    /* of a picture in pixels, of text in columns; 0: 960, 80 */
	bool dark;	    /* light marks on a dark ground; a page follows the browser instead */
	bool color;	    /* text: colours (ANSI) */
	bool truecolor;	    /* text: of 24 bits, else of 256 */
	bool ascii;	    /* text: no braille */
};

/** plot_html - one page that needs nothing but itself; -ENOSYS where the build had no plotting library, -EMSGSIZE beyond PLOT_PAGE_LIMIT, -ENOMEM */
int plot_html(const struct dataset *ds, const struct plot_options *options, struct buffer *out);

/** plot_has_page - was the plotting library there when this was built? */
bool plot_has_page(void);

/** plot_svg - one picture; -EMSGSIZE where it is longer than @out takes, or -ENOMEM */
int plot_svg(const struct dataset *ds, const struct plot_options *options, struct buffer *out);

/** plot_terminal - lines of text; errors as plot_svg() */
int plot_terminal(const struct dataset *ds, const struct plot_options *options, struct buffer *out);

/**
 * plot_png - turn a picture of plot_svg() into a PNG by librsvg's program, `rsvg-convert`
 * @fd: where the PNG goes
 *
 * A program and not a library, because the libraries it needs (cairo, pango, glib) would be loaded by every command of the agent.
 * Returns 0, -ENOPKG where the program is not there, -EIO where it failed, or -errno. Logs nothing.
 */
int plot_png(const struct buffer *svg, int fd);

#endif
