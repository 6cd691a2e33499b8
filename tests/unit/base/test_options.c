/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/base/cleanup.h"
#include "agent/base/options.h"

struct values {
	bool quiet;
	const char *file;
	uint32_t size;
	double share;
	int64_t interval;
	uint64_t gateway;
	struct mac_list devices;
	struct string_list reads;
	int hook;
	uint32_t events;
};

static const char *const hooks[] = { "auto", "xdp", "tcx", NULL };
static const char *const events[] = { "start", "stop", "flow", NULL };

#define AT(field) offsetof(struct values, field)

static const struct option_spec options[] = {
	{ .name = "quiet", .letter = 'q', .kind = OPTION_FLAG, .offset = AT(quiet), .help = "say less" },
	{ .name = "model",
	  .letter = 'm',
	  .kind = OPTION_STRING,
	  .offset = AT(file),
	  .argument = "FILE",
	  .help = "model" },
	{ .name = "size",
	  .kind = OPTION_U32,
	  .offset = AT(size),
	  .argument = "N",
	  .help = "slots",
	  .min = 8,
	  .max = 64 },
	{ .name = "share", .kind = OPTION_NUMBER, .offset = AT(share), .argument = "X", .help = "part", .max = 1 },
	{ .name = "interval",
	  .kind = OPTION_DURATION,
	  .offset = AT(interval),
	  .argument = "TIME",
	  .help = "pause",
	  .min = 1,
	  .max = 60 },
	{ .name = "gateway", .kind = OPTION_MAC, .offset = AT(gateway), .argument = "MAC", .help = "router" },
	{ .name = "device", .kind = OPTION_MACS, .offset = AT(devices), .argument = "MAC", .help = "only this" },
	{ .name = "read", .kind = OPTION_STRINGS, .offset = AT(reads), .argument = "FILE", .help = "a capture" },
	{ .name = "hook",
	  .kind = OPTION_CHOICE,
	  .offset = AT(hook),
	  .argument = "HOOK",
	  .help = "where",
	  .choices = hooks },
	{ .name = "events",
	  .kind = OPTION_SET,
	  .offset = AT(events),
	  .argument = "LIST",
	  .help = "which",
	  .choices = events },
};

static const struct options_spec spec = {
	.command = "iotbpf test",
	.summary = "Test the options.",
	.operands = "FILE...",
	.details = "More.",
	.min_operands = 1,
	.max_operands = 2,
	.options = options,
	.count = sizeof(options) / sizeof(options[0]),
};

/* Parse the words of @line; complaints go nowhere. */
static int parse(const char *line, struct values *values, struct operands *operands)
{
	static char copy[512];
	static char *argv[32];
	int argc = 0;
	int saved = dup(STDERR_FILENO);
	int r;

	snprintf(copy, sizeof(copy), "test %s", line);
	for (char *save, *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save))
		argv[argc++] = word;
	argv[argc] = NULL;
	assert_non_null(freopen("/dev/null", "w", stderr));
	r = options_parse(&spec, argc, argv, values, operands);
	dup2(saved, STDERR_FILENO);
	close(saved);
	return r;
}

static void test_all_kinds(void **state)
{
	struct values v = { .size = 9 };
	struct operands rest;

	(void)state;
	assert_int_equal(parse("one -q --model=x.bin --size 64 --share .25 --interval 1m --gateway 02005e100001 "
			       "--device 02:00:5e:10:00:02 --device 02:00:5e:10:00:03 --device 02-00-5e-10-00-02 "
			       "--hook tcx --read a.pcap --events stop,flow two --read b.pcap",
			       &v, &rest),
			 0);
	assert_true(v.quiet);
	assert_string_equal(v.file, "x.bin");
	assert_int_equal(v.size, 64);
	assert_true(v.share == 0.25);
	assert_int_equal(v.interval, 60000000000);
	assert_true(v.gateway == 0x02005e100001);
	assert_int_equal(v.devices.count, 2);
	assert_true(mac_list_contains(&v.devices, 0x02005e100003));
	assert_false(mac_list_contains(&v.devices, 0x02005e100004));
	assert_int_equal(v.hook, 2);
	assert_int_equal(v.events, 6);
	assert_int_equal(rest.count, 2);
	assert_string_equal(rest.argv[0], "one");
	assert_string_equal(rest.argv[1], "two");
	assert_int_equal(v.reads.count, 2);
	assert_string_equal(v.reads.list[1], "b.pcap");
	mac_list_free(&v.devices);
	string_list_free(&v.reads);
}

static void test_defaults_and_sets(void **state)
{
	struct values v = { .size = 9, .events = 5 };
	struct operands rest;

	(void)state;
	assert_int_equal(parse("-- -q", &v, &rest), 0);
	assert_int_equal(v.size, 9);
	assert_int_equal(v.events, 5);
	assert_false(v.quiet);
	assert_string_equal(rest.argv[0], "-q");
	assert_int_equal(parse("--events all x", &v, &rest), 0);
	assert_int_equal(v.events, 7);
	assert_int_equal(parse("--events none x", &v, &rest), 0);
	assert_int_equal(v.events, 0);
	assert_int_equal(parse("-mfile x", &v, &rest), 0);
	assert_string_equal(v.file, "file");
}

static void test_refusals(void **state)
{
	static const char *const bad[] = {
		"",
		"a b c",
		"x --nothing",
		"x -z",
		"x -qz",
		"x --quiet=yes",
		"x --model",
		"x -m",
		"x --help=1",
		"x --size 7",
		"x --size 65",
		"x --size 9x",
		"x --size -9",
		"x --size 99999999999999999999",
		"x --size=",
		"x --share 1.5",
		"x --share nan",
		"x --share y",
		"x --interval 0",
		"x --interval 2m",
		"x --interval 5w",
		"x --gateway 02:00",
		"x --device zz",
		"x --hook none",
		"x --hook ,",
		"x --events start,",
		"x --events ,",
		"x --events start,other",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct values v = { 0 };
		struct operands rest;

		assert_int_equal(parse(bad[i], &v, &rest), -EINVAL);
		mac_list_free(&v.devices);
	}
}

static void test_help(void **state)
{
	_cleanup_(buffer_free) struct buffer b = { 0 };

	(void)state;
	options_help(&spec, &b);
	assert_ptr_equal(strstr(b.data, "usage: iotbpf test [OPTION]... FILE...\n\nTest the options.\n"), b.data);
	assert_non_null(strstr(b.data, "  -q, --quiet                 say less\n"));
	assert_non_null(strstr(b.data, "      --size N                slots\n"));
	assert_non_null(strstr(b.data, "where: auto, xdp, tcx\n"));
	assert_non_null(strstr(b.data, "which: any of start, stop, flow\n"));
	assert_non_null(strstr(b.data, "only this; may be repeated\n"));
	assert_non_null(strstr(b.data, "a capture; may be repeated\n"));
	assert_non_null(strstr(b.data, "  -h, --help"));
	assert_string_equal(b.data + b.len - 7, "\nMore.\n");
}

/* --help is printed to standard output and ends the reading. */
static void test_asked_for_help(void **state)
{
	struct values v = { 0 };
	struct operands rest;
	int saved = dup(STDOUT_FILENO), r;

	(void)state;
	fflush(stdout);
	assert_non_null(freopen("/dev/null", "w", stdout));
	r = parse("--help one", &v, &rest);
	fflush(stdout);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	assert_int_equal(r, 1);
	assert_true(parse("--help=yes one", &v, &rest) < 0);
	assert_true(parse("one two three", &v, &rest) < 0);
}

static void expect_text(const char *name, const struct values *v, size_t item, const char *text)
{
	_cleanup_(buffer_free) struct buffer b = { 0 };
	size_t i = 0;

	while (strcmp(options[i].name, name))
		i++;
	buffer_append_str(&b, "");
	options_format_value(&options[i], v, item, &b);
	assert_string_equal(b.data ? b.data : "", text);
}

static void test_values_as_text(void **state)
{
	struct values v = { .share = 0.25, .gateway = 0x02005e100001 };
	struct operands rest;

	(void)state;
	assert_int_equal(parse("one --read a.pcap --read b.pcap --device 02:00:5e:10:00:02 --interval 30s --events none", &v, &rest), 0);
	expect_text("quiet", &v, 0, "no");
	expect_text("model", &v, 0, "");
	expect_text("size", &v, 0, "0");
	expect_text("share", &v, 0, "0.25");
	expect_text("interval", &v, 0, "30s");
	expect_text("gateway", &v, 0, "02:00:5e:10:00:01");
	expect_text("device", &v, 0, "02:00:5e:10:00:02");
	expect_text("device", &v, 1, "");
	expect_text("read", &v, 1, "b.pcap");
	expect_text("read", &v, 2, "");
	expect_text("hook", &v, 0, "auto");
	expect_text("events", &v, 0, "none");
	mac_list_free(&v.devices);
	string_list_free(&v.reads);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_asked_for_help),
		cmocka_unit_test(test_values_as_text),
		cmocka_unit_test(test_all_kinds),
		cmocka_unit_test(test_defaults_and_sets),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_help),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
