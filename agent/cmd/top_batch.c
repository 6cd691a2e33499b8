// SPDX-License-Identifier: BSD-2-Clause

/* iotbpf top as lines: text for people, or the agent's snapshots as they are. */

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/base/log.h"
#include "agent/cmd/top.h"
#include "agent/output/table.h"
#include "agent/screen/lines.h"
#include "agent/screen/terminal.h"

struct batch {
	const struct top_values *values;
	const struct ui *ui;
	struct loop *loop;
	struct top_client *client;
	uint32_t updates;
	bool unicode;
};

/* All of it, and a newline if it has none. 0 or -errno; -EPIPE: nobody reads any more. */
static int write_out(const char *text, size_t n)
{
	if (fwrite(text, 1, n, stdout) != n || (text[n - 1] != '\n' && putchar('\n') == EOF) || fflush(stdout) != 0)
		return -errno;
	return 0;
}

static int put_lines(struct batch *b, const char *text, size_t n)
{
	_cleanup_(buffer_free) struct buffer out = { 0 };
	_cleanup_(scene_free_p) struct scene *scene = NULL;
	char why[SCENE_TEXT * 4] = "no snapshot came: is the agent of another version?";

	if (scene_decode(text, n, &scene, why) < 0)
		return log_error_r(-EPROTO, "%s", why);
	if (b->updates)
		buffer_append(&out, "\n", 1);
	lines_render(scene, b->ui, b->unicode, terminal_width(STDOUT_FILENO), &out);
	return out.failed ? -ENOMEM : write_out(out.data, out.len);
}

static int exit_code(int e)
{
	if (e == 0 || e == -EPIPE)
		return EX_OK;
	if (e != -EPROTO)
		log_errno_r(e, "cannot write the devices");
	return e == -EPROTO ? EX_PROTOCOL : EX_IOERR;
}

static void on_line(void *user, const char *text, size_t n)
{
	struct batch *b = user;
	int e;

	/* Several lines may have come at once. */
	if (!n || (b->values->iterations && b->updates >= b->values->iterations))
		return;
	e = b->values->json ? write_out(text, n) : put_lines(b, text, n);
	b->updates++;
	if (e < 0 || (b->values->iterations && b->updates >= b->values->iterations))
		loop_quit(b->loop, exit_code(e));
}

static void on_end(void *user, int error)
{
	struct batch *b = user;

	log_error("the agent is gone%s%s", error ? ": " : "", error ? strerror(-error) : "");
	loop_quit(b->loop, EX_UNAVAILABLE);
}

static int on_signal(struct loop *loop, uint64_t what, void *user)
{
	(void)what;
	(void)user;
	loop_quit(loop, EX_OK);
	return 0;
}

static int open_all(struct batch *b, struct top_agent *agent)
{
	const struct top_client_handler handler = { on_line, on_end, b };
	_cleanup_(buffer_free) struct buffer request = { 0 };
	int e = loop_new(&b->loop);

	e = e ?: loop_add_signal(b->loop, SIGINT, on_signal, b, NULL);
	e = e ?: loop_add_signal(b->loop, SIGTERM, on_signal, b, NULL);
	e = e ?: top_attach_watch(agent, b->loop);
	top_request(&request, false, 0, b->ui->delay_ms);
	return e ?: top_client_new(&b->client, b->loop, agent->socket, &request, &handler);
}

int top_batch(const struct top_values *values, struct top_agent *agent, const struct ui *ui)
{
	struct batch b = { .values = values, .ui = ui, .unicode = terminal_unicode(values->ascii) };
	int e;

	signal(SIGPIPE, SIG_IGN);
	e = open_all(&b, agent);
	e = e ?: loop_run(b.loop);
	if (b.client)
		top_client_free(b.client);
	if (b.loop)
		loop_free(b.loop);
	if (e < 0)
		log_errno_r(e, "cannot ask the agent");
	return e < 0 ? EX_OSERR : e;
}
