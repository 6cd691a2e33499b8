/* SPDX-License-Identifier: BSD-2-Clause */

/* Any lines as what an agent answers, to all that read answers: `ask`, events, lists, top. */

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "agent/cmd/ask.h"
#include "agent/cmd/list_data.h"
#include "agent/cmd/list_event.h"
#include "agent/screen/scene.h"
#include "tests/fuzz/fuzz.h"

static void show_event(const cJSON *object)
{
	static struct event_read r;
	struct buffer out = { 0 };

	if (event_read(object, &r) == 0) {
		event_render_text(&r.event, &r.context, &out);
		event_render_json(&r.event, &r.context, &out);
	}
	buffer_free(&out);
}

static void show_list(const cJSON *object)
{
	struct list list;

	list_from_snapshot(object, &list);
	list_free(&list);
}

static void show_scene(const char *line, size_t n)
{
	struct scene *scene = NULL;
	char why[4 * SCENE_TEXT];

	if (scene_decode(line, n, &scene, why) == 0)
		scene_free(scene);
}

static void show(const char *line)
{
	size_t n = strlen(line);
	cJSON *object = NULL;

	show_scene(line, n);
	ask_parse("socket", line, n, &object);
	cJSON_Delete(object);
	object = cJSON_ParseWithLength(line, n);
	show_event(object);
	show_list(object);
	cJSON_Delete(object);
}

int fuzz_answer(const uint8_t *data, size_t size)
{
	struct ask_stream stream = { .text.limit = ANSWER_MAX };
	char *line;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0 ||
	    send(pair[1], data, size, 0) != (ssize_t)size)
		abort();
	close(pair[1]);
	stream.fd = pair[0];
	while ((line = ask_stream_line(&stream)))
		show(line);
	ask_stream_close(&stream);
	return 0;
}
