// SPDX-License-Identifier: BSD-2-Clause

/* The service-port rule of bpf/classify.h as a table, each row seen from the device and from the other side. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "agent/source/slots.h"
#include "tests/lib/frames.h"

struct row {
	const char *what;
	uint16_t device, other; /* ports */
	uint16_t listens;	/* TCP port that the device answered a SYN from, or 0 */
	uint8_t group;		/* sent to a group address */
	uint16_t service;
};

static const struct row rows[] = {
	{"client of a system port", 49152, 443, 0, 0, 443},
	{"client of a system port, low ephemeral port", 1025, 443, 0, 0, 443},
	{"server on a system port", 80, 51000, 0, 0, 80},
	{"DNS", 33333, 53, 0, 0, 53},
	{"DHCP client", 68, 67, 0, 0, 67},
	{"DHCP client to broadcast", 68, 67, 0, 1, 67},
	{"DHCP server's offer to broadcast", 67, 68, 0, 1, 68},
	{"NTP, symmetric", 123, 123, 0, 0, 123},
	{"NTP, client port", 40001, 123, 0, 0, 123},
	{"client of a listed port", 40000, 1883, 0, 0, 1883},
	{"client of a listed port from a registered port", 10500, 8883, 0, 0, 8883},
	{"server on a listed port", 9999, 40000, 0, 0, 9999},
	{"listed port against system port", 8080, 443, 0, 0, 443},
	{"registered against dynamic: the device serves", 12345, 51000, 0, 0, 12345},
	{"registered against dynamic: the device asks", 51000, 12345, 0, 0, 12345},
	{"two dynamic ports: mostly a client", 50000, 60000, 0, 0, 60000},
	{"two dynamic ports, device listens", 50000, 60000, 50000, 0, 50000},
	{"two dynamic ports, device listens elsewhere", 50000, 60000, 50001, 0, 60000},
	{"two registered ports", 12000, 13000, 0, 0, 13000},
	{"two registered ports, device listens", 12000, 13000, 12000, 0, 12000},
	{"two listed ports", 8080, 8443, 0, 0, 8443},
	{"two listed ports, device listens", 8080, 8443, 8080, 0, 8080},
	{"listening does not outrank a system port", 50000, 443, 50000, 0, 443},
	{"two system ports: the lower", 515, 631, 0, 0, 515},
	{"same ports, unlisted", 40000, 40000, 0, 0, 40000},
	{"beacon: destination port", 6666, 6667, 0, 1, 6667},
	{"beacon from a system port", 123, 6667, 0, 1, 6667},
	{"beacon to a dynamic port", 1900, 56789, 0, 1, 56789},
	{"mDNS", 5353, 5353, 0, 1, 5353},
	{"SSDP search", 50123, 1900, 0, 1, 1900},
	{"SSDP answer", 1900, 50123, 0, 0, 1900},
	{"first system port boundary", 1023, 1024, 0, 0, 1023},
	{"first dynamic port boundary", 32767, 32768, 0, 0, 32767},
	{"port 0 is a system port", 0, 443, 0, 0, 0},
	{"highest port", 65535, 65534, 0, 0, 65534},
};

static uint16_t classify(const struct iot_services *services, const struct row *row, int received)
{
	struct iot_table t = {.services = services};
	struct iot_device device = {};
	struct iot_headers h = {.layer = IOT_LAYER_UDP,
				.dst = row->group ? FRAME_BROADCAST : FRAME_SERVER,
				.sport = received ? row->other : row->device,
				.dport = received ? row->device : row->other};

	if (row->listens)
		iot_learn_listen(&device, row->listens);
	return (uint16_t)iot_protocol_of(&t, &device, &h, received);
}

static void test_table(void **state)
{
	static struct iot_services services;

	(void)state;
	slots_services(&services);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint16_t sent = classify(&services, &rows[i], 0);

		if (sent != rows[i].service)
			print_error("%s\n", rows[i].what);
		assert_int_equal(sent, rows[i].service);
		if (!rows[i].group) /* both directions of a conversation are one flow */
			assert_int_equal(classify(&services, &rows[i], 1), rows[i].service);
	}
}

/* Every ephemeral port that operating systems hand out leads to the same flow. */
static void test_ephemeral_ports(void **state)
{
	static struct iot_services services;

	(void)state;
	slots_services(&services);
	for (uint32_t port = IOT_PORT_DYNAMIC; port < 65536; port++) {
		struct row row = {.device = (uint16_t)port, .other = 8883};

		if (port == 33434 || port == 34567 || port == 37777 || port == 38899 || port >= 55443)
			row.other = 443; /* a listed port may win against another */
		assert_int_equal(classify(&services, &row, 0), row.other);
		assert_int_equal(classify(&services, &row, 1), row.other);
	}
}

static uint32_t rank(const struct iot_services *services, uint16_t port)
{
	return iot_port_rank(services, htobe16(port)) & IOT_RANK;
}

static void test_listed_ports(void **state)
{
	static struct iot_services services;
	static const uint16_t listed[] = {
#define LISTED(port) port,
		IOT_SERVICE_PORTS(LISTED)
#undef LISTED
	};

	(void)state;
	slots_services(&services);
	for (size_t i = 0; i < sizeof(listed) / sizeof(listed[0]); i++) {
		assert_true(listed[i] >= IOT_PORT_WELL_KNOWN);
		assert_true(i == 0 || listed[i] > listed[i - 1]);
		assert_int_equal(rank(&services, listed[i]), 1);
	}
	assert_int_equal(rank(&services, 1023), 0);
	assert_int_equal(rank(&services, 1024), 2);
	assert_int_equal(rank(&services, 32768), 3);
	for (uint32_t port = 0; port <= UINT16_MAX; port++)
		assert_int_equal(!!(iot_port_rank(&services, htobe16((uint16_t)port)) & IOT_RANK_NAMES), iot_may_carry_names(port));
}

static void test_listen_list(void **state)
{
	struct iot_device device = {};

	(void)state;
	assert_false(iot_listens(&device, 50000));
	for (uint16_t port = 50000; port < 50006; port++)
		iot_learn_listen(&device, port);
	assert_false(iot_listens(&device, 50001));
	for (uint16_t port = 50002; port < 50006; port++)
		assert_true(iot_listens(&device, port));
	iot_learn_listen(&device, 50003); /* known: moves to the front, nobody is pushed out */
	for (uint16_t port = 50002; port < 50006; port++)
		assert_true(iot_listens(&device, port));
	assert_int_equal(device.listen[0], 50003);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_ephemeral_ports),
		cmocka_unit_test(test_listed_ports),
		cmocka_unit_test(test_listen_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
