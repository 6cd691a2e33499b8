/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Live = capture: a capture replayed into a bridge, each frame from the port of its sender, leaves the same slots in the kernel's table as
 * the same file leaves in a host table: packets and bytes of every flow, what every device received, and the rings but for times.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/log.h"
#include "agent/base/loop.h"
#include "agent/history/protocol.h"
#include "agent/source/capture/feed.h"
#include "agent/source/kernel/kernel.h"
#include "agent/source/kernel/ports.h"
#include "agent/source/slots.h"

#define PREFIX "parity"

/* Captures of at most a few dozen MACs whose frames fit a veth; a device's last packets must still be in its ring. */
static const char *const FILES[] = {
	"sentinel/Aria/Setup-A-1-STA.pcap",
	"sentinel/EdimaxCam1/Setup-A-1-STA.pcap",
	"sentinel/HueBridge/Setup-A-1-STA.pcap",
	"madea-0526/training_2023-5-25_19_25_10.pcap",
};

static char path_buffer[512];

static const char *data_file(const char *name)
{
	const char *root = getenv("IOTBPF_DATA");

	snprintf(path_buffer, sizeof(path_buffer), "%s/%s", root ? root : "../shared/data", name);
	return path_buffer;
}

/* The lab sends from one CPU: the frames of a device then reach its ring in the order of the file. */
static int lab(const char *arguments)
{
	const char *out = getenv("O");
	char command[1024];

	snprintf(command, sizeof(command), "taskset -c 0 %s/iotbpf-lab replay --prefix " PREFIX " %s >/dev/null 2>&1",
		 out ? out : "build", arguments);
	return system(command);
}

static void lab_down(void)
{
	const char *out = getenv("O");
	char command[1024];

	snprintf(command, sizeof(command), "%s/iotbpf-lab down --prefix " PREFIX " >/dev/null 2>&1", out ? out : "build");
	assert_int_equal(system(command), 0);
}

static void enter_router(int *home)
{
	int there = open("/run/netns/" PREFIX "-rtr", O_RDONLY | O_CLOEXEC);

	*home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	assert_true(there >= 0 && *home >= 0);
	assert_int_equal(setns(there, CLONE_NEWNET), 0);
	close(there);
}

static const struct iot_flow *find_flow(const struct iot_table *t, uint32_t device, uint32_t layer, uint32_t proto)
{
	uint64_t key = iot_flow_key(layer, proto, slots_device_generation(t, device), device);

	for (uint32_t i = 0; i < slots_flow_slots(t); i++) {
		if (slots_flow_key(t, i) == key)
			return slots_flow(t, i);
	}
	return NULL;
}

static void compare_flows(const struct iot_table *live, uint32_t there, const struct iot_table *read, uint32_t here)
{
	for (uint32_t i = 0; i < slots_flow_slots(read); i++) {
		uint64_t key = slots_flow_key(read, i);
		const struct iot_flow *expected = slots_flow(read, i), *flow;
		char name[PROTOCOL_NAME];

		if (!(key & IOT_KEY_USED) || iot_key_device(key) != here)
			continue;
		flow = find_flow(live, there, iot_key_layer(key), iot_key_proto(key));
		if (!flow || memcmp(&flow->sent, &expected->sent, sizeof(flow->sent)) != 0)
			fail_msg("flow %s: live %llu packets, read %llu", protocol_of_key(key, name),
				 flow ? (unsigned long long)iot_tally_read(&flow->sent).packets : 0,
				 (unsigned long long)iot_tally_read(&expected->sent).packets);
	}
}

/* A packet without what must differ: its time and its number. */
static struct iot_packet bare(struct iot_packet p)
{
	p.ms = 0;
	p.seq = 0;
	return p;
}

/* The newest packets of both rings; hello frames are older than all others. */
static void compare_rings(const struct iot_table *live, uint32_t there, const struct iot_table *read, uint32_t here)
{
	uint64_t head = slots_device(live, there)->head, expected = slots_device(read, here)->head;
	uint64_t n = expected < IOT_RING - 1 ? expected : IOT_RING - 1;

	for (uint64_t back = 1; back <= n; back++) {
		struct iot_packet a = bare(live->rings[there].packet[(head - back) % IOT_RING]);
		struct iot_packet b = bare(read->rings[here].packet[(expected - back) % IOT_RING]);

		if (memcmp(&a, &b, sizeof(a)) != 0)
			fail_msg("packet %llu from the end: live %u bytes kind %02x proto %u ttl %u flags %02x, read %u "
				 "bytes kind %02x proto %u ttl %u flags %02x",
				 (unsigned long long)back, a.length, a.kind, a.proto, a.ttl, a.tcp_flags, b.length, b.kind,
				 b.proto, b.ttl, b.tcp_flags);
	}
}

static void compare_received(const struct iot_device *live, const struct iot_device *read, uint64_t mac)
{
	if (memcmp(&live->received, &read->received, sizeof(live->received)) != 0)
		fail_msg("%012llx received: live %llu packets, %llu bytes; read %llu packets, %llu bytes",
			 (unsigned long long)mac, (unsigned long long)iot_tally_read(&live->received).packets, (unsigned long long)iot_tally_read(&live->received).bytes,
			 (unsigned long long)iot_tally_read(&read->received).packets, (unsigned long long)iot_tally_read(&read->received).bytes);
}

static unsigned int compare(const struct iot_table *live, const struct iot_table *read)
{
	unsigned int devices = 0;

	for (uint32_t here = 0; here < slots_device_slots(read); here++) {
		uint64_t key = slots_device_key(read, here);
		int there;

		/* One that never sends in the file has no port to live at: live, its frames are flooded and refused. */
		if (!(key & IOT_KEY_USED) || !slots_device(read, here)->flows)
			continue;
		there = iot_device_find(live, key);
		assert_true(there >= 0);
		compare_flows(live, (uint32_t)there, read, here);
		compare_rings(live, (uint32_t)there, read, here);
		compare_received(slots_device(live, (uint32_t)there), slots_device(read, here), key & IOT_KEY_MAC);
		devices++;
	}
	return devices;
}

static void replay_and_compare(const char *file)
{
	const struct kernel_options options = { .slots = { IOT_DEVICES, IOT_FLOWS, IOT_DEVICE_FLOWS, 0, 0 } };
	const struct slots_options slots = CAPTURE_SLOTS_OPTIONS;
	char *names[] = { (char *)"br-lan" }, arguments[700];
	struct kernel *kernel = NULL;
	struct iot_table *read = NULL;
	struct ports *ports = NULL;
	struct loop *loop = NULL;
	struct capture_state state = { 0 };
	int home;

	snprintf(arguments, sizeof(arguments), "--wire-only --keep %s", file);
	assert_int_equal(lab(arguments), 0);
	enter_router(&home);
	assert_int_equal(loop_new(&loop), 0);
	assert_int_equal(kernel_open(&kernel, &options), 0);
	assert_int_equal(ports_new(&ports, kernel, loop, names, 1, HOOK_AUTO, NULL), 0);
	snprintf(arguments, sizeof(arguments), "--hello --fast --keep %s", file);
	assert_int_equal(lab(arguments), 0);
	usleep(200000);
	assert_int_equal(slots_new(&read, &slots), 0);
	assert_int_equal(capture_feed_file(read, &state, file), 0);
	printf("# %s: %llu frames, %u devices the same\n", file, (unsigned long long)state.frames,
	       compare(kernel_table(kernel), read));
	slots_free(read);
	ports_free(ports);
	kernel_free(kernel);
	loop_free(loop);
	assert_int_equal(setns(home, CLONE_NEWNET), 0);
	close(home);
	lab_down();
}

static void test_live_is_capture(void **state)
{
	unsigned int compared = 0;

	(void)state;
	if (geteuid() != 0) {
		print_message("needs root\n");
		skip();
	}
	for (size_t i = 0; i < sizeof(FILES) / sizeof(FILES[0]); i++) {
		struct stat st;
		char file[512];

		strcpy(file, data_file(FILES[i]));
		if (stat(file, &st) < 0)
			continue;
		replay_and_compare(file);
		compared++;
	}
	if (!compared) {
		print_message("needs the captures of $IOTBPF_DATA\n");
		skip();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_live_is_capture),
	};

	log_set_level(LOG_LEVEL_WARN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
