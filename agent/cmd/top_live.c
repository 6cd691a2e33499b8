// SPDX-License-Identifier: BSD-2-Clause

/* iotbpf top on a terminal: keys and snapshots come in, cells go out. */

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sysexits.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/cmd/top_internal.h"

void top_draw(struct top *t)
{
	struct ui_size size = terminal_size(t->terminal);

	if ((t->grid.rows != size.rows || t->grid.columns != size.columns) && grid_resize(&t->grid, size.rows, size.columns) < 0)
		return;
	ui_settle(t->ui, t->scene, size);
	draw_screen(&t->grid, t->scene, t->ui, t->glyphs, terminal_has_colour(t->terminal));
	terminal_paint(t->terminal, &t->grid);
}

static void act(struct top *t, enum ui_action action)
{
	switch (action) {
	case UI_QUIT:
		loop_quit(t->loop, EX_OK);
		break;
	case UI_LABEL:
		top_tell_label(t);
		break;
	case UI_REDRAW:
		terminal_again(t->terminal);
		break;
	case UI_NOTHING:
		break;
	}
}

static int on_keys(struct loop *loop, uint64_t what, void *user)
{
	struct top *t = user;
	uint32_t key;

	while ((key = terminal_key(t->terminal)) != KEY_NONE)
		act(t, ui_key(t->ui, t->scene, terminal_size(t->terminal), key));
	if (what & (EPOLLHUP | EPOLLERR))
		loop_quit(loop, EX_OK);
	top_ask(t);
	top_draw(t);
	return 0;
}

static int on_tick(struct loop *loop, uint64_t what, void *user)
{
	(void)loop;
	(void)what;
	top_tick(user);
	return 0;
}

static int on_signal(struct loop *loop, uint64_t what, void *user)
{
	struct top *t = user;

	switch ((int)what) {
	case SIGWINCH:
		terminal_resized(t->terminal);
		break;
	case SIGTSTP:
		terminal_suspend(t->terminal);
		break;
	case SIGCONT:
		terminal_again(t->terminal);
		break;
	default:
		loop_quit(loop, EX_OK);
		return 0;
	}
	top_draw(t);
	return 0;
}

static int open_loop(struct top *t)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP, SIGCONT };
	int e = loop_new(&t->loop);

	for (size_t i = 0; e == 0 && i < sizeof(signals) / sizeof(signals[0]); i++)
		e = loop_add_signal(t->loop, signals[i], on_signal, t, NULL);
	e = e ?: loop_add_fd(t->loop, STDIN_FILENO, EPOLLIN, on_keys, t, NULL);
	e = e ?: loop_add_timer(t->loop, NS_PER_SECOND, on_tick, t, NULL);
	return e ?: top_attach_watch(t->agent, t->loop);
}

static int open_terminal(struct top *t)
{
	const struct terminal_options options = { .colour = (enum terminal_colour)t->values->colour, .ascii = t->values->ascii };
	int e;

	t->glyphs = glyphs_of(terminal_unicode(t->values->ascii));
	e = terminal_new(&options, &t->terminal);
	if (e == -ENOTTY)
		log_error("this is no terminal: use -b for lines of text, or --json");
	else if (e == -ENODEV)
		log_error("no screen can be drawn on a terminal of type '%s' (TERM): use -b for lines of text", getenv("TERM") ?: "");
	else if (e < 0)
		log_errno_r(e, "cannot take the terminal");
	return e == 0 ? -1 : e == -ENOTTY || e == -ENODEV ? EX_USAGE : EX_OSERR;
}

int top_live(const struct top_values *values, struct top_agent *agent, struct ui *ui)
{
	struct top t = { .values = values, .agent = agent, .ui = ui, .heard_ns = time_monotonic_ns() };
	int code = open_terminal(&t), e = 0;

	if (code < 0) {
		e = open_loop(&t);
		top_ask(&t);
		top_draw(&t);
		code = e ?: loop_run(t.loop);
		terminal_free(t.terminal);
	}
	top_hang_up(&t);
	if (t.scene)
		scene_free(t.scene);
	grid_free(&t.grid);
	if (t.loop)
		loop_free(t.loop);
	if (code < 0)
		log_errno_r(code, "cannot go on");
	return code < 0 ? EX_OSERR : code;
}
