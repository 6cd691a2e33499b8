/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/base/clock.h"
#include "agent/cmd/command.h"
#include "agent/history/archive.h"
#include "agent/history/imported.h"
#include "agent/history/labels.h"
#include "agent/history/names.h"
#include "tests/lib/scratch.h"
#include "tests/lib/traffic.h"

/* `iotbpf export` of what the agent has kept. */

#define OFFSET INT64_C(1700000000) /* seconds since 1970 of second 0 of the table's clock */
#define BEGIN UINT32_C(36000)
#define END (BEGIN + 1800)
#define DEVICES 5

static int64_t us_of(uint32_t second)
{
	return (OFFSET + second) * US_PER_SECOND;
}

static void add_labels(struct store *s)
{
	static struct iot_packet packets[100];
	struct label type = { .mac = traffic_mac(1), .type = "Anna's lamp", .made_us = us_of(BEGIN + 50) };
	struct label function = { .mac = traffic_mac(1), .type = "Anna's lamp", .function = "switch on", .from_us = us_of(BEGIN + 100),
				  .to_us = us_of(BEGIN + 140), .made_us = us_of(BEGIN + 150) };
	struct label_evidence sample = { .start_us = us_of(BEGIN + 60), .abi = IOT_ABI, .packets = packets, .count = 100 }, seen = sample;
	char previous[LABEL_NAME_MAX + 1];

	for (uint32_t i = 0; i < 100; i++)
		packets[i] = (struct iot_packet){ .ms = UINT32_MAX - 10000 + i * 1000, .length = (uint16_t)(60 + i), .proto = 6666, .kind = 6 };
	seen.start_us = us_of(BEGIN + 100);
	seen.count = 35;
	assert_int_equal(labels_set_type(s, &type, &sample, previous), 0);
	assert_int_equal(labels_add_function(s, &function, &seen), 0);
}

static void add_name(struct store *s)
{
	struct names *names;

	assert_int_equal(names_new(&names), 0);
	names_device(names, traffic_mac(1));
	assert_int_equal(names_set_owner(names, traffic_mac(1), "living room"), 0);
	assert_int_equal(names_save(names, s), 0);
	names_free(names);
}

/* Half an hour of a household in the store at @path. */
static void make_state(const char *path, struct traffic *t)
{
	const struct archive_limits limits = { 0 };
	struct archive a;
	struct store s;

	traffic_init(t, DEVICES, 0);
	assert_int_equal(store_open(&s, path, false), 0);
	assert_int_equal(archive_open(&a, &s, &limits, us_of(BEGIN)), 0);
	for (uint32_t second = BEGIN; second < END; second++)
		traffic_second(t, second);
	assert_int_equal(archive_write(&a, t->record, OFFSET, us_of(END)), 0);
	add_labels(&s);
	add_name(&s);
	store_close(&s);
}

/* Words of a command line after "export --state PATH -q -o OUT". */
static int export(const char *path, const char *out, const char *words)
{
	static char copy[256];
	char *argv[32] = { (char *)"export", (char *)"--state", (char *)path, (char *)"-q", (char *)"-o", (char *)out };
	int argc = 6;

	snprintf(copy, sizeof(copy), "%s", words);
	for (char *save, *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save))
		argv[argc++] = word;
	return cmd_export(argc, argv);
}

static struct imported *export_import(const char *path, const char *words)
{
	struct imported *i = NULL;
	char out[128];

	snprintf(out, sizeof(out), "%s/out.ndjson", path);
	assert_int_equal(export(path, out, words), EX_OK);
	assert_int_equal(imported_read(out, &i), 0);
	return i;
}

static void test_all_comes_out(void **state)
{
	struct traffic t;
	struct imported *i;
	const struct dataset_device *d;

	make_state(*state, &t);
	i = export_import(*state, "--identities");
	assert_int_equal(i->dataset->count, DEVICES);
	d = dataset_find(i->dataset, traffic_mac(1));
	assert_string_equal(d->name, "living room");
	assert_int_equal(i->label_count, 2);
	assert_int_equal(i->labels[0].packets, 100);
	assert_int_equal(i->window_count, 4);
	/* The first sample has packets 0 to 29 after second 60; the third, seconds 120 to 149, is not all in the function. */
	assert_int_equal(i->windows[0].time_us, us_of(BEGIN + 60));
	assert_int_equal(i->windows[1].end_us, us_of(BEGIN + 60 + 59));
	assert_string_equal(i->windows[0].function, "");
	assert_string_equal(i->windows[2].function, "");
	assert_string_equal(i->windows[3].function, "switch on");
	assert_string_equal(i->windows[3].type, "Anna's lamp");
	i->dataset->from_s -= OFFSET;
	i->dataset->to_s -= OFFSET;
	traffic_check(&t, i->dataset, BEGIN, END);
	imported_free(i);
	traffic_free(&t);
}

static void test_part_comes_out(void **state)
{
	struct traffic t;
	struct imported *i;

	make_state(*state, &t);
	i = export_import(*state, "--identities --since 10m");
	assert_int_equal(i->dataset->to_s - i->dataset->from_s, 600);
	assert_int_equal(i->window_count, 0);
	assert_int_equal(i->label_count, 1);
	i->dataset->from_s -= OFFSET;
	i->dataset->to_s -= OFFSET;
	traffic_check(&t, i->dataset, END - 600, END);
	imported_free(i);
	i = export_import(*state, "--identities --device 02:aa:bb:00:00:03");
	assert_int_equal(i->dataset->count, 1);
	assert_int_equal(i->label_count, 0);
	imported_free(i);
	traffic_free(&t);
}

static void test_private(void **state)
{
	static const char *const secrets[] = { "02:aa:bb", "02aabb", "Anna", "lamp", "switch on", "living" };
	struct traffic t;
	struct imported *i;
	char path[128], text[1 << 16];
	FILE *f;

	make_state(*state, &t);
	i = export_import(*state, "");
	assert_true(i->head.private_);
	assert_int_equal(i->dataset->count, DEVICES);
	assert_int_equal(i->window_count, 4);
	imported_free(i);
	snprintf(path, sizeof(path), "%s/out.ndjson", (const char *)*state);
	f = fopen(path, "r");
	while (fgets(text, sizeof(text), f))
		for (size_t k = 0; k < sizeof(secrets) / sizeof(secrets[0]); k++)
			if (strstr(text, secrets[k]))
				fail_msg("'%s' leaves: %s", secrets[k], text);
	fclose(f);
	traffic_free(&t);
}

/* `iotbpf forget` by a name; what is exported then is what the others did. */
static void test_forget(void **state)
{
	char *argv[] = { (char *)"forget", (char *)"--yes",    (char *)"--state",     (char *)*state,
			 (char *)"--socket", (char *)"/nonexistent", (char *)"living", NULL };
	char *again[8];
	struct traffic t;
	struct imported *i;

	memcpy(again, argv, sizeof(argv));
	make_state(*state, &t);
	assert_int_equal(cmd_forget(7, argv), EX_OK);
	i = export_import(*state, "--identities");
	assert_int_equal(i->dataset->count, DEVICES - 1);
	assert_null(dataset_find(i->dataset, traffic_mac(1)));
	assert_int_equal(i->label_count, 0);
	assert_int_equal(i->window_count, 0);
	imported_free(i);
	assert_int_equal(cmd_forget(7, again), EX_NOINPUT);
	traffic_free(&t);
}

static void test_nothing_there(void **state)
{
	char out[128];
	int saved = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY), code;

	snprintf(out, sizeof(out), "%s/out.ndjson", (const char *)*state);
	dup2(null, STDERR_FILENO);
	code = export(*state, out, "");
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(null);
	assert_int_equal(code, EX_NOINPUT);
	assert_int_equal(access(out, F_OK), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_all_comes_out, scratch_set_up, scratch_tear_down),
		cmocka_unit_test_setup_teardown(test_part_comes_out, scratch_set_up, scratch_tear_down),
		cmocka_unit_test_setup_teardown(test_private, scratch_set_up, scratch_tear_down),
		cmocka_unit_test_setup_teardown(test_forget, scratch_set_up, scratch_tear_down),
		cmocka_unit_test_setup_teardown(test_nothing_there, scratch_set_up, scratch_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
