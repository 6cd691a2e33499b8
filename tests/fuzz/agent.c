/* SPDX-License-Identifier: BSD-2-Clause */

#include "tests/fuzz/agent.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "agent/cmd/run_names.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/no_kernel.h"

static char state_path[] = "/dev/shm/iotbpf-fuzz-XXXXXX";
static struct runner agent; /* without a loop: none */
static enum agent_mode agent_is;
static int written; /* rows, before the requests */

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
	uint8_t frame[60] = { 2, 0, 0x5e, 0x10, 0, 2, 2,   0, 0x5e, 0x10, 0,   1, 8, 0, 0x45, 0,    0,    46,   0, 0,
			      0, 0, 64,   17,   0, 0, 192, 0, 2,    7,    192, 0, 2, 8, 0x1a, 0x0a, 0x1a, 0x0a, 0, 26 };

	for (uint32_t s = 1; s < NO_KERNEL_SECOND; s++) {
		iot_frame_captured(t, frame, sizeof(frame), sizeof(frame), (struct iot_clock){ s, s * 1000 });
		frame[5] ^= 3;
		frame[11] ^= 3;
	}
}

static void open_parts(struct runner *r)
{
	const struct iot_clock now = { NO_KERNEL_SECOND, NO_KERNEL_SECOND * 1000 };

	*r = (struct runner){ .values = RUN_DEFAULTS, .kernel = calloc(1, sizeof(*r->kernel)), .started_us = 1 };
	r->values.state = agent_is == AGENT_FORGETS ? "none" : state_path;
	if (!r->kernel || loop_new(&r->loop) < 0 || events_new(NULL, &r->events) < 0 ||
	    (agent_is != AGENT_FORGETS && names_new(&r->names) < 0))
		abort();
	r->kernel->table = fuzz_table();
	r->kernel->now = r->now = now;
	run_state_open(r, false);
}

/* What was written lately is in the log, and what was read lately in the cache. */
static void damage(sqlite3 *db, const char *path)
{
	char log[1100];

	snprintf(log, sizeof(log), "%s-wal", path);
	if (truncate(path, 1000) < 0 || (truncate(log, 100) < 0 && errno != ENOENT))
		abort();
	sqlite3_db_release_memory(db);
}

static void spoil(struct runner *r)
{
	if (agent_is == AGENT_FULL && store_set_limit(&r->state.store, 4096) < 0)
		abort();
	if (agent_is == AGENT_DAMAGED)
		damage(r->state.store.db, r->state.store.path);
	if (agent_is == AGENT_STARVED)
		sqlite3_hard_heap_limit64(1);
}

static void open_agent(struct runner *r)
{
	struct watch_options watch = { .live = true,
				       .world = { .wall_us = wall_us, .device_name = run_names_said, .user = r } };
	char socket[64];

	open_parts(r);
	watch.table = r->kernel->table;
	watch.events = r->events;
	watch.listener = run_state_listener(r);
	if (watch_new(&r->watch, &watch) < 0)
		abort();
	run_state_start(r);
	feed(r->kernel->table);
	watch_pass(r->watch, NO_KERNEL_SECOND, NO_KERNEL_SECOND * 1000);
	snprintf(socket, sizeof(socket), "%s/socket", state_path);
	if (server_new(&r->server, r, socket, getegid()) < 0)
		abort();
	spoil(r);
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
	sqlite3_hard_heap_limit64(0);
	empty_state();
}

static void end(void)
{
	close_agent(&agent);
	rmdir(state_path);
}

static int rows_written(const struct runner *r)
{
	return r->state.store.db ? sqlite3_total_changes(r->state.store.db) : 0;
}

struct runner *agent_begin(enum agent_mode mode)
{
	static bool made;

	if (!made && (!mkdtemp(state_path) || atexit(end)))
		abort();
	made = true;
	if (mode != agent_is)
		close_agent(&agent);
	agent_is = mode;
	if (!agent.loop)
		open_agent(&agent);
	written = rows_written(&agent);
	return &agent;
}

void agent_pass(struct runner *r)
{
	if (r->state.forget.stage == FORGET_NOTHING)
		return;
	r->kernel->now.second++;
	r->kernel->now.ms += 1000;
	r->now = r->kernel->now;
	watch_pass(r->watch, r->now.second, r->now.ms);
	run_state_pass(r);
	run_forget_pass(r);
}

void agent_rest(struct runner *r)
{
	if (rows_written(r) != written || r->state.forget.count)
		close_agent(r);
}
