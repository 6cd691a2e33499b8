/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_RUN_INTERNAL_H
#define AGENT_CMD_RUN_INTERNAL_H

/* The parts of one running agent, shared by the files of `iotbpf run`. */

#include <sys/types.h>

#include "agent/base/clock.h"
#include "agent/base/config.h"
#include "agent/base/loop.h"
#include "agent/base/options.h"
#include "agent/cmd/ask.h"
#include "agent/cmd/common.h"
#include "agent/cmd/model_signature.h"
#include "agent/cmd/run_model.h"
#include "agent/cmd/run_state.h"
#include "agent/cmd/watch.h"
#include "agent/history/names.h"
#include "agent/source/kernel/kernel.h"
#include "agent/source/kernel/ports.h"

struct run_values {
	struct common_values common;
	const char *config, *socket, *socket_group, *state, *shadow, *keys, *pin;
	bool set_aside, require_signature, handover;
	uint32_t device_slots, flow_slots, newcomers, history_max; /* history_max: MB */
	int hook, coexist;
	int64_t duration, stats_every, write_every, keep; /* nanoseconds; 0: for ever, never */
};

#define RUN_DEFAULTS                                                                                                                 \
	{ .common = COMMON_DEFAULTS,                                                                                                 \
	  .device_slots = IOT_DEVICES,                                                                                               \
	  .flow_slots = IOT_FLOWS,                                                                                                   \
	  .newcomers = IOT_NEWCOMERS,                                                                                                \
	  .history_max = ARCHIVE_BYTES >> 20,                                                                                       \
	  .write_every = 300 * NS_PER_SECOND,                                                                                       \
	  .keep = ARCHIVE_KEEP_S * NS_PER_SECOND,                                                                                    \
	  .stats_every = 60 * NS_PER_SECOND,                                                                                         \
	  .socket = ASK_SOCKET,                                                                                                      \
	  .pin = PINS_DIRECTORY,                                                                                                    \
	  .keys = SIGNATURE_KEYS }

struct naming;
struct server;

struct runner {
	int argc; /* of the command: read again with the configuration */
	char **argv;
	struct config config;
	struct run_values values;
	struct operands interfaces;
	struct loop *loop;
	struct kernel *kernel;
	struct ports *ports;
	struct model *model, *shadow;
	struct run_models models;
	struct run_state state;
	struct names *names; /* NULL: short of memory */
	struct naming *naming; /* where they come from; NULL: nowhere */
	struct events *events;
	struct watch *watch;
	struct server *server;
	gid_t socket_group;
	struct loop_source *ring_timer, *pass_timer;
	const char *stop_reason;
	int64_t started_us, started_ns, stats_ns; /* the system's clock may be set: what lasts is measured by CLOCK_MONOTONIC */
	struct iot_clock now; /* of the table, at the last look at it */
	uint32_t passes; /* over the table */
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

/**
 * server_new - answer requests at the socket @path ("none": at none) and keep what is told there
 * @group: whose members may ask, besides root; see server_group()
 *
 * 0 or -errno: the agent can do without, so it is logged as a warning.
 */
int server_new(struct server **server, struct runner *r, const char *path, gid_t group);

/** server_free - tells the clients what is left to tell, as far as they take it at once */
void server_free(struct server *server);

/**
 * server_group - the group of --socket-group; NULL: SERVER_GROUP where there is such a group, else that of the process
 *
 * Returns 0, or -ENOENT: no such group, logged.
 */
int server_group(const char *name, gid_t *group);

#define SERVER_GROUP "iotbpf"

/** server_pass - after every pass, once a second: what there is to tell goes to the clients; NULL: there is no server */
void server_pass(struct server *server);

/** server_forget - events that were kept for clients to come are gone, and alerts about @mac; NULL: there is no server */
void server_forget(struct server *server, uint64_t mac);

/* Clients now, those of them that follow events or snapshots, and losses since the start. */
struct server_counts {
	uint32_t clients, clients_max, following;
	uint64_t events_lost;	 /* to clients that were too slow */
	uint64_t turned_away;	 /* more clients than there is room for, or not allowed to ask */
	uint64_t dropped;	 /* took longer than they may */
};

/** server_counts - all zero for NULL */
struct server_counts server_counts(struct server *server);

/** run_status - the status object as JSON, with a newline */
int run_status(const struct runner *r, struct buffer *out);

#endif
