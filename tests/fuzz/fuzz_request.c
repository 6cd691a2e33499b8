/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Any lines as requests at the socket of an agent that knows a device, a client each: every answer is a JSON object, or
 * more of them. The first byte may say what is wrong with the agent's state.
 */

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/fuzz/agent.h"
#include "tests/fuzz/fuzz.h"

enum { LINES_MAX = 64, TURNS = 3 };

static int on_turn(struct loop *loop, uint64_t what, void *user)
{
	struct runner *r = user;

	(void)what;
	agent_pass(r);
	server_pass(r->server);
	loop_quit(loop, 0);
	return 0;
}

static void turn(struct runner *r)
{
	struct loop_source *timer;

	if (loop_add_timer(r->loop, 1, on_turn, r, &timer) < 0 || loop_run(r->loop) < 0)
		abort();
	loop_remove(r->loop, timer);
}

/* All lines that the agent has sent. */
static void check_answer(int fd)
{
	struct buffer text = { 0 };
	char chunk[4096];
	ssize_t n;

	while ((n = recv(fd, chunk, sizeof(chunk), MSG_DONTWAIT)) > 0)
		buffer_append(&text, chunk, (size_t)n);
	for (char *line = text.data, *end; line && (end = memchr(line, '\n', (size_t)(text.data + text.len - line)));
	     line = end + 1) {
		cJSON *object = cJSON_ParseWithLength(line, (size_t)(end - line));

		if (!cJSON_IsObject(object))
			abort();
		cJSON_Delete(object);
	}
	buffer_free(&text);
}

static void ask_agent(struct runner *r, const uint8_t *line, size_t size)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0 ||
	    !client_new(r->server, pair[0]))
		abort();
	if (send(pair[1], line, size, MSG_NOSIGNAL) < 0 || shutdown(pair[1], SHUT_WR) < 0)
		abort();
	for (int i = 0; i < TURNS; i++)
		turn(r);
	check_answer(pair[1]);
	close(pair[1]);
	turn(r);
}

int fuzz_request(const uint8_t *data, size_t size)
{
	const char *modes = " -+!<", *mode = size ? memchr(modes, *data, AGENT_MODES) : NULL;
	struct runner *r = agent_begin(mode ? (enum agent_mode)(mode - modes) : AGENT_WELL);

	data += mode != NULL;
	size -= mode != NULL;
	for (int i = 0; i < LINES_MAX && size; i++) {
		const uint8_t *end_of_line = memchr(data, '\n', size);
		size_t n = end_of_line ? (size_t)(end_of_line + 1 - data) : size;

		ask_agent(r, data, n);
		data += n;
		size -= n;
	}
	agent_rest(r);
	return 0;
}
