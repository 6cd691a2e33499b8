// SPDX-License-Identifier: BSD-2-Clause

/* Frames to the process that parses them, and what it says of them; that it runs. */

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/cmd/run_names_internal.h"
#include "agent/source/copies.h"

#define ANSWER_US (5 * US_PER_SECOND)	 /* a frame takes microseconds */
#define WELL_US (600 * US_PER_SECOND)	 /* who ran that long begins anew */
#define WAIT_MAX_S 300

static int on_answer(struct loop *loop, uint64_t what, void *user);

/* Microseconds of a clock that nobody sets. */
static int64_t now(void)
{
	return time_monotonic_ns() / 1000;
}

/* It starts again, later each time. */
static void wait_longer(struct run_parser *w)
{
	int64_t now_us = now();

	w->wait_s = !w->wait_s || now_us - w->born_us > WELL_US ? 1 : w->wait_s * 2;
	w->wait_s = w->wait_s < WAIT_MAX_S ? w->wait_s : WAIT_MAX_S;
	w->again_us = now_us + w->wait_s * US_PER_SECOND;
	w->restarts++;
}

/* What will pass, unlike a system that does not let a process give its rights up. */
static bool is_passing(int e)
{
	return e == -EAGAIN || e == -ENOMEM || e == -EMFILE || e == -ENFILE || e == -ETIMEDOUT || e == -EINTR;
}

static void listen_to(struct runner *r)
{
	struct run_parser *w = &r->naming->wire;

	if (w->parser && r->loop)
		loop_add_fd(r->loop, name_parser_fd(w->parser), EPOLLIN, on_answer, r, &w->source);
}

static void start(struct runner *r)
{
	struct run_parser *w = &r->naming->wire;
	int e = name_parser_new(&w->parser);

	w->born_us = now();
	w->again_us = 0;
	w->error = is_passing(e) ? 0 : e;
	if (w->error)
		log_warn("the process that parses names cannot be confined (%s): names do not come from frames", strerror(-e));
	else if (e < 0)
		wait_longer(w);
	listen_to(r);
}

static void stop(struct runner *r)
{
	struct run_parser *w = &r->naming->wire;

	if (w->source)
		loop_remove(r->loop, w->source);
	w->source = NULL;
	if (w->parser)
		name_parser_free(w->parser);
	w->parser = NULL;
	w->asked_us = 0;
}

static void lose(struct runner *r, const char *why)
{
	struct run_parser *w = &r->naming->wire;

	wait_longer(w);
	w->unparsed += name_parser_waiting(w->parser);
	log_warn("the process that parses names %s: it starts again in %u s", why, w->wait_s);
	stop(r);
}

static void take(struct runner *r, const struct name_facts *facts)
{
	struct run_parser *w = &r->naming->wire;

	w->answered++;
	w->asked_us = name_parser_waiting(w->parser) ? now() : 0;
	if (facts->protocol == FACTS_NONE)
		return;
	if (names_take(r->names, facts))
		w->said++;
	else
		w->strangers++;
}

static int on_answer(struct loop *loop, uint64_t what, void *user)
{
	struct runner *r = user;
	struct name_facts facts;
	int e;

	(void)loop;
	(void)what;
	while ((e = name_parser_take(r->naming->wire.parser, &facts)) > 0)
		take(r, &facts);
	if (e < 0)
		lose(r, e == -EBADMSG ? "said what it never should" : "ended");
	return 0;
}

/* Hand over one frame. */
static void ask_about(struct runner *r, const struct iot_copy *copy)
{
	struct run_parser *w = &r->naming->wire;
	int e = w->parser && copy->length ? name_parser_ask(w->parser, copy->bytes, copy->length) : -EAGAIN;

	if (e < 0)
		w->unparsed++;
	if (e == 0 && !w->asked_us)
		w->asked_us = now();
	if (e < 0 && e != -EAGAIN && e != -EINVAL)
		lose(r, "ended");
}

void run_wire_open(struct runner *r)
{
	start(r);
}

void run_wire_start(struct runner *r)
{
	listen_to(r);
}

void run_wire_pass(struct runner *r)
{
	struct run_parser *w = &r->naming->wire;
	int64_t now_us = now();
	struct iot_copy copy;

	if (w->parser && w->asked_us && now_us - w->asked_us > ANSWER_US)
		lose(r, "does not answer");
	if (!w->parser && !w->error && now_us >= w->again_us)
		start(r);
	while (copies_take(kernel_table(r->kernel), &copy))
		ask_about(r, &copy);
}

void run_wire_close(struct runner *r)
{
	stop(r);
}

void run_wire_put(const struct runner *r, struct json *j)
{
	const struct run_parser *w = &r->naming->wire;
	struct copies_counters c = copies_counters(kernel_table(r->kernel));

	json_key(j, "frames");
	json_begin_object(j);
	json_pair_u64(j, "copied", c.taken);
	json_pair_u64(j, "refused_rate", c.refused_rate);
	json_pair_u64(j, "refused_full", c.refused_full);
	json_pair_u64(j, "parsed", w->answered);
	json_pair_u64(j, "unparsed", w->unparsed);
	json_pair_u64(j, "said", w->said);
	json_pair_u64(j, "strangers", w->strangers);
	json_end_object(j);
	json_key(j, "parser");
	json_begin_object(j);
	json_pair_bool(j, "runs", w->parser != NULL);
	if (w->parser)
		json_pair_u64(j, "pid", (uint64_t)name_parser_pid(w->parser));
	json_pair_str(j, "error", w->error ? strerror(-w->error) : NULL);
	json_pair_u64(j, "restarts", w->restarts);
	json_end_object(j);
}
