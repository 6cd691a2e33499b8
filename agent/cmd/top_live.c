// SPDX-License-Identifier: BSD-2-Clause

/* iotbpf top on a terminal: keys and snapshots come in, cells go out. */

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sysexits.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/base/mac.h"
#include "agent/cmd/ask.h"
#include "agent/cmd/top.h"
#include "agent/screen/draw.h"
#include "agent/screen/terminal.h"

#define SILENCE_NS (5 * NS_PER_SECOND) /* beyond the delay, until the agent is said not to answer */

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

static void hang_up(struct top_client **client)
{
	if (*client)
		top_client_free(*client);
	*client = NULL;
}

static void draw(struct top *t)
{
	struct ui_size size = terminal_size(t->terminal);

	if ((t->grid.rows != size.rows || t->grid.columns != size.columns) && grid_resize(&t->grid, size.rows, size.columns) < 0)
		return;
	ui_settle(t->ui, t->scene, size);
	draw_screen(&t->grid, t->scene, t->ui, t->glyphs, terminal_has_colour(t->terminal));
	terminal_paint(t->terminal, &t->grid);
}

/* Until a snapshot comes again. */
static void say_silent(struct top *t, const char *text, int error)
{
	t->silent = true;
	ui_say(t->ui, true, "%s%s%s; trying again", text, error ? ": " : "", error ? strerror(-error) : "");
}

/* A snapshot, or why there is none, which is shown. */
static struct scene *decode(struct top *t, const char *text, size_t n)
{
	char why[SCENE_TEXT * 4] = "no snapshot came: is the agent of another version?";
	struct scene *scene = NULL;

	if (scene_decode(text, n, &scene, why) < 0)
		ui_say(t->ui, true, "%s", why);
	return scene;
}

static void on_list(void *user, const char *text, size_t n)
{
	struct top *t = user;
	struct scene *scene = t->ui->paused ? NULL : decode(t, text, n);

	t->heard_ns = time_monotonic_ns();
	if (t->silent)
		t->ui->message[0] = '\0';
	t->silent = false;
	if (scene) {
		if (t->scene) {
			scene_take_flows(scene, t->scene, t->device);
			scene_free(t->scene);
		}
		t->scene = scene;
		t->updates++;
	}
	draw(t);
	if (t->values->iterations && t->updates >= t->values->iterations)
		loop_quit(t->loop, EX_OK);
}

static void on_detail(void *user, const char *text, size_t n)
{
	struct top *t = user;
	const struct scene_device *d = scene_device(t->scene, t->device);
	_cleanup_(scene_free_p) struct scene *scene = t->ui->paused && d && d->flows ? NULL : decode(t, text, n);

	if (!scene || !t->scene)
		return;
	scene_take_flows(t->scene, scene, t->device);
	draw(t);
}

/* The timer asks again. */
static void on_list_end(void *user, int error)
{
	struct top *t = user;

	hang_up(&t->list);
	say_silent(t, "the agent is gone", error);
	draw(t);
}

static void on_detail_end(void *user, int error)
{
	struct top *t = user;

	(void)error;
	hang_up(&t->detail);
	t->device = 0;
}

static int ask_for(struct top *t, struct top_client **client, bool flows, uint64_t mac, const struct top_client_handler *handler)
{
	_cleanup_(buffer_free) struct buffer request = { 0 };

	hang_up(client);
	top_request(&request, flows, mac, t->ui->delay_ms);
	return top_client_new(client, t->loop, t->agent->socket, &request, handler);
}

/* Ask for what the page that is shown needs, where that is something else than before. */
static void ask_anew(struct top *t)
{
	const struct top_client_handler list = { on_list, on_list_end, t }, detail = { on_detail, on_detail_end, t };
	bool flows = t->ui->page == PAGE_PERIODS, slower = t->delay_ms != t->ui->delay_ms;
	uint64_t device = t->ui->page == PAGE_DEVICE ? t->ui->device : 0;
	int e = 0;

	if (!t->list || t->flows != flows || slower) {
		e = ask_for(t, &t->list, flows, 0, &list);
		t->heard_ns = time_monotonic_ns();
	}
	t->flows = flows;
	if (e < 0)
		say_silent(t, "no agent answers", e);
	if (!device)
		hang_up(&t->detail);
	else if (t->list && (t->device != device || slower))
		ask_for(t, &t->detail, true, device, &detail);
	t->device = device;
	t->delay_ms = t->ui->delay_ms;
}

static void on_label(void *user, const char *text, size_t n)
{
	struct top *t = user;
	cJSON *answer = cJSON_ParseWithLength(text, n);
	const char *function = answer_text(answer, "function"), *type = answer_text(answer, "type");

	if (answer_bool(answer, "ok"))
		ui_say(t->ui, false, "label %.0f: %s \"%s\"; %.0f packets are kept for it", answer_number(answer, "id"),
		       *function ? "it did" : "it is", *function ? function : type, answer_number(answer, "packets"));
	else
		ui_say(t->ui, true, "%s", *answer_text(answer, "error") ? answer_text(answer, "error") : "the agent's answer is none");
	cJSON_Delete(answer);
	hang_up(&t->label);
	draw(t);
}

static void on_label_end(void *user, int error)
{
	struct top *t = user;

	hang_up(&t->label);
	ui_say(t->ui, true, "no answer about the label%s%s", error ? ": " : "", error ? strerror(-error) : "");
	draw(t);
}

/* The function's seconds end now, or begin now. */
static void put_times(struct json *j, const struct ui_label *l)
{
	int64_t now_us = time_now_us(), length_us = (int64_t)(strtod(l->seconds.text, NULL) * 1e6);

	json_pair_i64(j, "from_us", l->from_now ? now_us : now_us - length_us);
	json_pair_i64(j, "to_us", l->from_now ? now_us + length_us : now_us);
}

static void tell_label(struct top *t)
{
	const struct top_client_handler handler = { on_label, on_label_end, t };
	_cleanup_(buffer_free) struct buffer request = { 0 };
	const struct ui_label *l = &t->ui->label;
	struct json j = ask_begin(&request, "label");
	int e;

	json_pair_mac(&j, "device", l->mac);
	json_pair_str(&j, l->function ? "function" : "type", l->name.text);
	if (l->function)
		put_times(&j, l);
	json_end_object(&j);
	buffer_append(&request, "\n", 1);
	hang_up(&t->label);
	e = top_client_new(&t->label, t->loop, t->agent->socket, &request, &handler);
	if (e < 0)
		ui_say(t->ui, true, "no agent takes the label: %s", strerror(-e));
}

static void act(struct top *t, enum ui_action action)
{
	switch (action) {
	case UI_QUIT:
		loop_quit(t->loop, EX_OK);
		break;
	case UI_LABEL:
		tell_label(t);
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
	ask_anew(t);
	draw(t);
	return 0;
}

static int on_tick(struct loop *loop, uint64_t what, void *user)
{
	struct top *t = user;
	int64_t silent_ns = time_monotonic_ns() - t->heard_ns;

	(void)loop;
	(void)what;
	if (!t->list)
		ask_anew(t);
	if (t->list && silent_ns > SILENCE_NS + t->ui->delay_ms * 1000000) {
		hang_up(&t->list);
		say_silent(t, "the agent says nothing", 0);
		draw(t);
	}
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
	draw(t);
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
		ask_anew(&t);
		draw(&t);
		code = e ?: loop_run(t.loop);
		terminal_free(t.terminal);
	}
	hang_up(&t.list);
	hang_up(&t.detail);
	hang_up(&t.label);
	if (t.scene)
		scene_free(t.scene);
	grid_free(&t.grid);
	if (t.loop)
		loop_free(t.loop);
	if (code < 0)
		log_errno_r(code, "cannot go on");
	return code < 0 ? EX_OSERR : code;
}
