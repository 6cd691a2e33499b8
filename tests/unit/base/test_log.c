/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/log.h"

struct capture {
	int saved;
	FILE *file;
	char text[4096];
};

/* Send stderr to a file and read it back. */
static void capture_begin(struct capture *c)
{
	c->file = tmpfile();
	assert_non_null(c->file);
	c->saved = dup(STDERR_FILENO);
	dup2(fileno(c->file), STDERR_FILENO);
}

static const char *capture_end(struct capture *c)
{
	size_t n;

	dup2(c->saved, STDERR_FILENO);
	close(c->saved);
	rewind(c->file);
	n = fread(c->text, 1, sizeof(c->text) - 1, c->file);
	c->text[n] = '\0';
	fclose(c->file);
	return c->text;
}

static void test_levels(void **state)
{
	struct capture c;

	(void)state;
	log_set_level(LOG_LEVEL_WARN);
	assert_int_equal(log_get_level(), LOG_LEVEL_WARN);
	capture_begin(&c);
	log_error("one %d", 1);
	log_warn("two");
	log_info("three");
	log_debug("four");
	assert_string_equal(capture_end(&c), "iotbpf: one 1\niotbpf: warning: two\n");
	log_set_level(LOG_LEVEL_DEBUG);
	assert_int_equal(log_get_level(), LOG_LEVEL_DEBUG);
	capture_begin(&c);
	log_info("three");
	log_debug("four");
	assert_string_equal(capture_end(&c), "iotbpf: three\niotbpf: debug: four\n");
}

static void test_returns(void **state)
{
	struct capture c;

	(void)state;
	capture_begin(&c);
	assert_int_equal(log_error_r(-EINVAL, "bad %s", "file"), -EINVAL);
	assert_int_equal(log_errno_r(-ENOENT, "%s", "x.pcap"), -ENOENT);
	assert_string_equal(capture_end(&c), "iotbpf: bad file\niotbpf: x.pcap: No such file or directory\n");
}

static void test_keeps_errno(void **state)
{
	struct capture c;

	(void)state;
	capture_begin(&c);
	errno = EPERM;
	log_error("x");
	assert_int_equal(errno, EPERM);
	capture_end(&c);
}

static void test_hostile_and_long(void **state)
{
	char longer[3000];
	const char *text;
	struct capture c;

	(void)state;
	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	capture_begin(&c);
	log_error("name \x1b[2J\n\x7f");
	log_error_r(-1, "%s", longer);
	log_errno_r(-EIO, "%s", longer);
	text = capture_end(&c);
	assert_int_equal(strncmp(text, "iotbpf: name ?[2J??\niotbpf: aaa", 31), 0);
	assert_int_equal(strlen(text), 20 + 2 * 1023);
	assert_int_equal(text[strlen(text) - 1], '\n');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_returns),
		cmocka_unit_test(test_keeps_errno),
		cmocka_unit_test(test_hostile_and_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
