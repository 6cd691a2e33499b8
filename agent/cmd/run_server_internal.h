/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_RUN_SERVER_INTERNAL_H
#define AGENT_CMD_RUN_SERVER_INTERNAL_H

/* The agent's socket: run_server.c listens, run_server_client.c talks to one client, run_server_stream.c has what all are told. */

#include <sys/un.h>

#include "agent/cmd/run_requests.h"
#include "agent/output/events_log.h"

#define REQUEST_MAX 8192
#define ANSWER_BYTES ((size_t)4 << 20) /* of one answer that is no snapshot */
#define REQUEST_S 2 /* until a client that says nothing is taken to ask for the status */
#define ANSWER_S 10 /* until a client that does not take its answer is dropped */
#define ANSWERS_HELD ((size_t)32 << 20) /* bytes of answers that wait for their clients, in all; and of snapshots, likewise */

/* A snapshot, shared by those who want the same one. */
struct shared_text {
	struct buffer text;
	struct stream *stream;
	unsigned int users;
};

struct client {
	struct client *next, *previous;
	struct server *server;
	struct loop_source *source;
	uint32_t waits_for; /* epoll events of source */
	bool answered;	    /* the request is read and was answered */
	bool blocked;	    /* its socket takes no more at the moment */
	int fd;
	int64_t deadline_ns, due_ns; /* to be dropped; the next snapshot */
	struct buffer in, out;
	size_t sent; /* of out, */
	struct shared_text *snapshot;
	size_t snapshot_sent;
	struct run_follow follow;
	struct events_cursor recent, live;
	uint64_t recent_end; /* the first of the recent events that the live ones have, too */
	uint64_t lost;	     /* events, to be told */
};

/* What all clients are told; see run_server_stream.c. */
struct stream {
	struct server *server;
	struct runner *runner;
	struct view *view;
	struct events_log *live, *recent;
	uint32_t followed; /* EVENT_BIT()s of the types that clients follow from now on: the live ones have no others */
	size_t unflushed; /* bytes of events since the clients were told last */
	struct shared_text *snapshots[2]; /* latest one of all devices, without and with flows */
	int64_t snapshots_until_ns[2]; /* until when it is new enough */
	size_t snapshot_bytes; /* of all that are in use */
	uint64_t lost;	       /* events, to all clients */
};

struct server {
	struct stream stream;
	struct loop_source *source;
	struct client *clients;
	struct server_counts counts;
	char path[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
	gid_t group;
	int fd;
};

/** stream_open - begin to listen to the events of @r; 0 or -ENOMEM. stream_close() in either case */
int stream_open(struct stream *stream, struct server *server, struct runner *r);
void stream_close(struct stream *stream);

/** stream_want - the types that clients follow from now on; no events of types that neither they nor the agent itself wants */
void stream_want(struct stream *stream, uint32_t mask);

/** stream_snapshot - one that is new enough, with one more user; NULL: too many are held for slow clients, or memory is short */
struct shared_text *stream_snapshot(struct stream *stream, const struct view_options *options);
void stream_release(struct shared_text *text);

/** stream_expire - let go of snapshots that are no longer new enough */
void stream_expire(struct stream *stream, int64_t now_ns);

/** stream_gather - what the client has lost until now; told before its next event */
void stream_gather(struct stream *stream, struct client *c);

/** stream_send - as many events as the client's socket takes; 0: no more to send, 1: its own buffer is to be sent first, or -errno */
int stream_send(struct stream *stream, struct client *c);

/** server_flush - send what the clients' sockets take */
void server_flush(struct server *server);

/** client_new - take over @fd; NULL: memory is short, @fd is still the caller's */
struct client *client_new(struct server *server, int fd);

/** client_drop - close and forget it */
void client_drop(struct client *client);

/** client_push - send what there is, as much as the socket takes; may drop the client */
void client_push(struct client *client);

/** client_pass - time has gone on: deadlines, snapshots that are due, new events; may drop the client */
void client_pass(struct client *client, int64_t now_ns);

#endif
