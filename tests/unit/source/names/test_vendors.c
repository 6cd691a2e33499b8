// SPDX-License-Identifier: BSD-2-Clause

/* Vendors in every form of database, the longest prefix first; and databases that are damaged. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/source/names/vendors_internal.h"

static const char HWDB[] = "# comment\n\nOUI:0050C2*\n ID_OUI_FROM_DATABASE=IEEE Registration Authority\n\n"
			   "OUI:0050C2001*\n ID_OUI_FROM_DATABASE=JMBS Developpements\n\nOUI:10D561*\n ID_OUI_FROM_DATABASE=Tuya Smart Inc.\n"
			   "OUI:8C1F64A*\n ID_OUI_FROM_DATABASE=Twenty-eight\n";
static const char CSV[] = "Registry,Assignment,Organization Name,Organization Address\n"
			  "MA-L,10D561,Tuya Smart Inc.,FLAT/RM\nMA-L,0050C2,IEEE Registration Authority,445 Hoes Lane\n"
			  "MA-L,AABBCC,\"Quoted, Ltd.\",Somewhere\n";
static const char CSV36[] = "Registry,Assignment,Organization Name,Organization Address\r\nMA-S,0050C2001,JMBS Developpements,x\r\n";

static char root[] = "/tmp/iotbpf-vendors-XXXXXX";

static void put(const char *directory, const char *name, const void *bytes, size_t size)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "mkdir -p %s%s", root, directory);
	assert_int_equal(system(path), 0);
	snprintf(path, sizeof(path), "%s%s/%s", root, directory, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, size, f), size);
	fclose(f);
}

static void clear(void)
{
	char command[512];

	snprintf(command, sizeof(command), "rm -rf %s/usr %s/etc %s/lib", root, root, root);
	assert_int_equal(system(command), 0);
}

static void expect(uint64_t mac, const char *name)
{
	_cleanup_(vendors_free_p) struct vendors *v = NULL;
	char out[VENDOR_SIZE];

	assert_int_equal(vendors_open(&v, root), 0);
	assert_int_equal(*vendors_path(v), '/');
	assert_int_equal(vendors_find(v, mac, out), name != NULL);
	assert_string_equal(out, name ? name : "");
}

static void test_nothing_installed(void **state)
{
	struct vendors *v = NULL;

	(void)state;
	clear();
	assert_int_equal(vendors_open(&v, root), -ENOENT);
}

static void test_text_of_hwdb(void **state)
{
	(void)state;
	clear();
	put("/lib/udev/hwdb.d", "20-OUI.hwdb", HWDB, sizeof(HWDB) - 1);
	expect(0x10d561246e01, "Tuya Smart Inc.");
	expect(0x0050c2001123, "JMBS Developpements");
	expect(0x0050c2002123, "IEEE Registration Authority");
	expect(0x8c1f64a00000, "Twenty-eight");
	expect(0x8c1f64b00000, NULL);
	expect(0x12d561246e01, NULL); /* locally administered */
}

static void test_lists(void **state)
{
	(void)state;
	clear();
	put("/usr/share/ieee-data", "oui.csv", CSV, sizeof(CSV) - 1);
	put("/usr/share/ieee-data", "oui36.csv", CSV36, sizeof(CSV36) - 1);
	expect(0x10d561246e01, "Tuya Smart Inc.");
	expect(0x0050c2001123, "JMBS Developpements");
	expect(0x0050c2002123, "IEEE Registration Authority");
	expect(0xaabbcc000000 & ~0x020000000000ULL, NULL);
	expect(0xa8bbcc000000, NULL);
}

/* The database that systemd-hwdb makes of HWDB, where that program is. */
static void test_compiled(void **state)
{
	char command[512];

	(void)state;
	clear();
	put("/usr/lib/udev/hwdb.d", "20-OUI.hwdb", HWDB, sizeof(HWDB) - 1);
	snprintf(command, sizeof(command), "systemd-hwdb update --usr --root=%s >/dev/null 2>&1", root);
	if (system(command) != 0)
		skip();
	expect(0x10d561246e01, "Tuya Smart Inc.");
	expect(0x0050c2001123, "JMBS Developpements");
	expect(0x0050c2002123, "IEEE Registration Authority");
	expect(0x8c1f64a00000, "Twenty-eight");
	expect(0x8c1f64b00000, NULL);
}

/* A database made by hand of one root and one record "OUI:10D561*", and every single byte of it changed: nothing beyond its end is read. */
static void put64(uint8_t *p, uint64_t v)
{
	for (int i = 0; i < 8; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

enum { HEADER = 80, NODE = 24, CHILD = 16, VALUE = 16, ROOT = HEADER, LEAF = ROOT + NODE + CHILD, STRINGS = LEAF + NODE + VALUE };

static size_t make_compiled(uint8_t *b)
{
	static const char strings[] = "\0OUI:10D561\0 ID_OUI_FROM_DATABASE\0Tuya Smart";
	const size_t size = STRINGS + sizeof(strings);
	const uint64_t header[] = { 252, size, HEADER, NODE, CHILD, VALUE, ROOT, STRINGS - HEADER, sizeof(strings) };

	memset(b, 0, size);
	memcpy(b, "KSLPHHRH", 8);
	for (size_t i = 0; i < sizeof(header) / sizeof(header[0]); i++)
		put64(b + 8 + 8 * i, header[i]);
	put64(b + ROOT, STRINGS + 1);
	b[ROOT + 8] = 1;
	b[ROOT + NODE] = '*';
	put64(b + ROOT + NODE + 8, LEAF);
	put64(b + LEAF, STRINGS);
	put64(b + LEAF + 16, 1);
	put64(b + LEAF + NODE, STRINGS + 12);
	put64(b + LEAF + NODE + 8, STRINGS + 12 + sizeof(" ID_OUI_FROM_DATABASE"));
	memcpy(b + STRINGS, strings, sizeof(strings));
	return size;
}

static void test_damaged(void **state)
{
	uint8_t good[512], *bad;
	size_t size = make_compiled(good);
	char out[VENDOR_SIZE];

	(void)state;
	bad = malloc(size); /* a sanitizer sees its end */
	assert_non_null(bad);
	assert_true(vendors_hwdb_valid(&(struct vendors_file){ good, size }));
	assert_true(vendors_hwdb_find(&(struct vendors_file){ good, size }, 0x10d561246e01, out));
	assert_string_equal(out, "Tuya Smart");
	for (size_t i = 0; i < size * 256; i++) {
		const struct vendors_file file = { bad, size };

		memcpy(bad, good, size);
		bad[i / 256] = (uint8_t)i;
		if (vendors_hwdb_valid(&file))
			vendors_hwdb_find(&file, 0x10d561246e01, out);
	}
	free(bad);
}

/* What is no database, or empty, is passed over for what else there is. */
static void test_passed_over(void **state)
{
	static const char garbage[600] = "this is no database";

	(void)state;
	clear();
	put("/usr/lib/udev", "hwdb.bin", garbage, sizeof(garbage));
	put("/lib/udev/hwdb.d", "20-OUI.hwdb", "", 0);
	put("/usr/share/ieee-data", "oui.csv", CSV, strlen(CSV));
	expect(0x10d561246e01, "Tuya Smart Inc.");
	clear();
	put("/usr/lib/udev", "hwdb.bin", garbage, sizeof(garbage));
	test_nothing_installed(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_installed), cmocka_unit_test(test_text_of_hwdb), cmocka_unit_test(test_lists),
		cmocka_unit_test(test_compiled),	  cmocka_unit_test(test_damaged),	  cmocka_unit_test(test_passed_over),
	};
	int failed;

	if (!mkdtemp(root))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	clear();
	rmdir(root);
	return failed;
}
