/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/fuzz/fuzz_rows.c"
#include "tests/lib/scratch.h"

#define FOLDER "tests/fuzz/corpus/rows/"
#define SEED_MAX 65536

static size_t read_seed(const char *name, char text[SEED_MAX])
{
	char path[128];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), FOLDER "%s", name);
	f = fopen(path, "r");
	assert_non_null(f);
	n = fread(text, 1, SEED_MAX - 1, f);
	fclose(f);
	text[n] = '\0';
	return n;
}

/* The result, and what was logged. */
static int read_logged(const char *text, size_t n, char *said, size_t size)
{
	struct imported *imported = NULL;
	int pipes[2], saved = dup(STDERR_FILENO), r;
	ssize_t got;

	assert_int_equal(pipe2(pipes, O_NONBLOCK | O_CLOEXEC), 0);
	dup2(pipes[1], STDERR_FILENO);
	r = imported_read_text("FILE", text, n, &imported);
	dup2(saved, STDERR_FILENO);
	close(saved);
	got = read(pipes[0], said, size - 1);
	said[got > 0 ? got : 0] = '\0';
	close(pipes[0]);
	close(pipes[1]);
	if (r == 0)
		imported_free(imported);
	return r;
}

static void test_reads(void **state)
{
	static char text[SEED_MAX];
	struct imported *i = NULL;
	const struct dataset_device *d;
	size_t n = read_seed("open.ndjson", text);

	(void)state;
	assert_int_equal(imported_read_text("open", text, n, &i), 0);
	assert_false(i->head.private_);
	assert_int_equal(i->dataset->from_s, 1000);
	assert_int_equal(i->dataset->count, 2);
	d = dataset_find(i->dataset, 0x02005e100001);
	assert_non_null(d);
	assert_string_equal(d->name, "Anna\xe2\x80\x99s, \"lamp\"");
	assert_string_equal(d->label, "bulb");
	assert_true(d->owner);
	assert_int_equal(d->flow_count, 2);
	assert_int_equal(d->flows[1].seconds[1].at, 3999);
	assert_true(d->flows[1].periods[0].open);
	assert_int_equal(d->traffic_count, 2);
	assert_int_equal(i->label_count, 2);
	assert_true(label_is_type(&i->labels[0]));
	assert_string_equal(i->labels[1].function, "switch on");
	assert_int_equal(i->window_count, 2);
	assert_true(i->features[1] == 283.9f);
	imported_free(i);
}

static void test_reads_private(void **state)
{
	static char text[SEED_MAX];
	struct imported *i = NULL;
	size_t n = read_seed("private.ndjson", text);

	(void)state;
	assert_int_equal(imported_read_text("private", text, n, &i), 0);
	assert_true(i->dataset->private_);
	assert_string_equal(i->dataset->devices[0].id, "device-00112233445566aa");
	assert_int_equal(i->dataset->devices[0].mac, 0x001122334455);
	imported_free(i);
}

/* One change of the good file, and what must be said of it. */
static const struct {
	const char *from, *to, *says;
} FAULTS[] = {
	{ "\"iotbpf_export\":1", "\"iotbpf_export\":2", "version 2" },
	{ "\"private\":false", "\"private\":0", "FILE:1: head of the export: private" },
	{ "\"private\":false", "\"private\":true", "FILE:2: device: '02:00:5e:10:00:01' is no token" },
	{ "\"to_s\":5000", "\"to_s\":500", "ends before it begins" },
	{ "\"to_s\":5000", "\"to_s\":1e12", "to_s" },
	{ "\"from_s\":1000", "\"from_s\":-1", "from_s" },
	{ "\"kept\":[]", "\"kept\":[\"all\"]", "kept" },
	{ "{\"name\":\"devices\"},", "", "devices and flows" },
	{ "{\"name\":\"series\"}", "{\"name\":\"flows\"}", "there twice" },
	{ "{\"name\":\"series\"}", "{\"name\":\"nothing\"}", "not known" },
	{ "\"names\":[\"packets\",", "\"names\":[\"device\",", "feature's name" },
	{ "\"names\":[\"packets\",", "\"names\":[\"length_mean\",", "feature's name" },
	{ "\"device\":\"02:00:5e:10:00:02\",\"tx", "\"device\":\"02:00:5e:10:00:01\",\"tx", "FILE:3: device: 02:00:5e:10:00:01 does not come after" },
	{ "\"device\":\"02:00:5e:10:00:02\",\"tx", "\"device\":\"02:00:5E:10:00:02\",\"tx", "FILE:3: device" },
	{ "\"source\":\"owner\"", "\"source\":\"nobody\"", "FILE:2: source" },
	{ "\"protocol\":\"arp\",\"layer\"", "\"protocol\":\"rap\",\"layer\"", "FILE:4: protocol: 'rap' is arp" },
	{ "\"number\":2054", "\"number\":70000", "too large" },
	{ "\"active_seconds\":2}", "\"active_seconds\":3}", "table series has 2 packets" },
	{ "\"tx_bytes\":500", "\"tx_bytes\":501", "table traffic" },
	{ "\"protocol\":\"arp\",\"time\"", "\"protocol\":\"udp/7\",\"time\"", "FILE:6: protocol: 'udp/7' is no flow" },
	{ "\"device\":\"02:00:5e:10:00:01\",\"protocol\":\"udp/6666\",\"seconds\"", "\"device\":\"02:00:5e:10:00:02\",\"protocol\":\"udp/6666\",\"seconds\"",
	  "FILE:12: protocol: 'udp/6666' is no flow" },
	{ "\"protocol\":\"udp/6666\",\"time\":\"1970-01-01T01", "\"protocol\":\"arp\",\"time\":\"1970-01-01T01", "FILE:9: protocol: 'arp' is no flow of this device in table flows, or comes" },
	{ "\"time_us\":1000000000", "\"time_us\":1000000001", "FILE:6: time: does not say the same" },
	{ "1970-01-01T00:17:40.000000Z\",\"time_us\":1060000000", "1970-01-01T00:16:40.000000Z\",\"time_us\":1000000000",
	  "FILE:7: time: not after" },
	{ "1970-01-01T01:23:19.000000Z\",\"time_us\":4999000000", "1970-01-01T01:23:20.000000Z\",\"time_us\":5000000000", "FILE:9: time: not" },
	{ "\"packets\":1,\"bytes\":60", "\"packets\":-1,\"bytes\":60", "FILE:6: packets: below 0" },
	{ "\"packets\":1,\"bytes\":60", "\"packets\":1.5,\"bytes\":60", "FILE:6: packets: not a whole number" },
	{ "\"packets\":1,\"bytes\":60", "\"packets\":5000000000,\"bytes\":60", "too many for a second" },
	{ "\"packets\":1,\"bytes\":60", "\"packets\":1,\"bytes\":1e17", "FILE:6: bytes" },
	{ "\"packets\":1,\"bytes\":60", "\"packets\":1,\"packets\":1,\"bytes\":60", "FILE:6: packets: is there twice" },
	{ "\"packets\":1,\"bytes\":60", "\"packets\":1", "FILE:6: bytes: missing" },
	{ "\"packets\":1,\"bytes\":60", "\"packets\":1,\"bits\":60", "FILE:6: bits: table series has no such column" },
	{ "\"seconds\":3.0001", "\"seconds\":0", "FILE:12: seconds" },
	{ "\"open\":true}\n{\"table\":\"f", "\"open\":1}\n{\"table\":\"f", "FILE:12: open" },
	{ "{\"table\":\"traffic\"", "{\"table\":\"devices\"", "FILE:10: table: devices comes too late" },
	{ "{\"table\":\"traffic\"", "{\"table\":\"devices\",", "FILE:10: not one JSON object" },
	{ "\"label\":4,\"device\":\"02:00:5e:10:00:02\",\"type\"", "\"label\":3,\"device\":\"02:00:5e:10:00:02\",\"type\"", "FILE:16: label" },
	{ "\"label\":4,\"device\":\"02:00:5e:10:00:02\",\"type\"", "\"label\":4,\"device\":\"02:00:5e:10:00:03\",\"type\"", "FILE:16: device" },
	{ "\"length_mean\":283.9", "\"length_mean\":1e300", "FILE:17: length_mean" },
	{ "\"series\":4", "\"series\":5", "table series has 4 rows, it should have 5" },
	{ "\"windows\":2}}\n", "\"windows\":2}}\n{}\n", "FILE:20: something follows" },
};

static void test_faults_are_named(void **state)
{
	static char good[SEED_MAX], bad[2 * SEED_MAX], said[4096];

	(void)state;
	read_seed("open.ndjson", good);
	for (size_t i = 0; i < sizeof(FAULTS) / sizeof(FAULTS[0]); i++) {
		const char *at = strstr(good, FAULTS[i].from);
		int n, r;

		if (!at)
			fail_msg("%s is not in the seed", FAULTS[i].from);
		n = snprintf(bad, sizeof(bad), "%.*s%s%s", (int)(at - good), good, FAULTS[i].to, at + strlen(FAULTS[i].from));
		r = read_logged(bad, (size_t)n, said, sizeof(said));
		if (r >= 0 || !strstr(said, FAULTS[i].says) || strchr(said, '\n') != strrchr(said, '\n'))
			fail_msg("%s: %d: %s", FAULTS[i].to, r, said);
	}
}

/* Every beginning is refused, whatever byte it ends with. */
static void test_cut(void **state)
{
	static char text[SEED_MAX], said[4096];
	size_t n = read_seed("private.ndjson", text);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		char *exact = malloc(i ? i : 1);
		int r;

		memcpy(exact, text, i);
		r = read_logged(exact, i, said, sizeof(said));
		if (r != -EBADMSG)
			fail_msg("cut to %zu bytes: %d: %s", i, r, said);
		free(exact);
	}
}

/* With any byte changed it is refused, or makes sense all the same. */
static void test_changed(void **state)
{
	static const char *const seeds[] = { "open.ndjson", "private.ndjson", "tables.csv" };
	static char text[SEED_MAX];
	int saved = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY);

	(void)state;
	dup2(null, STDERR_FILENO);
	for (size_t s = 0; s < 3; s++) {
		size_t n = read_seed(seeds[s], text);

		for (size_t i = 0; i < n; i++) {
			char kept = text[i];

			text[i] = (char)(kept ^ "\x01\x02\x10\x80\x1f"[i % 5]);
			fuzz_rows((const uint8_t *)text, n);
			text[i] = kept;
		}
	}
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(null);
}

/* Rows that are long, and numbers of them that a head promises. */
static void test_bounds(void **state)
{
	static char text[SEED_MAX], said[4096];
	size_t n = read_seed("open.ndjson", text), head = (size_t)(strchr(text, '\n') - text) + 1, size = head + 200000;
	char *long_ = malloc(size);

	(void)state;
	(void)n;
	memcpy(long_, text, head);
	memset(long_ + head, '[', size - head);
	assert_int_equal(read_logged(long_, size, said, sizeof(said)), -EBADMSG);
	assert_non_null(strstr(said, "FILE:2: a row longer than 65536 bytes"));
	memset(long_ + head, 0, 10);
	assert_int_equal(read_logged(long_, size, said, sizeof(said)), -EBADMSG);
	assert_non_null(strstr(said, "FILE:2: a byte"));
	free(long_);
}

static void test_csv_is_read(void **state)
{
	static char text[SEED_MAX];
	struct importer *im = importer_new("tables.csv");
	size_t n = read_seed("tables.csv", text);

	(void)state;
	im->import->head = (struct imported_head){ .from_s = SPAN_FROM_S, .to_s = SPAN_TO_S, .tables = (1u << IMPORTED_WINDOWS) - 1 };
	assert_int_equal(dataset_set_span(im->import->dataset, SPAN_FROM_S, SPAN_TO_S), 0);
	assert_int_equal(read_tables(im, text + 1, n - 1), 0);
	assert_int_equal(im->rows[IMPORTED_SERIES], 4);
	assert_string_equal(im->import->dataset->devices[0].name, "Anna\xe2\x80\x99s, \"lamp\"");
	memcpy(im->import->head.rows, im->rows, sizeof(im->rows));
	assert_int_equal(imported_expectations(im), 0);
	importer_free(im);
}

static void put_schema(const char *directory, const char *text, size_t n)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/schema.json", directory);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	fclose(f);
}

static int read_schema(const char *directory, const char *text, size_t n)
{
	struct imported *i = NULL;
	int r;

	put_schema(directory, text, n);
	r = imported_read(directory, &i);
	if (r == 0)
		imported_free(i);
	return r;
}

/* The first line of a stream is the schema of a directory, which also says how many rows there are. */
static void test_directories(void **state)
{
	static char text[SEED_MAX], long_[IMPORTED_HEAD_MAX];
	size_t n = read_seed("open.ndjson", text), head = (size_t)(strchr(text, '\n') - text);
	struct imported *i = NULL;
	char path[256];

	(void)n;
	assert_int_equal(imported_read(*state, &i), -ENOENT);
	assert_int_equal(imported_read("/nonexistent", &i), -ENOENT);
	assert_int_equal(imported_read("/dev/null", &i), -EBADMSG);
	assert_int_equal(read_schema(*state, text, head), -EBADMSG);
	assert_int_equal(read_schema(*state, long_, sizeof(long_)), -EBADMSG);
	assert_int_equal(read_schema(*state, "{}", 2), -EBADMSG);
	text[head] = '\0';
	strcpy(strstr(text, "\"tables\":"), "\"tables\":[{\"name\":\"devices\",\"rows\":0},{\"name\":\"flows\",\"rows\":0}]}");
	assert_int_equal(read_schema(*state, text, strlen(text)), -ENOENT);
	snprintf(path, sizeof(path), "%s/schema.json", (char *)*state);
	unlink(path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_true(imported_read(*state, &i) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads),	cmocka_unit_test(test_reads_private), cmocka_unit_test(test_faults_are_named),
		cmocka_unit_test(test_cut),	cmocka_unit_test(test_changed),	      cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_csv_is_read),
		cmocka_unit_test_setup_teardown(test_directories, scratch_set_up, scratch_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
