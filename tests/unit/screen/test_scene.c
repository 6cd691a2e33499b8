// SPDX-License-Identifier: BSD-2-Clause

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "agent/base/buffer.h"
#include "agent/base/clock.h"
#include "agent/screen/scene.h"

static int decode(const char *text, struct scene **scene, char *why)
{
	return scene_decode(text, strlen(text), scene, why);
}

static struct scene *must(const char *text)
{
	struct scene *scene = NULL;
	char why[SCENE_TEXT * 4];

	assert_int_equal(decode(text, &scene, why), 0);
	return scene;
}

static void test_members(void **state)
{
	_cleanup_(scene_free_p) struct scene *s = must(
		"{\"ok\":true,\"time\":\"2026-11-22T19:04:00.25Z\",\"host\":\"r\",\"ports\":[{\"in_iface\":\"p1\",\"bridge\":\"br0\",\"up\":true}],"
		"\"totals\":{\"missed_packets\":3},\"devices\":[{\"mac\":\"02:00:00:00:00:01\",\"name\":\"lamp\",\"ips\":[\"192.0.2.1\",7],"
		"\"type\":{\"label\":\"Bulb\",\"p\":0.97,\"source\":\"owner\"},\"function\":{\"label\":\"dim\",\"since\":\"1970-01-01T00:00:01.000000Z\"},"
		"\"rates\":{\"tx_bytes\":5},\"strip\":\"800000000000001\",\"period\":{\"seconds\":3,\"protocol\":\"arp\"},"
		"\"flows\":[{\"protocol\":\"arp\",\"periods\":[{\"seconds\":60},5,{\"seconds\":3}]}],\"functions\":[{\"label\":\"on\",\"p\":1}]}],"
		"\"alerts\":[{\"severity\":\"warning\",\"text\":\"new\"}]}");
	const struct scene_device *d = scene_device(s, 0x020000000001);

	(void)state;
	assert_true(s->time_us == 1795374240 * US_PER_SECOND + 250000);
	assert_string_equal(s->ports[0].bridge, "br0");
	assert_true(s->totals.missed_packets == 3);
	assert_non_null(d);
	assert_string_equal(d->name, "lamp");
	assert_int_equal(d->address_count, 1);
	assert_true(d->type.owner && d->type.p == 0.97);
	assert_int_equal(d->function.start_us, US_PER_SECOND);
	assert_true(d->rate.tx_bytes == 5);
	assert_true(d->strip == (UINT64_C(1) << 59 | 1));
	assert_int_equal(d->flows[0].period_count, 2);
	assert_true(d->flows[0].periods[1].seconds == 3);
	assert_string_equal(d->functions[0].label, "on");
	assert_true(s->alerts[0].warning);
	assert_null(scene_device(s, 1));
	assert_null(scene_device(NULL, 1));
}

static void test_no_snapshot(void **state)
{
	static const char *const bad[] = { "", "{", "[]", "null", "7", "{}", "{\"devices\":7}", "{\"ok\":true}", "\"devices\"" };
	struct scene *scene = NULL;
	char why[SCENE_TEXT * 4] = "";

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(decode(bad[i], &scene, why), -EBADMSG);
	assert_int_equal(decode("{\"ok\":false,\"error\":\"go away\"}", &scene, why), -EREMOTEIO);
	assert_string_equal(why, "go away");
	assert_null(scene);
}

/* Other kinds than expected are nothing; numbers are finite and not negative, shares are shares. */
static void test_other_kinds(void **state)
{
	_cleanup_(scene_free_p) struct scene *s = must(
		"{\"time\":5,\"host\":[1],\"ports\":{\"a\":1},\"totals\":[],\"alerts\":\"x\",\"devices\":[7,null,{\"mac\":\"zz\",\"name\":{},\"ips\":\"x\","
		"\"type\":{\"p\":-3,\"label\":true},\"function\":[],\"rates\":{\"tx_bytes\":1e999,\"rx_bytes\":-1,\"tx_packets\":\"5\"},\"strip\":\"zz\","
		"\"flows\":[{\"share\":9,\"periods\":{}},1],\"functions\":{},\"flow_count\":1e30,\"first\":\"2026-13-40T99:99:99Z\"}]}");

	(void)state;
	assert_int_equal(s->device_count, 1);
	assert_true(s->devices[0].type.p == 0 && s->devices[0].rate.tx_bytes == 1e18 && s->devices[0].rate.rx_bytes == 0);
	assert_true(s->devices[0].flows[0].share == 1);
	assert_int_equal(s->devices[0].flow_total, UINT32_MAX);
	assert_true(s->devices[0].mac == 0 && s->devices[0].strip == 0 && s->devices[0].first_us == 0);
	assert_int_equal(s->alert_count + s->port_count, 0);
}

static void put_many(struct buffer *out, const char *item, int n)
{
	for (int i = 0; i < n; i++)
		buffer_printf(out, "%s%s", i ? "," : "", item);
}

static void test_bounds(void **state)
{
	_cleanup_(buffer_free) struct buffer text = { 0 };
	_cleanup_(scene_free_p) struct scene *s = NULL;

	(void)state;
	buffer_append_str(&text, "{\"alerts\":[");
	put_many(&text, "{}", SCENE_ALERTS + 5);
	buffer_append_str(&text, "],\"ports\":[");
	put_many(&text, "{}", SCENE_PORTS + 5);
	buffer_append_str(&text, "],\"devices\":[{\"flows\":[");
	put_many(&text, "{\"periods\":[{},{},{},{},{},{}]}", SCENE_FLOWS + 5);
	buffer_append_str(&text, "],\"functions\":[");
	put_many(&text, "{}", SCENE_FUNCTIONS + 5);
	buffer_append_str(&text, "],\"ips\":[");
	put_many(&text, "\"192.0.2.1\"", SCENE_ADDRESSES + 5);
	buffer_append_str(&text, "]},");
	put_many(&text, "{\"name\":\"\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9"
			"\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\"}", SCENE_DEVICES + 5);
	buffer_append_str(&text, "]}");
	s = must(text.data);
	assert_int_equal(s->device_count, SCENE_DEVICES);
	assert_int_equal(s->left_out, 6);
	assert_int_equal(s->devices[0].flow_count, SCENE_FLOWS);
	assert_int_equal(s->devices[0].flows[0].period_count, SCENE_PERIODS);
	assert_int_equal(s->devices[0].function_count, SCENE_FUNCTIONS);
	assert_int_equal(s->devices[0].address_count, SCENE_ADDRESSES);
	assert_int_equal(strlen(s->devices[1].name), 62);
	assert_int_equal(s->alert_count, SCENE_ALERTS);
	assert_int_equal(s->port_count, SCENE_PORTS);
}

/* Bytes changed at random: anything may come of it but a crash. */
static void test_garbage(void **state)
{
	static const char text[] = "{\"ok\":true,\"devices\":[{\"mac\":\"02:00:00:00:00:01\",\"name\":\"l\\u00e9\",\"type\":{\"p\":0.9},\"flows\":[{}],"
				   "\"strip\":\"800000000000001\",\"ips\":[\"1\"],\"first\":\"2026-11-22T19:04:00.25Z\"}],\"alerts\":[{}]}";
	char copy[sizeof(text)];
	unsigned int seed = 7;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct scene *scene = NULL;
		char why[SCENE_TEXT * 4];

		memcpy(copy, text, sizeof(text));
		for (int i = 0; i < 1 + round % 4; i++)
			copy[(size_t)rand_r(&seed) % (sizeof(text) - 1)] = (char)rand_r(&seed);
		if (scene_decode(copy, sizeof(text) - 1 - (size_t)(round % 7 == 0 ? rand_r(&seed) % 40 : 0), &scene, why) == 0)
			scene_free(scene);
	}
}

static void test_take_flows(void **state)
{
	_cleanup_(scene_free_p) struct scene *to = must("{\"devices\":[{\"mac\":\"02:00:00:00:00:01\"},{\"mac\":\"02:00:00:00:00:02\"}]}");
	_cleanup_(scene_free_p) struct scene *from = must("{\"devices\":[{\"mac\":\"02:00:00:00:00:02\",\"flows\":[{},{}],\"functions\":[{}]}]}");

	(void)state;
	scene_take_flows(to, from, 0x020000000001);
	scene_take_flows(to, from, 0x020000000003);
	assert_int_equal(to->devices[0].flow_count + to->devices[1].flow_count, 0);
	scene_take_flows(to, from, 0x020000000002);
	assert_int_equal(to->devices[1].flow_count, 2);
	assert_int_equal(to->devices[1].function_count, 1);
	scene_take_flows(to, from, 0x020000000002);
	assert_int_equal(to->devices[1].flow_count, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members), cmocka_unit_test(test_no_snapshot), cmocka_unit_test(test_other_kinds),
		cmocka_unit_test(test_bounds),	cmocka_unit_test(test_garbage),	    cmocka_unit_test(test_take_flows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
