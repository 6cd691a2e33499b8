/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "agent/history/names_dataset.h"

#define ONE 0x020000000001
#define TWO 0x020000000002
#define OTHER 0x020000000003

static void add(struct dataset *ds, uint64_t mac, uint32_t proto, uint32_t at, uint64_t packets)
{
	struct dataset_device *d = dataset_device(ds, mac);
	struct dataset_flow *f;

	assert_non_null(d);
	f = dataset_flow(d, 5, proto);
	assert_non_null(f);
	assert_int_equal(dataset_add_second(ds, f, at, packets, 100 * packets), 0);
	assert_int_equal(dataset_add_traffic(ds, d, &(struct dataset_traffic){ .at = at, .tx_packets = (uint32_t)packets }), 0);
}

static struct dataset *make(void)
{
	struct dataset *ds = dataset_new();

	assert_non_null(ds);
	assert_int_equal(dataset_set_span(ds, 1000, 2000), 0);
	add(ds, ONE, 53, 10, 1);
	add(ds, ONE, 123, 20, 2);
	add(ds, TWO, 53, 10, 3);
	add(ds, TWO, 53, 5, 4);
	add(ds, TWO, 1883, 7, 5);
	add(ds, OTHER, 53, 10, 6);
	dataset_finish(ds);
	return ds;
}

static void check_joined(const struct dataset *ds, uint64_t mac)
{
	struct dataset_device *d = dataset_find(ds, mac);
	struct dataset_totals sent;

	assert_int_equal(ds->count, 2);
	assert_non_null(d);
	assert_int_equal(d->flow_count, 3);
	assert_int_equal(d->flows[0].count, 2);
	assert_int_equal(d->flows[0].seconds[0].at, 5);
	assert_int_equal(d->flows[0].seconds[1].packets, 4);
	dataset_device_totals(d, &sent, NULL);
	assert_int_equal(sent.packets, 15);
}

static void test_join(void **state)
{
	struct dataset *ds = make();
	struct names *names = NULL;
	uint64_t macs[4];

	(void)state;
	assert_int_equal(names_new(&names), 0);
	assert_int_equal(names_join(names, ds), 0);
	assert_int_equal(ds->count, 3);
	assert_int_equal(names_merge(names, TWO, ONE), 0);
	assert_int_equal(names_joined(names, ONE, macs, 4), 2);
	assert_int_equal(macs[0], ONE);
	assert_int_equal(macs[1], TWO);
	assert_int_equal(names_join(names, ds), 0);
	check_joined(ds, ONE);
	dataset_free(ds);
	names_free(names);
}

/* The device that it belongs to did nothing in this time. */
static void test_absent(void **state)
{
	struct dataset *ds = make();
	struct names *names = NULL;

	(void)state;
	assert_int_equal(names_new(&names), 0);
	assert_int_equal(names_merge(names, ONE, 0x02000000000a), 0);
	assert_int_equal(names_merge(names, TWO, 0x02000000000a), 0);
	assert_int_equal(names_join(names, ds), 0);
	check_joined(ds, 0x02000000000a);
	dataset_free(ds);
	names_free(names);
}

static void test_names(void **state)
{
	struct dataset *ds = make();
	struct names *names = NULL;

	(void)state;
	assert_int_equal(names_new(&names), 0);
	assert_int_equal(names_set_owner(names, ONE, "kitchen"), 0);
	names_fill(names, ds);
	assert_string_equal(dataset_find(ds, ONE)->name, "kitchen");
	assert_string_equal(dataset_find(ds, TWO)->name, "");
	dataset_free(ds);
	names_free(names);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_join), cmocka_unit_test(test_absent), cmocka_unit_test(test_names) };

	return cmocka_run_group_tests_name("names_dataset", tests, NULL, NULL);
}
