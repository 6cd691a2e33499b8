// SPDX-License-Identifier: BSD-2-Clause

#include <sysexits.h>

#include "agent/base/log.h"
#include "agent/cmd/plot.h"

int plot_history(const struct plot_values *values, struct plot_source *source)
{
	(void)values;
	(void)source;
	log_error("there is no history to draw: --read CAPTURE draws a capture file");
	return EX_UNAVAILABLE;
}
