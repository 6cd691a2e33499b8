/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_RUN_INTERNAL_H
#define AGENT_CMD_RUN_INTERNAL_H

/* The parts of one running agent, shared by the files of `iotbpf run`. */

#include "agent/base/loop.h"
#include "agent/base/options.h"
#include "agent/cmd/common.h"
#include "agent/cmd/run_model.h"
#include "agent/cmd/run_state.h"
#include "agent/cmd/watch.h"
#include "agent/source/kernel/kernel.h"
#include "agent/source/kernel/ports.h"

struct run_values {
	struct common_values common;
	const char *socket, *state, *shadow, *keys;
	bool set_aside, require_signature;
	uint32_t device_slots, flow_slots, newcomers;
	int hook;
	int64_t duration, stats_every; /* nanoseconds; 0: for ever, never */
};

struct server;

struct runner {
	struct run_values values;
	struct operands interfaces;
	struct loop *loop;
	struct kernel *kernel;
	struct ports *ports;
	struct model *model, *shadow;
	struct run_models models;
	struct run_state state;
	struct events *events;
	struct watch *watch;
	struct server *server;
	struct loop_source *ring_timer;
	const char *stop_reason;
	int64_t started_us, stats_us;
	struct iot_clock now; /* of the table, at the last look at it */
	bool busy; /* the ring timer runs */
};

/* What all ports saw, those that are gone included. */
struct run_totals {
	uint64_t frames, skipped, counted;
};

struct run_totals run_totals(const struct runner *r);

/* A stats object and what it points to. */
struct run_stats {
	struct event_stats stats;
	struct event_count counts[IOT_REASON_COUNT];
	struct event_port ports[IOT_PORTS];
};

/** run_stats_gather - all counters and ports as they are now */
void run_stats_gather(const struct runner *r, struct run_stats *s);

/* Events about the agent itself; 0 or the error of events_emit(). */
int run_emit_start(struct runner *r);
int run_emit_stats(struct runner *r);
int run_emit_stop(struct runner *r);

/** server_new - answer requests at the socket @path; 0 or -errno: the agent can do without, so it is logged as a warning */
int server_new(struct server **server, struct runner *r, const char *path);
void server_free(struct server *server);

/** run_status - the status object as JSON, with a newline */
int run_status(const struct runner *r, struct buffer *out);

#endif
