/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_TOP_INTERNAL_H
#define AGENT_CMD_TOP_INTERNAL_H

/* top on a terminal: what its parts share. */

#include "agent/cmd/top.h"
#include "agent/screen/draw.h"
#include "agent/screen/terminal.h"

struct top {
	const struct top_values *values;
	struct top_agent *agent;
	struct ui *ui;
	struct loop *loop;
	struct terminal *terminal;
	const struct glyphs *glyphs;
	struct grid grid;
	struct scene *scene;
	struct top_client *list, *detail, *label;
	bool flows;	     /* the list comes with all flows */
	uint64_t device;     /* that `detail` is about */
	int64_t delay_ms;    /* that both were asked with */
	int64_t heard_ns;    /* when the last snapshot came, or was asked for */
	bool silent;	     /* the message says that none come */
	uint32_t updates;
};

/** top_draw - show what is known now */
void top_draw(struct top *t);

/** top_ask - ask the agent for what the page that is shown needs, where that is something else than before */
void top_ask(struct top *t);

/** top_tick - once a second: ask again where the agent was gone, or says nothing */
void top_tick(struct top *t);

/** top_tell_label - the label of the dialog */
void top_tell_label(struct top *t);

/** top_hang_up - end all requests */
void top_hang_up(struct top *t);

#endif
