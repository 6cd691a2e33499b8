// SPDX-License-Identifier: BSD-2-Clause

/* Captured and generated frames through the kernel programs and the host build: the same tables byte for byte, by the capture's clock. */

#include <errno.h>
#include <pcap/pcap.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/prog.h"
#include "tests/lib/twin.h"

#define FRAMES 6000    /* of a capture */
#define CAPTURED 3000  /* bytes of a frame that BPF_PROG_RUN takes for XDP */

/* Run one capture's frames through both. Returns how many were run. */
static uint32_t compare(pcap_t *capture, enum prog_kind ingress)
{
	const struct slots_options options = {.devices = 128, .flows = 1024, .device_flows = 64, .seed = 0x5eed};
	struct iot_config config = {.replay = 1, .claim_received = 1};
	_cleanup_(slots_free_p) struct iot_table *host = NULL;
	struct pcap_pkthdr *h;
	uint32_t ifindex, n = 0;
	const uint8_t *data;
	int64_t start = -1;
	struct prog p;

	assert_int_equal(slots_configure(&config, &options), 0);
	assert_int_equal(prog_load(&p, &config), 0);
	assert_int_equal(slots_new(&host, &options), 0);
	ifindex = prog_register_port(&p);
	host->ports[ifindex].ifindex = ifindex;
	while (n < FRAMES && pcap_next_ex(capture, &h, &data) == 1) {
		uint32_t captured = h->caplen < CAPTURED ? h->caplen : CAPTURED;
		int64_t ms = (int64_t)h->ts.tv_sec * 1000 + h->ts.tv_usec / 1000;

		start = start < 0 ? ms : start;
		*p.replay = (struct iot_replay){.now = {(uint32_t)((ms - start) / 1000), (uint32_t)(ms - start)}, .length = h->len};
		for (int out = 0; out < 2; out++) {
			if (prog_run(&p, out ? PROG_OUT : ingress, data, captured, 1) < 0)
				continue; /* the kernel takes no frame as short as that */
			twin_count(host, data, captured, p.replay, ifindex, out);
			n++;
		}
	}
	assert_null(twin_difference(&p.table, host));
	prog_close(&p);
	return n;
}

static void skip_unless_loadable(void)
{
	const struct slots_options options = {.devices = 64, .flows = 64, .device_flows = 8, .seed = 1};
	struct iot_config config = {.replay = 1};
	struct prog p;
	int r;

	assert_int_equal(slots_configure(&config, &options), 0);
	r = prog_load(&p, &config);
	prog_close(&p);
	if (r == -EPERM) {
		print_message("skipped: loading kernel programs needs root\n");
		skip();
	}
}

static void test_generated(void **state)
{
	char error[PCAP_ERRBUF_SIZE];

	(void)state;
	skip_unless_loadable();
	for (int ingress = PROG_XDP; ingress <= PROG_IN; ingress++) {
		FILE *f = popen("tests/tools/gen-frames --seed 7 --count 3000 --set all --format pcap -o -", "r");
		pcap_t *capture;

		assert_non_null(f);
		capture = pcap_fopen_offline(f, error);
		if (!capture)
			fail_msg("tests/tools/gen-frames: %s", error);
		assert_true(compare(capture, (enum prog_kind)ingress) > 1000);
		pcap_close(capture);
	}
}

static void test_real(void **state)
{
	static const char *const names[] = {"madea-0526/training_2023-5-26_8_38_48.pcap", "madea-0526/training_2023-5-25_19_25_10.pcap"};
	const char *root = getenv("IOTBPF_DATA");
	char path[4096], error[PCAP_ERRBUF_SIZE];

	(void)state;
	skip_unless_loadable();
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		pcap_t *capture;

		snprintf(path, sizeof(path), "%s/%s", root ? root : "../shared/data", names[i]);
		capture = pcap_open_offline(path, error);
		if (!capture) {
			print_message("skipped: no %s\n", path);
			skip();
		}
		assert_true(compare(capture, i % 2 ? PROG_IN : PROG_XDP) > 100);
		pcap_close(capture);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_generated), cmocka_unit_test(test_real)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
