/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Any lines as requests at the socket of an agent that knows a device, a client each: every answer is a JSON object, or more of them. The agent
 * is the whole one but for the kernel's side (no_kernel.h); its state directory is in memory and begins anew once something was written there.
 * After a minus sign, the agent keeps nothing and has no names.
 */

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/cmd/run_names.h"
#include "agent/cmd/run_server_internal.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/no_kernel.h"

enum { LINES_MAX = 16, TURNS = 3 };

static char state_path[] = "/dev/shm/iotbpf-fuzz-XXXXXX";
static struct runner agent; /* without a loop: none */

static void empty_state(void)
{
	DIR *d = opendir(state_path);

	for (struct dirent *e; d && (e = readdir(d));)
		unlinkat(dirfd(d), e->d_name, 0);
	closedir(d);
}

static int64_t wall_us(void *user, uint32_t second)
{
	return kernel_wall_of_second(((const struct runner *)user)->kernel, second);
}

/* Two devices that speak UDP/6666 to each other. */
static void feed(const struct iot_table *t)
{
	uint8_t frame[60] = { 2, 0, 0x5e, 0x10, 0, 2, 2, 0, 0x5e, 0x10, 0, 1, 8, 0, 0x45, 0, 0, 46, 0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 7, 192, 0, 2, 8,
			      0x1a, 0x0a, 0x1a, 0x0a, 0, 26 };

	for (uint32_t s = 1; s < 9; s++) {
		iot_frame_captured(t, frame, sizeof(frame), sizeof(frame), (struct iot_clock){ s, s * 1000 });
		frame[5] ^= 3;
		frame[11] ^= 3;
	}
}

static void open_agent(struct runner *r, bool keeps)
{
	char socket[64];
	struct watch_options watch = { .live = true, .world = { .wall_us = wall_us, .device_name = run_names_said, .user = r } };

	*r = (struct runner){ .values = RUN_DEFAULTS, .kernel = calloc(1, sizeof(*r->kernel)), .started_us = 1 };
	r->values.state = keeps ? state_path : "none";
	if (!r->kernel || loop_new(&r->loop) < 0 || events_new(NULL, &r->events) < 0 || (keeps && names_new(&r->names) < 0))
		abort();
	r->kernel->table = fuzz_table();
	r->kernel->now = r->now = (struct iot_clock){ 9, 9000 };
	run_state_open(r, false);
	watch.table = r->kernel->table;
	watch.events = r->events;
	watch.listener = run_state_listener(r);
	if (watch_new(&r->watch, &watch) < 0)
		abort();
	run_state_start(r);
	feed(r->kernel->table);
	watch_pass(r->watch, 9, 9000);
	snprintf(socket, sizeof(socket), "%s/socket", state_path);
	if (server_new(&r->server, r, socket, getegid()) < 0)
		abort();
}

static void close_agent(struct runner *r)
{
	if (!r->loop)
		return;
	server_free(r->server);
	run_names_close(r);
	run_state_close(r);
	watch_free(r->watch);
	free(r->kernel);
	events_free(r->events);
	loop_free(r->loop);
	r->loop = NULL;
	empty_state();
}

static void end(void)
{
	close_agent(&agent);
	rmdir(state_path);
}

/* One that knows what the first one knew: it stays for as long as nothing is written, and one that keeps what it is told, or not, is wanted. */
static void begin(struct runner *r, bool keeps)
{
	static bool made;

	if (!made && (!mkdtemp(state_path) || atexit(end)))
		abort();
	made = true;
	if (r->loop && keeps != !!r->names)
		close_agent(r);
	if (!r->loop)
		open_agent(r, keeps);
}

static int written(const struct runner *r)
{
	return r->state.store.db ? sqlite3_total_changes(r->state.store.db) : 0;
}

static int on_turn(struct loop *loop, uint64_t what, void *user)
{
	struct runner *r = user;

	(void)what;
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
	for (char *line = text.data, *end; line && (end = memchr(line, '\n', (size_t)(text.data + text.len - line))); line = end + 1) {
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

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0 || !client_new(r->server, pair[0]))
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
	struct runner *r = &agent;
	bool keeps = !size || *data != '-';
	int before;

	begin(r, keeps);
	before = written(r);
	data += !keeps;
	size -= !keeps;
	for (int i = 0; i < LINES_MAX && size; i++) {
		const uint8_t *end_of_line = memchr(data, '\n', size);
		size_t n = end_of_line ? (size_t)(end_of_line + 1 - data) : size;

		ask_agent(r, data, n);
		data += n;
		size -= n;
	}
	if (written(r) != before)
		close_agent(r);
	return 0;
}
