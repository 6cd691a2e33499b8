/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptions: words, steps, files. The lab is not part of the library, so its sources are included. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "agent/base/log.h"
#include "tools/lab/spec.c"
#include "tools/lab/step.c"
#include "tools/lab/words.c"

static void times(void **state)
{
	int64_t us = 0;

	(void)state;
	assert_int_equal(lab_time_parse("3s", &us), 0);
	assert_int_equal(us, 3000000);
	assert_int_equal(lab_time_parse("5h45m", &us), 0);
	assert_int_equal(us, INT64_C(20700000000));
	assert_int_equal(lab_time_parse("0.3s", &us), 0);
	assert_int_equal(us, 300000);
	assert_int_equal(lab_time_parse("250ms", &us), 0);
	assert_int_equal(us, 250000);
	for (const char *const *bad = (const char *[]){ "", "s", "3", "3x", "-3s", "9999d", "3 s", NULL }; *bad; bad++)
		assert_int_equal(lab_time_parse(*bad, &us), -EINVAL);
}

static void ranges(void **state)
{
	struct lab_range r;

	(void)state;
	assert_int_equal(lab_range_parse("120", lab_count_parse, &r), 0);
	assert_true(r.min == 120 && r.max == 120);
	assert_int_equal(lab_range_parse("8s..14s", lab_time_parse, &r), 0);
	assert_true(r.min == 8000000 && r.max == 14000000);
	for (const char *const *bad = (const char *[]){ "5..4", "..", "1..", "a", "-1", "99999999", NULL }; *bad; bad++)
		assert_int_equal(lab_range_parse(*bad, lab_count_parse, &r), -EINVAL);
}

static void steps(void **state)
{
	static const struct {
		const char *text, *protocol;
		enum lab_verb verb;
		unsigned int rounds;
	} good[] = {
		{ "udp broadcast:6666 172", "udp/6666", LAB_UDP, 1 },
		{ "udp a.example:53 20 40", "udp/53", LAB_UDP, 1 },
		{ "tcp a.example:443 517 3000 100..200 50", "tcp/443", LAB_TCP, 2 },
		{ "send mqtt 2 2", "tcp/1883", LAB_SEND, 1 },
		{ "dns a.example", "udp/53", LAB_DNS, 1 },
		{ "ntp a.example", "udp/123", LAB_NTP, 1 },
		{ "arp", "arp", LAB_ARP, 0 },
		{ "icmp gateway 56", "icmp", LAB_ICMP, 1 },
		{ "dhcp renew", "udp/67", LAB_DHCP_RENEW, 1 },
	};
	struct lab_device d = { .n_connections = 1 };
	char protocol[LAB_NAME_SIZE];
	struct lab_step step;
	const char *why;

	(void)state;
	d.connections[0] = (struct lab_connection){ "mqtt", "b.example", 1883 };
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(lab_step_parse(good[i].text, &d, &step, &why), 0);
		assert_int_equal(step.verb, good[i].verb);
		assert_int_equal(step.n_rounds, good[i].rounds);
		assert_string_equal(lab_step_protocol(&step, protocol), good[i].protocol);
	}
	for (const char *const *bad =
		     (const char *[]){ "", "fly", "udp broadcast 172", "udp x:0 1", "udp x:1 1473", "tcp x:80 0",
				       "tcp x:80 1 2 3 4 5 6 7 8 9", "send other 2", "dns", "dhcp", NULL };
	     *bad; bad++)
		assert_int_equal(lab_step_parse(*bad, &d, &step, &why), -EINVAL);
}

static int read_text(const char *text, struct lab_device *d)
{
	char path[] = "/tmp/lab-spec-XXXXXX";
	int fd = mkstemp(path), r;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	r = lab_spec_read(path, d);
	unlink(path);
	return r;
}

#define HEAD "[device]\nname = x\nlabel = X\nmac = 02:00:00:00:00:01\n"

static void files(void **state)
{
	static struct lab_device d;
	static const char *const bad[] = {
		"",
		"name = x\n",
		"[device]\nname = x\n",
		"[device]\nname = a-name-that-is-too-long\n",
		HEAD "[device\n",
		HEAD "[activity]\n",
		HEAD "[activity a]\nevery = 3s\n",
		HEAD "[activity a]\ndo = arp\n",
		HEAD "[activity a]\nevery = 3s\njitter = 2s\ndo = arp\n",
		HEAD "[during nothing]\n",
		HEAD "[connection c]\nto = nowhere\n",
		HEAD "[connection c]\n",
		HEAD "something\n",
	};

	(void)state;
	assert_int_equal(read_text(HEAD "# c\n[connection c]\nto = h:80\n[activity a]\nevery = 1m\ndo = send c 1..2 3\n"
					"[function f]\nlasts = 8s\n[during f]\nevery = 1s\ndo = arp\n",
				   &d),
			 0);
	assert_string_equal(d.name, "x");
	assert_int_equal(d.mac, UINT64_C(0x020000000001));
	assert_int_equal(d.n_activities, 2);
	assert_int_equal(d.activities[0].every_us, 60000000);
	assert_int_equal(d.activities[0].function, -1);
	assert_int_equal(d.activities[1].function, 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_true(read_text(bad[i], &d) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times),
		cmocka_unit_test(ranges),
		cmocka_unit_test(steps),
		cmocka_unit_test(files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
