/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_ASK_H
#define AGENT_CMD_ASK_H

/* A command's side of the running agent's socket: one request, one answer (run_requests.h says what they look like). */

#include <cjson/cJSON.h>

#include "agent/base/buffer.h"
#include "agent/base/json.h"

#define ASK_SOCKET "/run/iotbpf/iotbpf.sock"
#define ASK_PROTOCOL 1
#define ANSWER_MAX ((size_t)64 << 20)
#define ASK_TIMEOUT_S 15

/* The line of an option table whose values structure `type` has a `const char *socket`. */
#define ASK_OPTION(type)                                                                             \
	{ .name = "socket",                                                                          \
	  .kind = OPTION_STRING,                                                                     \
	  .offset = offsetof(type, socket),                                                          \
	  .argument = "PATH",                                                                        \
	  .help = "where the agent listens (" ASK_SOCKET ")" }

/**
 * ask_raw - send @request (NULL or "": the status) and read the whole answer
 *
 * Returns 0 or -errno, not logged: -ENOENT, -ECONNREFUSED (no agent), -EACCES, -EMSGSIZE (above ANSWER_MAX), -ETIMEDOUT.
 */
int ask_raw(const char *socket, const char *request, struct buffer *answer);

/** ask_explain - log an error of ask_raw(), unless @quiet and no agent answers; returns its exit code */
int ask_explain(const char *socket, int e, bool quiet);

/** ask_begin - begin a request of @name in @out; the caller adds members and calls json_end_object() */
struct json ask_begin(struct buffer *out, const char *name);

/**
 * ask - send a request, take the answer apart; whatever goes wrong is logged
 * @answer: receives the object; cJSON_Delete() it
 *
 * Returns -1, or the exit code of a request that failed. With @quiet, EX_UNAVAILABLE (no agent answers) is not logged.
 */
int ask(const char *socket, const struct buffer *request, bool quiet, cJSON **answer);

/**
 * ask_and_show - ask(), and show the answer: as it is with @json, else by @print
 * @answer: receives it where the exit code is EX_OK; NULL: nobody wants it
 *
 * Returns an exit code.
 */
int ask_and_show(const char *socket, const struct buffer *request, bool json, void (*print)(const cJSON *answer), cJSON **answer);

/** ask_to_write - the agent is to write what it holds of the history; whether one did */
bool ask_to_write(const char *socket);

/* An answer of many lines. */
struct ask_stream {
	int fd;
	struct buffer text;
	size_t at; /* of the next line */
};

/** ask_stream_open - send @request and be ready to read what follows; EX_OK or an exit code, logged; ask_stream_close() in either case */
int ask_stream_open(struct ask_stream *stream, const char *socket, const struct buffer *request);

/**
 * ask_stream_line - the next line, terminated, valid until the next call
 *
 * Waits for as long as it takes. NULL at the end, or where a line is longer than ANSWER_MAX.
 */
char *ask_stream_line(struct ask_stream *stream);

void ask_stream_close(struct ask_stream *stream);

/** ask_parse - the object that an answer's line holds; as ask() */
int ask_parse(const char *socket, const char *line, size_t len, cJSON **answer);

/* Members of an answer: "" and 0 where they are missing. */
const char *answer_text(const cJSON *object, const char *key);
double answer_number(const cJSON *object, const char *key);
bool answer_bool(const cJSON *object, const char *key);

#endif
