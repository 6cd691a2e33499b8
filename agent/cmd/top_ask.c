// SPDX-License-Identifier: BSD-2-Clause

/* What top on a terminal asks the agent, and what comes of the answers. */

#include <string.h>
#include <sysexits.h>

#include "agent/base/clock.h"
#include "agent/base/mac.h"
#include "agent/cmd/ask.h"
#include "agent/cmd/top_internal.h"

#define SILENCE_NS (5 * NS_PER_SECOND) /* beyond the delay, until the agent is said not to answer */

static void hang_up(struct top_client **client)
{
	if (*client)
		top_client_free(*client);
	*client = NULL;
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
	top_draw(t);
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
	top_draw(t);
}

/* The timer asks again. */
static void on_list_end(void *user, int error)
{
	struct top *t = user;

	hang_up(&t->list);
	say_silent(t, "the agent is gone", error);
	top_draw(t);
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
void top_ask(struct top *t)
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
	top_draw(t);
}

static void on_label_end(void *user, int error)
{
	struct top *t = user;

	hang_up(&t->label);
	ui_say(t->ui, true, "no answer about the label%s%s", error ? ": " : "", error ? strerror(-error) : "");
	top_draw(t);
}

/* The function's seconds end now, or begin now. */
static void put_times(struct json *j, const struct ui_label *l)
{
	int64_t now_us = time_now_us(), length_us = (int64_t)(strtod(l->seconds.text, NULL) * 1e6);

	json_pair_i64(j, "from_us", l->from_now ? now_us : now_us - length_us);
	json_pair_i64(j, "to_us", l->from_now ? now_us + length_us : now_us);
}

void top_tell_label(struct top *t)
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

void top_tick(struct top *t)
{
	int64_t silent_ns = time_monotonic_ns() - t->heard_ns;

	if (!t->list)
		top_ask(t);
	if (t->list && silent_ns > SILENCE_NS + t->ui->delay_ms * 1000000) {
		hang_up(&t->list);
		say_silent(t, "the agent says nothing", 0);
		top_draw(t);
	}
}

void top_hang_up(struct top *t)
{
	hang_up(&t->list);
	hang_up(&t->detail);
	hang_up(&t->label);
}
