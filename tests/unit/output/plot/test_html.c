// SPDX-License-Identifier: BSD-2-Clause

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include <kiss_fftr.h>

#include "agent/analysis/autocorrelation.h"
#include "agent/analysis/bits.h"
#include "agent/output/plot/plot.h"
#include "tests/lib/home.h"

static void page_of(struct dataset *ds, struct buffer *out)
{
	struct plot_options options = { .title = "a <b>title</b>", .source = "</script>" };

	assert_int_equal(plot_html(ds, &options, out), 0);
	dataset_free(ds);
}

/* Nothing from the outside is markup, and every element that executes or styles is named by its hash. */
static void test_hostile(void **state)
{
	_cleanup_(buffer_free) struct buffer out = { 0 };
	size_t scripts = 0;

	(void)state;
	if (!plot_has_page())
		skip();
	page_of(home_bulb(true), &out);
	for (const char *p = out.data; (p = strstr(p, "</script>")); p++)
		scripts++;
	assert_int_equal(scripts, 2);
	assert_null(strstr(out.data, "<img"));
	assert_null(strstr(out.data, "<b>"));
	assert_null(strchr(out.data, '\x1b'));
	assert_non_null(strstr(out.data, "\\u003c/script>\\u003cscript>alert(1)\\u003c/script>"));
	assert_non_null(strstr(out.data, "default-src 'none'"));
	assert_null(strstr(out.data, "unsafe-inline"));
	assert_null(strstr(out.data, "@import"));
}

/* What the analysis says of a flow, for the page to be compared with: R of its onsets, and 2 |Y|^2 / count of a transform of eight times the length. */
static void put_signal(FILE *f, const struct dataset_flow *flow)
{
	enum { SAMPLES = 300, LAGS = 200, SIZE = 4096 };
	uint64_t words[bits_words(SAMPLES)], starts[bits_words(SAMPLES)];
	uint32_t positions[SAMPLES], r[LAGS];
	static float wave[SIZE];
	static kiss_fft_cpx bins[SIZE / 2 + 1];
	kiss_fftr_cfg plan;
	struct dataset_totals totals = dataset_flow_totals(flow);
	size_t n, size = 16;

	memset(words, 0, sizeof(words));
	for (size_t i = 0; i < flow->count; i++)
		bits_set(words, flow->seconds[i].at);
	bits_onsets(words, SAMPLES, starts);
	n = bits_positions(starts, SAMPLES, positions, SAMPLES);
	autocorrelation(starts, SAMPLES, positions, n, LAGS, r);
	while (size < 8 * (size_t)(positions[n - 1] - positions[0] + 1))
		size *= 2;
	memset(wave, 0, sizeof(wave));
	for (size_t i = 0; i < n; i++)
		wave[positions[i] - positions[0]] = 1;
	plan = kiss_fftr_alloc((int)size, 0, NULL, NULL);
	assert_non_null(plan);
	kiss_fftr(plan, wave, bins);
	free(plan);
	fprintf(f, "{\"protocol\":\"%s\",\"count\":%zu,\"packets\":%" PRIu64 ",\"bytes\":%" PRIu64 ",\"size\":%zu,\"autocorrelation\":[", flow->protocol, flow->count,
		totals.packets, totals.bytes, size);
	for (size_t i = 0; i < LAGS; i++)
		fprintf(f, "%s%u", i ? "," : "", r[i]);
	fprintf(f, "],\"power\":[");
	for (size_t i = 0; i <= size / 2; i++)
		fprintf(f, "%s%.6f", i ? "," : "", 2 * (double)(bins[i].r * bins[i].r + bins[i].i * bins[i].i) / (double)n);
	fprintf(f, "]}");
}

static void put_signals(const char *directory)
{
	_cleanup_(dataset_free_p) struct dataset *ds = home_bulb(false);
	_cleanup_fclose_ FILE *f = NULL;
	char path[512];

	snprintf(path, sizeof(path), "%s/signal.json", directory);
	f = fopen(path, "w");
	assert_non_null(f);
	for (size_t i = 0; i < ds->devices[0].flow_count; i++) {
		fputs(i ? "," : "[", f);
		put_signal(f, &ds->devices[0].flows[i]);
	}
	fputs("]", f);
}

/* Other tests look at the pages: PLOT_PAGES names the directory for them. */
static void test_pages(void **state)
{
	static const struct {
		const char *name;
		unsigned devices, flows; /* 0: the bulb */
	} pages[] = { { "bulb", 0, 0 }, { "hostile", 0, 1 }, { "home", 25, 8 }, { "one", 1, 200 } };
	const char *directory = getenv("PLOT_PAGES");

	(void)state;
	if (!directory || !plot_has_page())
		skip();
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		_cleanup_(buffer_free) struct buffer out = { 0 };
		_cleanup_fclose_ FILE *f = NULL;
		char path[512];

		page_of(pages[i].devices ? home_day(pages[i].devices, pages[i].flows) : home_bulb(pages[i].flows), &out);
		snprintf(path, sizeof(path), "%s/%s.html", directory, pages[i].name);
		f = fopen(path, "w");
		assert_non_null(f);
		assert_int_equal(fwrite(out.data, 1, out.len, f), out.len);
	}
	put_signals(directory);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_hostile) }, pages[] = { cmocka_unit_test(test_pages) };

	if (getenv("PLOT_PAGES"))
		return cmocka_run_group_tests_name("html", pages, NULL, NULL);
	return cmocka_run_group_tests_name("html", tests, NULL, NULL);
}
