/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_PLOT_H
#define AGENT_CMD_PLOT_H

#include "agent/base/options.h"
#include "agent/history/dataset.h"

enum plot_form { PLOT_FORM_AUTO, PLOT_FORM_HTML, PLOT_FORM_SVG, PLOT_FORM_PNG, PLOT_FORM_TERMINAL };

struct plot_values {
	bool html, svg, png, terminal, ascii, dark;
	const char *output, *device, *import, *model, *state, *socket, *title;
	struct string_list read;
	struct mac_list gateways;
	int64_t last_ns, first_ns; /* 0: everything */
	uint32_t width;
};

/* What is drawn. */
struct plot_source {
	struct dataset *dataset;
	const char *device; /* that was asked for; NULL: all */
	char text[160];	    /* where it is from, for people */
};

/**
 * plot_load - from capture files, an export or the history; clipped to the time and kept to the device
 *
 * Returns an exit code, the cause is logged; where it is not EX_OK, source->dataset may still hold what could be read. The caller frees it.
 */
int plot_load(const struct plot_values *values, struct operands *operands, struct plot_source *source);

/** plot_history - from the state directory; as plot_load() */
int plot_history(const struct plot_values *values, struct plot_source *source);

/** plot_put - write what was drawn, or of a picture the PNG, where the options say; returns an exit code, the cause is logged */
int plot_put(const struct plot_values *values, enum plot_form form, const struct buffer *out);

#endif
