// SPDX-License-Identifier: BSD-2-Clause

#include "agent/cmd/ask.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"

static int connect_to(const char *path)
{
	const struct timeval timeout = { .tv_sec = ASK_TIMEOUT_S };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	_cleanup_close_ int fd = -1;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout)) < 0 ||
	    connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	return TAKE_FD(fd);
}

/* An agent that turns a client away answers without reading: that its side is closed already is no error here. */
static int send_request(int fd, const char *request)
{
	size_t n = strlen(request);

	for (size_t sent = 0; sent < n;) {
		ssize_t part = send(fd, request + sent, n - sent, MSG_NOSIGNAL);

		if (part < 0 && errno == EPIPE)
			return 0;
		if (part < 0)
			return -errno;
		sent += (size_t)part;
	}
	return shutdown(fd, SHUT_WR) < 0 && errno != ENOTCONN ? -errno : 0;
}

static int read_answer(int fd, struct buffer *out)
{
	char chunk[4096];
	ssize_t n;

	while ((n = recv(fd, chunk, sizeof(chunk), 0)) > 0) {
		int e = out->len + (size_t)n > ANSWER_MAX ? -EMSGSIZE : buffer_append(out, chunk, (size_t)n);

		if (e < 0)
			return e;
	}
	if (n < 0 && errno != ECONNRESET)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	return out->len ? 0 : -EBADMSG;
}

int ask_raw(const char *socket, const char *request, struct buffer *answer)
{
	_cleanup_close_ int fd = connect_to(socket);
	int e = fd < 0 ? fd : send_request(fd, request ? request : "");

	return e < 0 ? e : read_answer(fd, answer);
}

struct json ask_begin(struct buffer *out, const char *name)
{
	struct json j = json_init(out);

	json_begin_object(&j);
	json_pair_u64(&j, "protocol", ASK_PROTOCOL);
	json_pair_str(&j, "request", name);
	return j;
}

int ask_explain(const char *socket, int e, bool quiet)
{
	if (e == -ENOENT || e == -ECONNREFUSED) {
		if (!quiet)
			log_error("no agent answers at %s: %s (start one: sudo iotbpf run br0)", socket, strerror(-e));
		return EX_UNAVAILABLE;
	}
	if (e == -EACCES || e == -EPERM) {
		log_error("%s: you may not ask the agent: only root and the socket's group may", socket);
		return EX_NOPERM;
	}
	log_errno_r(e, "%s: no answer from the agent", socket);
	return e == -ETIMEDOUT ? EX_TEMPFAIL : EX_PROTOCOL;
}

int ask_parse(const char *socket, const char *line, size_t len, cJSON **answer)
{
	cJSON *object = cJSON_ParseWithLength(line, len);
	int code = -1;

	if (!object || answer_number(object, "protocol") != ASK_PROTOCOL) {
		log_error("%s: the answer is not one of this protocol: is the agent of another version?", socket);
		code = EX_PROTOCOL;
	} else if (!answer_bool(object, "ok")) {
		log_error("%s", answer_text(object, "error"));
		code = answer_number(object, "exit") >= 1 && answer_number(object, "exit") <= EX__MAX ? (int)answer_number(object, "exit") : EX_SOFTWARE;
	}
	if (code < 0)
		*answer = object;
	else
		cJSON_Delete(object);
	return code;
}

int ask(const char *socket, const struct buffer *request, bool quiet, cJSON **answer)
{
	_cleanup_(buffer_free) struct buffer text = { .limit = ANSWER_MAX + 4096 };
	int e = request->failed ? -ENOMEM : ask_raw(socket, request->data, &text);

	if (e < 0)
		return ask_explain(socket, e, quiet);
	return ask_parse(socket, text.data, text.len, answer);
}

int ask_and_show(const char *socket, const struct buffer *request, bool json, void (*print)(const cJSON *answer), cJSON **answer)
{
	_cleanup_free_ char *text = NULL;
	cJSON *got;
	int code = ask(socket, request, false, &got);

	if (code >= 0)
		return code;
	if (json && (text = cJSON_PrintUnformatted(got)))
		puts(text);
	else if (!json)
		print(got);
	code = json && !text ? EX_OSERR : EX_OK;
	if (answer && code == EX_OK)
		*answer = got;
	else
		cJSON_Delete(got);
	return code;
}

bool ask_to_write(const char *socket)
{
	_cleanup_(buffer_free) struct buffer request = { 0 };
	struct json j = ask_begin(&request, "write");
	cJSON *answer = NULL;
	int code;

	json_end_object(&j);
	code = ask(socket, &request, true, &answer);
	cJSON_Delete(answer);
	return code < 0;
}

int ask_stream_open(struct ask_stream *s, const char *socket, const struct buffer *request)
{
	const struct timeval for_ever = { 0 };
	cJSON *answer;
	char *line;
	int e, code;

	*s = (struct ask_stream){ .fd = connect_to(socket), .text.limit = ANSWER_MAX };
	e = s->fd < 0 ? s->fd : request->failed ? -ENOMEM : send_request(s->fd, request->data);
	line = e == 0 ? ask_stream_line(s) : NULL;
	if (!line)
		return ask_explain(socket, e < 0 ? e : -EBADMSG, false);
	code = ask_parse(socket, line, strlen(line), &answer);
	if (code >= 0)
		return code;
	cJSON_Delete(answer);
	setsockopt(s->fd, SOL_SOCKET, SO_RCVTIMEO, &for_ever, sizeof(for_ever));
	return EX_OK;
}

/* More of the answer behind what is there; false: there is none. */
static bool read_more(struct ask_stream *s)
{
	char chunk[16384];
	ssize_t n;

	if (s->at) {
		memmove(s->text.data, s->text.data + s->at, s->text.len - s->at);
		s->text.len -= s->at;
		s->at = 0;
	}
	do {
		n = recv(s->fd, chunk, sizeof(chunk), 0);
	} while (n < 0 && errno == EINTR);
	return n > 0 && buffer_append(&s->text, chunk, (size_t)n) == 0;
}

char *ask_stream_line(struct ask_stream *s)
{
	char *line, *end;
	size_t looked = s->at;

	for (;;) {
		end = s->text.len > looked ? memchr(s->text.data + looked, '\n', s->text.len - looked) : NULL;
		if (end)
			break;
		looked = s->text.len - s->at;
		if (!read_more(s))
			return NULL;
	}
	*end = '\0';
	line = s->text.data + s->at;
	s->at = (size_t)(end + 1 - s->text.data);
	return line;
}

void ask_stream_close(struct ask_stream *s)
{
	if (s->fd >= 0)
		close(s->fd);
	buffer_free(&s->text);
}

const char *answer_text(const cJSON *object, const char *key)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));

	return text ? text : "";
}

double answer_number(const cJSON *object, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	return cJSON_IsNumber(item) ? item->valuedouble : 0;
}

bool answer_bool(const cJSON *object, const char *key)
{
	return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, key));
}
