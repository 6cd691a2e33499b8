// SPDX-License-Identifier: BSD-2-Clause

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <pcap/pcap.h>
#include <sysexits.h>

#include "agent/source/capture/capture.h"
#include "tests/unit/source/capture/files.h"

#define MICRO 0xa1b2c3d4u
#define NANO 0xa1b23c4du

static uint32_t next_random(uint32_t *x)
{
	*x = *x * 1664525u + 1013904223u;
	return *x >> 8;
}

/* Records of all sizes around the edges of the reader's buffer. */
static void write_random(struct writer *w, uint32_t seed, int count, bool nano)
{
	static uint8_t data[262144];

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)next_random(&seed);
	for (int i = 0; i < count; i++) {
		uint32_t kind = next_random(&seed) % 64;
		uint32_t captured = kind == 0 ? next_random(&seed) % 262145 : kind == 1 ? 0 : next_random(&seed) % 1600;

		writer_record(w, 1700000000u + (uint32_t)i, next_random(&seed) % (nano ? 1000000000u : 1000000u), data + i % 7,
			      captured > 262137 ? 262137 : captured, captured + next_random(&seed) % 3);
	}
}

static void compare_with_libpcap(const char *path)
{
	char why[PCAP_ERRBUF_SIZE];
	pcap_t *pcap = pcap_open_offline(path, why);
	_cleanup_(capture_close_p) struct capture *c = NULL;
	struct pcap_pkthdr *header;
	struct capture_frame f;
	const uint8_t *data;

	assert_non_null(pcap);
	assert_int_equal(capture_open(&c, path), 0);
	while (pcap_next_ex(pcap, &header, &data) == 1) {
		assert_int_equal(capture_next(c, &f), 1);
		assert_int_equal(f.captured, header->caplen);
		assert_int_equal(f.length, header->len);
		assert_int_equal(f.time_us, header->ts.tv_sec * INT64_C(1000000) + header->ts.tv_usec);
		assert_memory_equal(f.data, data, f.captured);
		assert_int_equal(f.link, CAPTURE_ETHERNET);
	}
	assert_int_equal(capture_next(c, &f), 0);
	pcap_close(pcap);
}

static void test_same_as_libpcap(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		struct writer w = writer_open(i & 1 ? NANO : MICRO, 1, i & 2);

		write_random(&w, 77 + (uint32_t)i, 2000, i & 1);
		writer_close(&w);
		compare_with_libpcap(w.path);
		unlink(w.path);
	}
}

/* Open and read to the end; the last result. */
static int drain(const char *path, uint64_t *frames)
{
	_cleanup_(capture_close_p) struct capture *c = NULL;
	struct capture_frame f;
	int r = capture_open(&c, path);

	*frames = 0;
	if (r < 0)
		return r;
	while ((r = capture_next(c, &f)) > 0)
		;
	*frames = capture_frames(c);
	return r;
}

static void test_cut_and_damaged(void **state)
{
	uint8_t frame[60] = {0};
	uint64_t frames;

	(void)state;
	for (int link = 1; link < 114; link += 112) /* by the reader of our own, and by libpcap */
		for (int lost = 1; lost < 76; lost++) {
			struct writer w = writer_open(MICRO, (uint32_t)link, false);

			writer_record(&w, 1, 2, frame, 60, 60);
			writer_record(&w, 3, 4, frame, 60, 60);
			writer_close(&w);
			assert_int_equal(truncate(w.path, 24 + 2 * 76 - lost), 0);
			assert_int_equal(drain(w.path, &frames), -EBADMSG);
			assert_int_equal(frames, 1);
			unlink(w.path);
		}
	for (int link = 1; link < 114; link += 112) {
		struct writer w = writer_open(MICRO, (uint32_t)link, false);
		uint32_t huge[4] = {1, 2, 262145, 262145};

		writer_record(&w, 1, 2, frame, 60, 60);
		fwrite(huge, sizeof(huge), 1, w.file);
		for (int i = 0; i < 5000; i++)
			fwrite(frame, sizeof(frame), 1, w.file);
		writer_close(&w);
		assert_int_equal(drain(w.path, &frames), -EBADMSG);
		assert_int_equal(frames, 1);
		unlink(w.path);
	}
}

static void test_link_types(void **state)
{
	static const struct {
		uint32_t number;
		enum capture_link link;
	} kinds[] = {{1, CAPTURE_ETHERNET}, {113, CAPTURE_NO_MAC}, {276, CAPTURE_NO_MAC}, {101, CAPTURE_NO_MAC},
		     {0, CAPTURE_NO_MAC},   {228, CAPTURE_NO_MAC}, {105, CAPTURE_OTHER},  {127, CAPTURE_OTHER}};
	uint8_t frame[60] = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct writer w = writer_open(MICRO, kinds[i].number, false);
		_cleanup_(capture_close_p) struct capture *c = NULL;
		struct capture_frame f;

		writer_record(&w, 1, 2, frame, 60, 60);
		writer_close(&w);
		assert_int_equal(capture_open(&c, w.path), 0);
		assert_int_equal(capture_next(c, &f), 1);
		assert_int_equal(f.link, kinds[i].link);
		unlink(w.path);
	}
}

static void test_refused(void **state)
{
	struct writer empty = writer_open(0, 0, false), foreign = writer_open(0, 0, false), packed = writer_open(0, 0, false);
	uint64_t frames;

	(void)state;
	fputs("once upon a time there was a text file", foreign.file);
	fputs("\x1f\x8b\x08 something compressed", packed.file);
	writer_close(&empty);
	writer_close(&foreign);
	writer_close(&packed);
	assert_int_equal(drain(empty.path, &frames), -EBADMSG);
	assert_int_equal(drain(foreign.path, &frames), -EBADMSG);
	assert_int_equal(drain(packed.path, &frames), -EBADMSG);
	assert_int_equal(drain("/tmp", &frames), -EISDIR);
	assert_int_equal(drain("/nonexistent/x.pcap", &frames), -ENOENT);
	unlink(empty.path);
	unlink(foreign.path);
	unlink(packed.path);
}

static void test_exit_codes(void **state)
{
	(void)state;
	assert_int_equal(capture_exit_code(0), EX_OK);
	assert_int_equal(capture_exit_code(-ENOENT), EX_NOINPUT);
	assert_int_equal(capture_exit_code(-EISDIR), EX_NOINPUT);
	assert_int_equal(capture_exit_code(-EACCES), EX_NOINPUT);
	assert_int_equal(capture_exit_code(-EBADMSG), EX_DATAERR);
	assert_int_equal(capture_exit_code(-ENOTSUP), EX_DATAERR);
	assert_int_equal(capture_exit_code(-ENOMEM), EX_OSERR);
	capture_close(NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_as_libpcap), cmocka_unit_test(test_cut_and_damaged), cmocka_unit_test(test_link_types),
		cmocka_unit_test(test_refused),		cmocka_unit_test(test_exit_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
