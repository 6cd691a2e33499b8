// SPDX-License-Identifier: BSD-2-Clause

/* Names by source, addresses by age, merged addresses, and all of it over a restart. */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/base/log.h"
#include "agent/history/names_internal.h"

#define A UINT64_C(0x10d561246e01)
#define B UINT64_C(0x5a005e100002)
#define C UINT64_C(0x5a005e100003)

static char directory[] = "/tmp/iotbpf-names-XXXXXX";

static struct names *fresh(void)
{
	struct names *n = NULL;

	assert_int_equal(names_new(&n), 0);
	names_device(n, A);
	names_device(n, B);
	return n;
}

static void said(struct names *n, uint64_t mac, uint8_t protocol, const char *name, const char *instance)
{
	struct name_facts f = {.mac = mac, .protocol = protocol};

	strcpy(f.name, name);
	strcpy(f.instance, instance);
	names_take(n, &f);
}

static void assert_name(const struct names *n, uint64_t mac, const char *name, enum name_source source)
{
	const struct name_entry *e = names_find(n, mac);

	assert_non_null(e);
	assert_string_equal(e->name, name);
	assert_int_equal(e->source, source);
}

static void test_drop(void **state)
{
	_cleanup_(names_free_p) struct names *n = fresh();

	(void)state;
	assert_int_equal(names_set_owner(n, A, "diary"), 0);
	names_drop(n, A);
	names_drop(n, C);
	assert_null(names_find(n, A));
	assert_non_null(names_find(n, B));
	assert_int_equal(names_known(n), 1);
	names_device(n, A);
	assert_int_not_equal(names_find(n, A)->source, NAME_OWNER);
}

static void test_sources_in_order(void **state)
{
	_cleanup_(names_free_p) struct names *n = fresh();
	const struct lease lease = {.mac = B, .name = "leased", .address = {AF_INET, {192, 0, 2, 9}}};

	(void)state;
	assert_name(n, B, "", NAME_NONE);
	assert_true(names_find(n, B)->randomized);
	assert_string_equal(names_find(n, B)->vendor, "");
	said(n, B, FACTS_MDNS, "", "Kitchen lamp");
	assert_name(n, B, "Kitchen lamp", NAME_MDNS);
	said(n, B, FACTS_MDNS, "lamp-1", "");
	assert_name(n, B, "lamp-1", NAME_MDNS);
	names_take_lease(n, &lease);
	assert_name(n, B, "leased", NAME_LEASE);
	said(n, B, FACTS_DHCP, "by-dhcp", "");
	assert_name(n, B, "by-dhcp", NAME_DHCP);
	assert_int_equal(names_set_owner(n, B, "mine"), 0);
	assert_name(n, B, "mine", NAME_OWNER);
	said(n, B, FACTS_DHCP, "another", "");
	assert_name(n, B, "mine", NAME_OWNER);
	assert_int_equal(names_set_owner(n, B, ""), 0);
	assert_name(n, B, "another", NAME_DHCP);
	assert_int_equal(names_set_owner(n, B, "tab\there"), -EINVAL);
	assert_int_equal(names_set_owner(n, B, "0123456789012345678901234567890123456789012345678901234567890123"), -EINVAL);
	assert_null(names_find(n, C));
	said(n, C, FACTS_DHCP, "stranger", "");
	assert_null(names_find(n, C));
}

/* The vendor's short form and the last three bytes. */
static void test_vendor(void **state)
{
	static const char *const vendors[][2] = {
		{"Tuya Smart Inc.", "Tuya Smart 24:6e:01"},
		{"TP-LINK TECHNOLOGIES CO.,LTD.", "TP-LINK TECHNOLOGIES 24:6e:01"},
		{"Espressif", "Espressif 24:6e:01"},
		{"Co Ltd", "Co 24:6e:01"},
		{"The makers with a name that has no end at all", "The makers with a name 24:6e:01"},
		{"Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "Aaaaaaaaaaaaaaaaaaaaaaaa 24:6e:01"},
		{"\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbcx\xc3\xbc\xc3\xbc",
		 "\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbcx 24:6e:01"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(vendors) / sizeof(vendors[0]); i++) {
		struct name_record r = {.mac = A};

		strcpy(r.entry.vendor, vendors[i][0]);
		names_resolve(&r);
		assert_string_equal(r.entry.name, vendors[i][1]);
		assert_int_equal(r.entry.source, NAME_VENDOR);
	}
}

static void has(struct names *n, uint64_t mac, uint8_t family, uint8_t last)
{
	struct name_address a = {.family = family, .bytes = {192, 0, 2, last}};

	names_take_address(n, mac, &a);
}

static void test_addresses(void **state)
{
	_cleanup_(names_free_p) struct names *n = fresh();
	const struct name_entry *e = names_find(n, A);

	(void)state;
	has(n, A, AF_INET, 1);
	has(n, A, AF_INET, 2);
	assert_int_equal(e->address_count, 2);
	assert_int_equal(e->addresses[0].bytes[3], 2);
	has(n, A, AF_INET, 1);
	assert_int_equal(e->address_count, 2);
	assert_int_equal(e->addresses[0].bytes[3], 1);
	has(n, B, AF_INET, 1); /* now another's */
	assert_int_equal(e->address_count, 1);
	for (uint8_t i = 10; i < 30; i++)
		has(n, A, AF_INET6, i);
	assert_int_equal(e->address_count, NAME_ADDRESSES);
	assert_int_equal(e->addresses[0].bytes[3], 29);
	assert_int_equal(e->addresses[NAME_ADDRESSES - 1].family, AF_INET); /* the only one of its kind stays */
}

static void test_merge(void **state)
{
	_cleanup_(names_free_p) struct names *n = fresh();

	(void)state;
	assert_int_equal(names_merge(n, B, B), -EINVAL);
	assert_int_equal(names_merge(n, B, 0), -ENOENT);
	assert_int_equal(names_merge(n, C, B), 0);
	assert_int_equal(names_merge(n, B, A), 0);
	assert_int_equal(names_find(n, B)->merged_into, A);
	assert_int_equal(names_find(n, C)->merged_into, A); /* what followed B */
	assert_int_equal(names_merge(n, A, C), -EINVAL);    /* a circle */
	assert_int_equal(names_merge(n, C, 0), 0);
	assert_int_equal(names_find(n, C)->merged_into, 0);
}

static void test_store(void **state)
{
	struct store store;
	struct name_evidence evidence;
	struct name_facts f = {.mac = B, .protocol = FACTS_DHCP, .vendor_class = "udhcp", .parameters = {1, 3}, .parameter_count = 2};
	struct names *n = fresh();

	(void)state;
	assert_int_equal(store_open(&store, directory, false), 0);
	names_take(n, &f);
	said(n, B, FACTS_MDNS, "lamp", "Kitchen");
	has(n, B, AF_INET, 7);
	assert_int_equal(names_set_owner(n, A, "K\xc3\xbc" "che"), 0);
	assert_int_equal(names_merge(n, C, B), 0);
	assert_int_equal(names_save(n, &store), 0);
	assert_int_equal(names_counts(n).unsaved, 0);
	names_free(n);
	n = fresh();
	assert_int_equal(names_load(n, &store), 0);
	assert_name(n, A, "K\xc3\xbc" "che", NAME_OWNER);
	assert_name(n, B, "lamp", NAME_MDNS);
	assert_int_equal(names_find(n, B)->addresses[0].bytes[3], 7);
	assert_int_equal(names_find(n, C)->merged_into, B);
	assert_true(names_evidence(n, B, &evidence));
	assert_string_equal(evidence.vendor_class, "udhcp");
	assert_string_equal(evidence.instance, "Kitchen");
	assert_int_equal(evidence.parameter_count, 2);
	assert_int_equal(names_counts(n).unsaved, 0);
	names_free(n);
	store_close(&store);
}

/* Rows that another program made: nothing in them is believed. */
static void test_strange_rows(void **state)
{
	struct store store;
	struct names *n = fresh();

	(void)state;
	assert_int_equal(store_open(&store, directory, false), 0);
	assert_int_equal(store_run(&store,
				   "INSERT OR REPLACE INTO name (mac, owner, parameters, addresses, merged_into, seen_us) VALUES "
				   "(99, 'a' || char(27) || 'b', zeroblob(500), zeroblob(1000), 99, 0), (-1, 'x', NULL, NULL, -1, 0)",
				   NULL, 0),
			 0);
	assert_int_equal(names_load(n, &store), 0);
	assert_name(n, 99, "a?b", NAME_OWNER);
	assert_int_equal(names_find(n, 99)->address_count, 0);
	assert_int_equal(names_find(n, 99)->merged_into, 0);
	names_free(n);
	store_close(&store);
}

/* A flood of made-up addresses: what the owner named stays. */
static void test_flood(void **state)
{
	_cleanup_(names_free_p) struct names *n = fresh();

	(void)state;
	assert_int_equal(names_set_owner(n, A, "mine"), 0);
	for (uint64_t i = 0; i < 3 * NAMES_MAX; i++)
		assert_non_null(names_touch(n, UINT64_C(0x060000000000) + i * 7919 % 65536));
	assert_int_equal(names_counts(n).known, NAMES_MAX);
	assert_true(names_counts(n).forgotten > 0);
	assert_name(n, A, "mine", NAME_OWNER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sources_in_order), cmocka_unit_test(test_vendor), cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_merge),		 cmocka_unit_test(test_store),	cmocka_unit_test(test_strange_rows),
		cmocka_unit_test(test_flood),		 cmocka_unit_test(test_drop),
	};
	char command[64];
	int failed;

	log_set_level(LOG_LEVEL_ERROR);
	if (!mkdtemp(directory))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	snprintf(command, sizeof(command), "rm -rf %s", directory);
	return failed || system(command) != 0;
}
