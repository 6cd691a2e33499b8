// SPDX-License-Identifier: BSD-2-Clause

/* A command's side of the socket, against agents that answer what they like. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/cmd/ask.h"
#include "tests/lib/scratch.h"

static char path[128];

/* A process that answers one client with these bytes, whatever it asks; it must be waited for. */
static void answer_with(const char *bytes, size_t size)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listening = socket(AF_UNIX, SOCK_STREAM, 0), fd;
	char asked[4096];

	strcpy(address.sun_path, path);
	unlink(path);
	assert_int_equal(bind(listening, (const struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(listening, 1), 0);
	if (fork() == 0) {
		fd = accept(listening, NULL, NULL);
		while (read(fd, asked, sizeof(asked)) > 0)
			;
		_exit(write(fd, bytes, size) != (ssize_t)size);
	}
	close(listening);
}

static int ask_once(const char *answer, bool quiet, cJSON **object)
{
	struct buffer request = { 0 };
	struct json j = ask_begin(&request, "labels");
	int code;

	json_end_object(&j);
	if (answer)
		answer_with(answer, strlen(answer));
	code = ask(path, &request, quiet, object);
	if (answer)
		wait(NULL);
	buffer_free(&request);
	return code;
}

static void answers_are_taken_apart(void **state)
{
	cJSON *object = NULL;

	(void)state;
	assert_int_equal(ask_once("{\"protocol\":1,\"ok\":true,\"n\":7,\"t\":\"x\"}\n", false, &object), -1);
	assert_int_equal(answer_number(object, "n"), 7);
	assert_int_equal(answer_number(object, "t"), 0);
	assert_string_equal(answer_text(object, "t"), "x");
	assert_string_equal(answer_text(object, "n"), "");
	assert_true(answer_bool(object, "ok"));
	cJSON_Delete(object);
}

static void refusals_are_exit_codes(void **state)
{
	cJSON *object = NULL;

	(void)state;
	assert_int_equal(ask_once("{\"protocol\":1,\"ok\":false,\"error\":\"no\",\"exit\":65}\n", false, &object),
			 EX_DATAERR);
	assert_int_equal(ask_once("{\"protocol\":1,\"ok\":false,\"exit\":1e300}\n", false, &object), EX_SOFTWARE);
	assert_int_equal(ask_once("{\"protocol\":2,\"ok\":true}\n", false, &object), EX_PROTOCOL);
	assert_int_equal(ask_once("no JSON", false, &object), EX_PROTOCOL);
	assert_int_equal(ask_once("", false, &object), EX_PROTOCOL);
}

static void nobody_answers(void **state)
{
	char long_path[200];
	struct buffer answer = { 0 };
	cJSON *object = NULL;

	(void)state;
	unlink(path);
	assert_int_equal(ask_once(NULL, false, &object), EX_UNAVAILABLE);
	assert_int_equal(ask_once(NULL, true, &object), EX_UNAVAILABLE);
	memset(long_path, 'x', sizeof(long_path));
	long_path[sizeof(long_path) - 1] = '\0';
	assert_int_equal(ask_raw(long_path, NULL, &answer), -ENAMETOOLONG);
	assert_int_equal(ask_explain(path, -EACCES, false), EX_NOPERM);
	assert_int_equal(ask_explain(path, -ETIMEDOUT, false), EX_TEMPFAIL);
}

static int printed;

static void print_number(const cJSON *answer)
{
	printed = (int)answer_number(answer, "n");
}

static int show(const char *answer, bool json, cJSON **object)
{
	struct buffer request = { 0 };
	struct json j = ask_begin(&request, "forget");
	int code;

	json_end_object(&j);
	answer_with(answer, strlen(answer));
	code = ask_and_show(path, &request, json, print_number, object);
	wait(NULL);
	buffer_free(&request);
	return code;
}

static void answers_are_shown(void **state)
{
	cJSON *object = NULL;

	(void)state;
	assert_int_equal(show("{\"protocol\":1,\"ok\":true,\"n\":7}\n", false, NULL), EX_OK);
	assert_int_equal(printed, 7);
	assert_int_equal(show("{\"protocol\":1,\"ok\":true,\"n\":8}\n", true, &object), EX_OK);
	assert_int_equal(answer_number(object, "n"), 8);
	assert_int_equal(printed, 7);
	cJSON_Delete(object);
	assert_int_equal(show("{\"protocol\":1,\"ok\":false,\"error\":\"no\",\"exit\":66}\n", false, NULL), EX_NOINPUT);
}

static void a_writing_is_asked_for(void **state)
{
	const char answer[] = "{\"protocol\":1,\"ok\":true}\n";

	(void)state;
	answer_with(answer, strlen(answer));
	assert_true(ask_to_write(path));
	wait(NULL);
	unlink(path);
	assert_false(ask_to_write(path));
}

/* More than an answer may have: it is not read to its end. */
static void an_answer_without_end_is_refused(void **state)
{
	struct buffer answer = { .limit = 100000 };
	char *bytes = test_calloc(1, 200000);

	(void)state;
	answer_with(bytes, 200000);
	assert_int_equal(ask_raw(path, NULL, &answer), -EMSGSIZE);
	wait(NULL);
	test_free(bytes);
	buffer_free(&answer);
}

static int open_stream(struct ask_stream *s, const char *answer)
{
	struct buffer request = { 0 };
	struct json j = ask_begin(&request, "subscribe");
	int code;

	json_end_object(&j);
	if (answer)
		answer_with(answer, strlen(answer));
	code = ask_stream_open(s, path, &request);
	if (answer)
		wait(NULL);
	buffer_free(&request);
	return code;
}

static void lines_come_one_by_one(void **state)
{
	struct ask_stream s;
	char *line;

	(void)state;
	assert_int_equal(open_stream(&s, "{\"protocol\":1,\"ok\":true}\none\n\ntwo\nthree"), EX_OK);
	line = ask_stream_line(&s);
	assert_string_equal(line, "one");
	line = ask_stream_line(&s);
	assert_string_equal(line, "");
	line = ask_stream_line(&s);
	assert_string_equal(line, "two");
	assert_null(ask_stream_line(&s)); /* it does not end */
	ask_stream_close(&s);
	assert_int_equal(open_stream(&s, "{\"protocol\":1,\"ok\":false,\"error\":\"no\",\"exit\":75}\n"), EX_TEMPFAIL);
	ask_stream_close(&s);
	assert_int_equal(open_stream(&s, ""), EX_PROTOCOL);
	ask_stream_close(&s);
	unlink(path);
	assert_int_equal(open_stream(&s, NULL), EX_UNAVAILABLE);
	ask_stream_close(&s);
}

static int set_up(void **state)
{
	scratch_set_up(state);
	snprintf(path, sizeof(path), "%s/socket", (char *)*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_are_taken_apart), cmocka_unit_test(refusals_are_exit_codes),
		cmocka_unit_test(nobody_answers),          cmocka_unit_test(an_answer_without_end_is_refused),
		cmocka_unit_test(lines_come_one_by_one),   cmocka_unit_test(answers_are_shown),
		cmocka_unit_test(a_writing_is_asked_for),
	};

	return cmocka_run_group_tests(tests, set_up, scratch_tear_down);
}
