/* SPDX-License-Identifier: BSD-2-Clause */
/* pcapng files of several link types, sections, byte orders and resolutions; cut and damaged at every byte. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "agent/base/log.h"
#include "agent/source/capture/capture.h"
#include "agent/source/capture/pcapng.h"
#include "tests/unit/source/capture/files.h"

enum { ETHERNET = 1, RAW = 101, SLL = 113, WIFI = 105 };

static void put16(struct writer *w, uint16_t v)
{
	v = w->swapped ? bswap_16(v) : v;
	fwrite(&v, 2, 1, w->file);
}

static void put32(struct writer *w, uint32_t v)
{
	v = writer_u32(w, v);
	fwrite(&v, 4, 1, w->file);
}

static void section(struct writer *w, bool swapped)
{
	w->swapped = swapped;
	put32(w, 0x0a0d0d0a);
	put32(w, 28);
	put32(w, 0x1a2b3c4d);
	put16(w, 1);
	put16(w, 0);
	put32(w, UINT32_MAX);
	put32(w, UINT32_MAX);
	put32(w, 28);
}

/* With options if_tsresol and if_tsoffset, and a name before them. */
static void interface(struct writer *w, uint16_t link, uint8_t resolution, uint32_t offset)
{
	const uint8_t padded[4] = { resolution };

	put32(w, 1);
	put32(w, 52);
	put16(w, link);
	put16(w, 0);
	put32(w, 64);
	put16(w, 2);
	put16(w, 2);
	fwrite("p1\0", 4, 1, w->file);
	put16(w, 9);
	put16(w, 1);
	fwrite(padded, 4, 1, w->file);
	put16(w, 14);
	put16(w, 8);
	put32(w, w->swapped ? 0 : offset);
	put32(w, w->swapped ? offset : 0);
	put16(w, 0);
	put16(w, 0);
	put32(w, 52);
}

/* With a comment of four bytes after it. */
static void packet(struct writer *w, uint32_t interface, uint64_t stamp, const uint8_t *data, uint32_t captured, uint32_t length)
{
	const uint32_t padded = (captured + 3) / 4 * 4, total = 32 + padded + 12;

	put32(w, 6);
	put32(w, total);
	put32(w, interface);
	put32(w, (uint32_t)(stamp >> 32));
	put32(w, (uint32_t)stamp);
	put32(w, captured);
	put32(w, length);
	fwrite(data, 1, padded, w->file);
	put16(w, 1);
	put16(w, 4);
	fwrite("hey!", 4, 1, w->file);
	put32(w, 0);
	put32(w, total);
}

static void simple(struct writer *w, const uint8_t *data, uint32_t length)
{
	put32(w, 3);
	put32(w, 16 + 64);
	put32(w, length);
	fwrite(data, 1, 64, w->file);
	put32(w, 16 + 64);
}

static void unknown(struct writer *w, uint32_t length)
{
	put32(w, 0x0bad);
	put32(w, length + 12);
	for (uint32_t i = 0; i < length; i += 4)
		put32(w, i);
	put32(w, length + 12);
}

static struct writer mixed(void)
{
	struct writer w = writer_open(0, 0, false);
	uint8_t frame[64] = { 0 };

	frame_between(frame, 0x020000000002, 0x020000000001);
	section(&w, false);
	interface(&w, ETHERNET, 6, 0);
	interface(&w, RAW, 9, 1000);
	unknown(&w, 400000);
	packet(&w, 0, 5000000, frame, 60, 60);
	packet(&w, 1, 7000001999, frame, 30, 1500);
	interface(&w, WIFI, 0x80 | 10, 0);
	packet(&w, 2, 3 * 1024 + 512, frame, 41, 41);
	simple(&w, frame, 100);
	section(&w, true);
	unknown(&w, 0);
	interface(&w, SLL, 3, 0);
	interface(&w, ETHERNET, 6, 2);
	packet(&w, 1, UINT64_C(1) << 40, frame, 60, 1400);
	packet(&w, 0, 12345, frame, 44, 44);
	return w;
}

static void test_several_link_types(void **state)
{
	static const struct {
		uint32_t captured, length;
		int64_t time_us;
		enum capture_link link;
	} expected[] = {
		{ 60, 60, 5000000, CAPTURE_ETHERNET },	    { 30, 1500, 1007000001, CAPTURE_NO_MAC },
		{ 41, 41, 3500000, CAPTURE_OTHER },	    { 64, 100, 0, CAPTURE_ETHERNET },
		{ 60, 1400, (INT64_C(1) << 40) + 2000000, CAPTURE_ETHERNET }, { 44, 44, 12345000, CAPTURE_NO_MAC },
	};
	_cleanup_(capture_close_p) struct capture *c = NULL;
	struct writer w = mixed();
	struct capture_frame f;

	(void)state;
	writer_close(&w);
	assert_int_equal(capture_open(&c, w.path), 0);
	for (size_t i = 0; i < sizeof(expected) / sizeof(*expected); i++) {
		assert_int_equal(capture_next(c, &f), 1);
		assert_int_equal(f.captured, expected[i].captured);
		assert_int_equal(f.length, expected[i].length);
		assert_true(f.time_us == expected[i].time_us);
		assert_int_equal(f.link, expected[i].link);
		assert_int_equal(f.data[11], 1);
	}
	assert_int_equal(capture_next(c, &f), 0);
	assert_int_equal(capture_frames(c), 6);
	unlink(w.path);
}

/* Read all; the frames before the end, which is returned. */
static int read_all(const char *path, int *frames)
{
	_cleanup_(pcapng_close_p) struct pcapng *p = NULL;
	_cleanup_close_ int fd = open(path, O_RDONLY);
	struct capture_frame f;
	int r = pcapng_open(&p, fd);

	*frames = 0;
	if (r <= 0)
		return r;
	while ((r = pcapng_next(p, &f)) > 0)
		(*frames)++;
	return r;
}

static void test_cut_and_damaged(void **state)
{
	struct writer w = mixed();
	long size = ftell(w.file);
	int frames, before = 6, r;

	(void)state;
	fflush(w.file);
	for (long end = size - 1; end >= 28; end = end > size - 700 || end < 700 ? end - 1 : end - 9973) {
		assert_int_equal(ftruncate(fileno(w.file), end), 0);
		r = read_all(w.path, &frames);
		assert_true((r == 0 || r == -ENODATA) && frames <= before);
		before = frames;
	}
	writer_close(&w);
	unlink(w.path);
	w = mixed();
	fflush(w.file);
	for (long at = 0; at < size; at = at < 200 || at > size - 700 ? at + 1 : at + 9973) {
		uint8_t old, new = 0xff;

		assert_int_equal(pread(fileno(w.file), &old, 1, at), 1);
		assert_int_equal(pwrite(fileno(w.file), &new, 1, at), 1);
		assert_true(read_all(w.path, &frames) <= 0 && frames <= 6);
		assert_int_equal(pwrite(fileno(w.file), &old, 1, at), 1);
	}
	assert_int_equal(read_all(w.path, &frames), 0);
	assert_int_equal(frames, 6);
	writer_close(&w);
	unlink(w.path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_several_link_types),
		cmocka_unit_test(test_cut_and_damaged),
	};

	log_set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests_name("source/capture/pcapng", tests, NULL, NULL);
}
