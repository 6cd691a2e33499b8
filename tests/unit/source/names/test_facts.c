// SPDX-License-Identifier: BSD-2-Clause

/* What frames say, and what they only pretend: the seeds of tests/fuzz are the messages. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "tests/fuzz/fuzz_names.c"

#define SEED_MAX 4096

static size_t seed(const char *name, uint8_t bytes[SEED_MAX])
{
	char path[256];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "tests/fuzz/corpus/%s", name);
	f = fopen(path, "rb");
	assert_non_null(f);
	n = fread(bytes, 1, SEED_MAX, f);
	fclose(f);
	return n;
}

static struct name_facts read_seed(const char *name, bool said)
{
	uint8_t bytes[SEED_MAX];
	size_t n = seed(name, bytes);
	struct name_facts facts;

	assert_int_equal(facts_read(bytes, n, &facts), said);
	assert_true(!said || facts_valid(&facts));
	return facts;
}

static void assert_address(const struct name_address *a, uint8_t family, uint8_t first, uint8_t last)
{
	assert_int_equal(a->family, family);
	assert_int_equal(a->bytes[0], first);
	assert_int_equal(a->bytes[family == AF_INET ? 3 : 15], last);
}

static void test_dhcp(void **state)
{
	static const uint8_t asked[] = {1, 3, 6, 15, 12};
	struct name_facts f = read_seed("names/dhcp-discover", true);

	(void)state;
	assert_int_equal(f.mac, DEVICE);
	assert_string_equal(f.name, "kitchen-lamp");
	assert_string_equal(f.vendor_class, "udhcp 1.24.2");
	assert_int_equal(f.parameter_count, sizeof(asked));
	assert_memory_equal(f.parameters, asked, sizeof(asked));
	assert_int_equal(f.address_count, 0);
	f = read_seed("names/dhcp-request", true);
	assert_address(&f.addresses[0], AF_INET, 192, 7);
	f = read_seed("names/dhcp-renewal", true);
	assert_string_equal(f.name, "Küche");
	assert_address(&f.addresses[0], AF_INET, 192, 7);
	f = read_seed("names/dhcp-ack", true);
	assert_int_equal(f.mac, DEVICE);
	assert_string_equal(f.name, "");
	assert_address(&f.addresses[0], AF_INET, 192, 7);
}

/* A client speaks for itself, and a server for whom it answers. */
static void test_dhcp_of_others(void **state)
{
	uint8_t bytes[SEED_MAX];
	size_t n = seed("names/dhcp-discover", bytes);
	struct name_facts f;

	(void)state;
	bytes[11] ^= 2;
	assert_false(facts_read(bytes, n, &f));
	n = seed("names/dhcp-ack", bytes);
	memcpy(bytes, "\2\0\0\0\0\7", 6);
	assert_false(facts_read(bytes, n, &f));
	memcpy(bytes, "\2\0\x5e\x10\0\1", 6);
	assert_true(facts_read(bytes, n, &f));
}

static void test_mdns(void **state)
{
	struct name_facts f = read_seed("names/mdns-address", true);

	(void)state;
	assert_string_equal(f.name, "kitchen-lamp");
	assert_address(&f.addresses[0], AF_INET, 192, 7);
	f = read_seed("names/mdns6-address", true);
	assert_string_equal(f.name, "kitchen-lamp");
	f = read_seed("names/mdns-service", true);
	assert_string_equal(f.name, "kitchen-lamp");
	assert_string_equal(f.instance, "Kitchen lamp");
	f = read_seed("names/mdns-info", true);
	assert_string_equal(f.model, "J105aAP");
	assert_string_equal(f.name, "");
	f = read_seed("names/mdns-reverse", true);
	assert_string_equal(f.name, "kitchen-lamp");
	f = read_seed("names/mdns-probe", true);
	assert_string_equal(f.name, "kitchen-lamp");
	assert_string_equal(read_seed("names/mdns-loop", true).name, "");
	assert_string_equal(read_seed("names/mdns-deep", true).name, "");
}

static size_t put_record(uint8_t *p, const char *host, const uint8_t ip[4])
{
	size_t n = strlen(host), at = 0;

	p[at++] = (uint8_t)n;
	memcpy(p + at, host, n);
	memcpy(p + at + n, "\5local\0\0\1\x80\1\0\0\0\x78\0\4", 17);
	memcpy(p + at + n + 17, ip, 4);
	return at + n + 21;
}

/* Of several hosts the one at the frame's source is meant; what a query has heard from others is not said. */
static void test_mdns_of_others(void **state)
{
	const struct facts_frame frame = {.src = DEVICE, .source = {AF_INET, {192, 0, 2, 7}}};
	uint8_t m[256] = {0, 0, 0x84, 0, 0, 0, 0, 2};
	size_t n = 12;
	struct name_facts f = {.mac = DEVICE};

	(void)state;
	n += put_record(m + n, "other", (const uint8_t[]){192, 0, 2, 9});
	n += put_record(m + n, "mine", (const uint8_t[]){192, 0, 2, 7});
	assert_true(facts_mdns(&frame, (struct bytes){m, n}, &f));
	assert_string_equal(f.name, "mine");
	m[2] = 0;
	f = (struct name_facts){.mac = DEVICE};
	facts_mdns(&frame, (struct bytes){m, n}, &f);
	assert_string_equal(f.name, "");
}

static void test_neighbours(void **state)
{
	struct name_facts f = read_seed("names/arp", true);
	uint8_t bytes[SEED_MAX];
	size_t n;

	(void)state;
	assert_address(&f.addresses[0], AF_INET, 192, 7);
	f = read_seed("names/nd-solicit", true);
	assert_address(&f.addresses[0], AF_INET6, 0xfe, 7);
	f = read_seed("names/hop-advertise", true);
	assert_address(&f.addresses[0], AF_INET6, 0xfe, 7);
	assert_int_equal(f.address_count, 1);
	n = seed("names/arp", bytes);
	bytes[14 + 13] ^= 1; /* of somebody else */
	assert_false(facts_read(bytes, n, &f));
	n = seed("names/nd-solicit", bytes);
	bytes[14 + 7] = 64; /* forwarded */
	assert_false(facts_read(bytes, n, &f));
}

static void expect_text(const char *bytes, size_t n, const char *text)
{
	char out[FACT_TEXT];

	facts_text(out, bytes, n);
	assert_string_equal(out, text);
}

static void test_text(void **state)
{
	char lots[200];

	(void)state;
	expect_text("lamp\0\0", 6, "lamp");
	expect_text("a\033[2Jb", 6, "a?[2Jb");
	expect_text("a\xff\xfe b ", 6, "a?? b");
	expect_text("x\xe2\x80\xaey", 5, "x?y"); /* right-to-left override */
	expect_text("K\xc3\xbc" "che", 6, "Küche");
	memset(lots, ' ', sizeof(lots));
	lots[0] = lots[sizeof(lots) - 1] = 'a';
	expect_text(lots, sizeof(lots), "a"); /* no blanks at the end, where that is cut off either */
	memset(lots, 'a', sizeof(lots));
	lots[FACT_TEXT - 2] = '\xc3';
	lots[FACT_TEXT - 1] = '\xbc';
	facts_text(lots, lots, sizeof(lots));
	assert_int_equal(strlen(lots), FACT_TEXT - 2); /* no half of a character */
}

static void test_leases(void **state)
{
	static const char *const forms[] = {"leases/dnsmasq", "leases/kea", "leases/networkd"};

	(void)state;
	for (int form = 0; form < 3; form++) {
		uint8_t bytes[SEED_MAX];
		size_t n = seed(forms[form], bytes);
		struct leases l = {.form = (enum leases_form)form, .text = (char *)bytes + 1, .size = n - 1};
		struct lease lease;

		assert_true(leases_next(&l, &lease));
		assert_int_equal(lease.mac, DEVICE);
		assert_string_equal(lease.name, "kitchen-lamp");
		assert_address(&lease.address, AF_INET, 192, 7);
		if (form == LEASES_DNSMASQ) {
			assert_true(leases_next(&l, &lease));
			assert_string_equal(lease.name, "");
		}
		assert_false(leases_next(&l, &lease));
	}
}

/* Every seed, cut at every byte and with every byte changed. */
static void replay(int (*target)(const uint8_t *, size_t), const char *name)
{
	uint8_t bytes[SEED_MAX];
	size_t n = seed(name, bytes);

	for (size_t i = 0; i <= n; i++)
		target(bytes, i);
	for (size_t i = 0; i < n; i++) {
		uint8_t was = bytes[i];

		for (int k = 0; k < 256; k += i < 64 ? 1 : 37) {
			bytes[i] = (uint8_t)k;
			target(bytes, n);
		}
		bytes[i] = was;
	}
}

static void test_seeds(void **state)
{
	(void)state;
	replay(fuzz_names, "names/dhcp-request");
	replay(fuzz_names, "names/mdns-service");
	replay(fuzz_names, "names/mdns6-info");
	replay(fuzz_names, "names/hop-advertise");
	replay(fuzz_names, "names/arp");
	replay(fuzz_mdns, "mdns/address");
	replay(fuzz_mdns, "mdns/loop");
	replay(fuzz_mdns, "mdns/deep");
	replay(fuzz_dhcp, "dhcp/ack");
	replay(fuzz_arp, "arp/request");
	replay(fuzz_nd, "nd/advertise");
	replay(fuzz_leases, "leases/dnsmasq");
	replay(fuzz_leases, "leases/kea");
	replay(fuzz_leases, "leases/networkd");
	replay(fuzz_vendors, "vendors/text");
	replay(fuzz_vendors, "vendors/list");
}

/* What a parser that was taken over might say is not believed. */
static void test_valid(void **state)
{
	const struct name_facts good = { .mac = DEVICE, .protocol = FACTS_DHCP, .name = "lamp", .address_count = 1, .addresses = { { AF_INET, { 192, 0, 2, 7 } } } };
	struct name_facts f = good;

	(void)state;
	assert_true(facts_valid(&f));
	f.address_count = FACT_ADDRESSES + 1;
	assert_false(facts_valid(&f));
	f = good;
	f.addresses[0].bytes[0] = 127;
	assert_false(facts_valid(&f));
	f = good;
	f.mac = MAC_BROADCAST;
	assert_false(facts_valid(&f));
	f = good;
	f.protocol = FACTS_PROTOCOLS;
	assert_false(facts_valid(&f));
	f = good;
	memset(f.name, 'x', sizeof(f.name));
	assert_false(facts_valid(&f));
	f = good;
	strcpy(f.model, "a\033b");
	assert_false(facts_valid(&f));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_dhcp),	   cmocka_unit_test(test_dhcp_of_others), cmocka_unit_test(test_mdns),
		cmocka_unit_test(test_mdns_of_others), cmocka_unit_test(test_neighbours),	  cmocka_unit_test(test_text),
		cmocka_unit_test(test_leases),	   cmocka_unit_test(test_seeds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
