/* SPDX-License-Identifier: BSD-2-Clause */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "agent/analysis/windows.h"
#include <iotbpf/protocols.h>

static struct iot_packet packet(uint8_t layer, uint16_t proto, uint8_t flags)
{
	return (struct iot_packet){.kind = layer, .proto = proto, .tcp_flags = flags, .length = 100};
}

static void protocols_are_told_by_layer_and_port(void **state)
{
	static const struct {
		uint8_t layer;
		uint16_t proto;
		uint8_t flags;
		enum window_protocol expected;
	} table[] = {
		{IOT_LAYER_ETH, 0x0806, 0, WINDOW_ARP},	      {IOT_LAYER_ETH, 0x888e, 0, WINDOW_EAPOL},
		{IOT_LAYER_ETH, 0x88cc, 0, WINDOW_OTHER},     {IOT_LAYER_IP, 1, 0, WINDOW_ICMP},
		{IOT_LAYER_IP, 58, 0, WINDOW_ICMP6},	      {IOT_LAYER_IP, 2, 0, WINDOW_IGMP},
		{IOT_LAYER_IP, 47, 0, WINDOW_OTHER},	      {IOT_LAYER_IP, 17, 0, WINDOW_OTHER},
		{IOT_LAYER_UDP, 67, 0, WINDOW_DHCP},	      {IOT_LAYER_UDP, 547, 0, WINDOW_DHCP},
		{IOT_LAYER_UDP, 53, 0, WINDOW_DNS},	      {IOT_LAYER_TCP, 53, 0, WINDOW_DNS},
		{IOT_LAYER_UDP, 5353, 0, WINDOW_MDNS},	      {IOT_LAYER_UDP, 5355, 0, WINDOW_LLMNR},
		{IOT_LAYER_UDP, 1900, 0, WINDOW_SSDP},	      {IOT_LAYER_UDP, 123, 0, WINDOW_NTP},
		{IOT_LAYER_TCP, 80, 0, WINDOW_HTTP},	      {IOT_LAYER_TCP, 443, 0x02, WINDOW_TLS_OPEN},
		{IOT_LAYER_TCP, 443, 0x12, WINDOW_TLS_OPEN},  {IOT_LAYER_TCP, 443, 0x18, WINDOW_TLS_DATA},
		{IOT_LAYER_UDP, 443, 0, WINDOW_QUIC},	      {IOT_LAYER_TCP, 1883, 0x02, WINDOW_MQTT},
		{IOT_LAYER_TCP, 8883, 0x18, WINDOW_MQTT},     {IOT_LAYER_UDP, 3478, 0, WINDOW_STUN},
		{IOT_LAYER_UDP, 19305, 0, WINDOW_STUN},	      {IOT_LAYER_UDP, 50000, 0, WINDOW_RTP},
		{IOT_LAYER_UDP, 5004, 0, WINDOW_RTP},	      {IOT_LAYER_TCP, 9999, 0, WINDOW_TCP},
		{IOT_LAYER_TCP, 50000, 0, WINDOW_TCP},	      {IOT_LAYER_UDP, 6667, 0, WINDOW_UDP},
		{IOT_LAYER_LLC, 0x4242, 0, WINDOW_OTHER},     {IOT_LAYER_PPP, 0xc021, 0, WINDOW_OTHER},
		{IOT_LAYER_NONE, 0, 0, WINDOW_OTHER},	      {7, 443, 0, WINDOW_OTHER},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct iot_packet p = packet(table[i].layer, table[i].proto, table[i].flags);

		assert_int_equal(window_protocol_of(&p), table[i].expected);
		p.kind |= IOT_KIND_RECEIVED | IOT_KIND_REMOTE; /* direction and remote do not matter */
		assert_int_equal(window_protocol_of(&p), table[i].expected);
	}
}

static void lengths_of_a_known_window(void **state)
{
	static const uint16_t lengths[] = {60, 1514, 60, 100, 90, 342};
	struct iot_packet packets[6];
	struct window w;

	(void)state;
	for (int i = 0; i < 6; i++) {
		packets[i] = packet(IOT_LAYER_UDP, i < 4 ? 53 : 123, 0);
		packets[i].length = lengths[i];
	}
	window_measure(packets, 6, &w);
	assert_int_equal(w.n, 6);
	assert_true(fabsf(w.length[WINDOW_MEAN] - 361.0f) < 1e-4f);
	assert_true(fabsf(w.length[WINDOW_VARIANCE] - 275422.3333f) < 0.1f);
	assert_true(fabsf(w.length[WINDOW_STD] - 524.8069f) < 1e-3f);
	assert_true(w.length[WINDOW_MIN] == 60 && w.length[WINDOW_MAX] == 1514);
	assert_true(w.length[WINDOW_MEDIAN] == 95);
	assert_int_equal(w.protocols[WINDOW_DNS], 4);
	assert_int_equal(w.protocols[WINDOW_NTP], 2);
}

static void median_of_odd_and_equal_lengths(void **state)
{
	struct iot_packet packets[31];
	struct window w;

	(void)state;
	for (int i = 0; i < 31; i++) {
		packets[i] = packet(IOT_LAYER_ETH, 0x0806, 0);
		packets[i].length = (uint16_t)(i < 16 ? 60 : 1000 - i);
	}
	window_measure(packets, 31, &w);
	assert_true(w.length[WINDOW_MEDIAN] == 60);
	assert_int_equal(w.protocols[WINDOW_ARP], 31);
	window_measure(packets + 15, 3, &w);
	assert_true(w.length[WINDOW_MEDIAN] == 983);
	window_measure(packets, 1, &w);
	assert_true(w.length[WINDOW_MEDIAN] == 60 && w.length[WINDOW_VARIANCE] == 0);
}

static void largest_lengths_do_not_overflow(void **state)
{
	struct iot_packet packets[256];
	struct window w;

	(void)state;
	for (int i = 0; i < 256; i++) {
		packets[i] = packet(IOT_LAYER_TCP, 443, 0x18);
		packets[i].length = (uint16_t)(i % 2 ? 65535 : 0);
	}
	window_measure(packets, 256, &w);
	assert_true(w.length[WINDOW_MEAN] == 32767.5f && w.length[WINDOW_STD] == 32767.5f);
	assert_true(w.length[WINDOW_MEDIAN] == 32767.5f);
	assert_int_equal(w.protocols[WINDOW_TLS_DATA], 256);
}

static void empty_window_is_all_zero(void **state)
{
	struct window w, zero;

	(void)state;
	memset(&zero, 0, sizeof(zero));
	window_measure(NULL, 0, &w);
	assert_memory_equal(&w, &zero, sizeof(w));
}

static void every_protocol_has_a_name(void **state)
{
	(void)state;
	for (int i = 0; i < WINDOW_PROTOCOL_COUNT; i++)
		for (int k = 0; k < i; k++)
			assert_string_not_equal(window_protocol_name((enum window_protocol)i),
						window_protocol_name((enum window_protocol)k));
	assert_null(window_protocol_name(WINDOW_PROTOCOL_COUNT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(protocols_are_told_by_layer_and_port),
		cmocka_unit_test(lengths_of_a_known_window),
		cmocka_unit_test(median_of_odd_and_equal_lengths),
		cmocka_unit_test(largest_lengths_do_not_overflow),
		cmocka_unit_test(empty_window_is_all_zero),
		cmocka_unit_test(every_protocol_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
