/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/cmd/train_export.h"
#include "agent/cmd/train_run.h"
#include "agent/history/packets_file.h"
#include "tests/lib/scratch.h"

struct fixture {
	char directory[SCRATCH_SIZE], out[96];
	struct store store;
	char manifest[4096];
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char command[128];

	scratch_make(f->directory);
	snprintf(f->out, sizeof(f->out), "%s/out", f->directory);
	snprintf(command, sizeof(command), "mkdir %s", f->out);
	assert_int_equal(system(command), 0);
	assert_int_equal(store_open(&f->store, f->directory, false), 0);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	store_close(&f->store);
	scratch_remove(f->directory);
	free(f);
	return 0;
}

/* One packet a second, from second `from` on. */
static struct label_evidence seconds(int64_t from, size_t n)
{
	static struct iot_packet packets[200];

	for (uint32_t i = 0; i < 200; i++)
		packets[i] = (struct iot_packet){ .ms = i * 1000, .length = (uint16_t)(from + i) };
	return (struct label_evidence){ .start_us = from * 1000000, .packets = packets, .count = n };
}

static void add_type(struct fixture *f, uint64_t mac, const char *type, int64_t from, size_t n)
{
	struct label_evidence e = seconds(from, n);
	struct label l = { .mac = mac };
	char previous[LABEL_NAME_MAX + 1];

	snprintf(l.type, sizeof(l.type), "%s", type);
	assert_int_equal(labels_set_type(&f->store, &l, &e, previous), 0);
}

static void add_function(struct fixture *f, uint64_t mac, const char *type, const char *function, int64_t from, size_t n)
{
	struct label_evidence e = seconds(from, n);
	struct label l = { .mac = mac, .from_us = from * 1000000, .to_us = (from + (int64_t)n - 1) * 1000000 };

	snprintf(l.type, sizeof(l.type), "%s", type);
	snprintf(l.function, sizeof(l.function), "%s", function);
	assert_int_equal(labels_add_function(&f->store, &l, &e), 0);
}

static int export(struct fixture *f, struct train_export *done)
{
	char path[128];
	int r = train_export(&f->store, f->out, done);
	FILE *file;

	snprintf(path, sizeof(path), "%s/" TRAIN_MANIFEST, f->out);
	file = fopen(path, "r");
	if (file) {
		f->manifest[fread(f->manifest, 1, sizeof(f->manifest) - 1, file)] = '\0';
		fclose(file);
	}
	return r;
}

static size_t packets_in(const struct fixture *f, const char *name, unsigned int first)
{
	struct iot_packet *packets;
	char path[128];
	size_t count;

	snprintf(path, sizeof(path), "%s/%s", f->out, name);
	assert_int_equal(packets_file_read(path, &packets, &count), 0);
	assert_int_equal(packets[0].length, first);
	free(packets);
	return count;
}

static void functions_are_cut_out_of_samples(void **state)
{
	struct fixture *f = *state;
	struct train_export done;

	add_type(f, 1, "plug", 1000, 100);
	add_function(f, 1, "plug", "on", 1020, 30);
	add_function(f, 1, "plug", "on", 1098, 30);
	assert_int_equal(export(f, &done), 0);
	assert_string_equal(f->manifest, TRAIN_MANIFEST_HEADER "\n"
							       "0.iotp,00:00:00:00:00:01,plug,,,,sample-1\n"
							       "1.iotp,00:00:00:00:00:01,plug,,,,sample-1\n"
							       "2.iotp,00:00:00:00:00:01,plug,on,,30,label-2\n"
							       "3.iotp,00:00:00:00:00:01,plug,on,,30,label-3\n");
	assert_int_equal(packets_in(f, "0.iotp", 1000), 20);
	assert_int_equal(packets_in(f, "1.iotp", 1050), 48);
	assert_int_equal(packets_in(f, "2.iotp", 1020), 30);
	assert_int_equal(done.devices, 1);
	assert_int_equal(done.functions, 1);
	assert_int_equal(done.packets, 128);
}

static void what_is_lonely_is_left_out_or_cut(void **state)
{
	struct fixture *f = *state;
	struct train_export done;

	add_type(f, 1, "plug, \"big\"", 1000, 100);
	add_type(f, 2, "lamp", 1000, 20);
	add_type(f, 3, "hub", 1000, 50);
	add_function(f, 3, "hub", "pair", 2000, 20);
	assert_int_equal(export(f, &done), 0);
	assert_string_equal(f->manifest, TRAIN_MANIFEST_HEADER "\n"
							       "0.iotp,00:00:00:00:00:01,\"plug, \"\"big\"\"\",,,,sample-1\n"
							       "1.iotp,00:00:00:00:00:03,hub,,,,sample-3\n"
							       "2.iotp,00:00:00:00:00:03,hub,,,,label-4\n"
							       "3.iotp,00:00:00:00:00:01,\"plug, \"\"big\"\"\",,,,sample-1-later\n");
	assert_int_equal(done.devices, 2);
	assert_int_equal(done.functions, 0);
}

static void a_device_needs_a_type(void **state)
{
	struct fixture *f = *state;
	struct train_export done;

	add_function(f, 1, "", "on", 1000, 20);
	add_function(f, 1, "", "on", 2000, 20);
	assert_int_equal(export(f, &done), -ENODATA);
}

static void the_owner_renames_old_evidence_too(void **state)
{
	struct fixture *f = *state;
	struct train_export done;

	add_function(f, 1, "taken for a hub", "on", 1000, 20);
	add_function(f, 1, "taken for a hub", "on", 2000, 20);
	add_type(f, 1, "plug", 3000, 20);
	assert_int_equal(export(f, &done), 0);
	assert_null(strstr(f->manifest, "hub"));
	assert_non_null(strstr(f->manifest, "plug,on"));
}

static void captures_are_added_with_their_root(void **state)
{
	struct fixture *f = *state;
	char path[128], line[256];
	struct train_export done;
	FILE *file;

	add_function(f, 1, "lamp", "on", 2000, 20);
	add_function(f, 1, "lamp", "on", 3000, 20);
	assert_int_equal(export(f, &done), 0);
	snprintf(path, sizeof(path), "%s/more.csv", f->directory);
	file = fopen(path, "w");
	fputs(TRAIN_MANIFEST_HEADER "\r\na.pcap,00:00:00:00:00:02,hub,,,,\r\n\"b,c.pcap\",00:00:00:00:00:02,hub,,,,\r\n", file);
	fclose(file);
	assert_int_equal(train_add_captures(f->out, path, NULL), 0);
	snprintf(path, sizeof(path), "%s/" TRAIN_MANIFEST, f->out);
	file = fopen(path, "r");
	f->manifest[fread(f->manifest, 1, sizeof(f->manifest) - 1, file)] = '\0';
	fclose(file);
	snprintf(line, sizeof(line), "%s/out/0.iotp,00:00:00:00:00:01,lamp,on,", f->directory);
	assert_non_null(strstr(f->manifest, line));
	snprintf(line, sizeof(line), "\n%s/a.pcap,00:00:00:00:00:02,hub,,,,\n\"%s/b,c.pcap\",", f->directory, f->directory);
	assert_non_null(strstr(f->manifest, line));
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(functions_are_cut_out_of_samples),
		TEST(what_is_lonely_is_left_out_or_cut),
		TEST(a_device_needs_a_type),
		TEST(the_owner_renames_old_evidence_too),
		TEST(captures_are_added_with_their_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
