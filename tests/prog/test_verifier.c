// SPDX-License-Identifier: BSD-2-Clause

/*
 * How many instructions the verifier processes for each program: it must not creep up to the kernel's limit of a million, which older
 * verifiers reach sooner. tests/prog/verifier.txt holds what it was on each kernel; 5 % more fail. The numbers depend on the compiler, so
 * they are those of the oldest one supported (clang 14). `make verifier` writes them anew.
 */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include <cmocka.h>

#include "tests/lib/prog.h"

#define INSTRUCTIONS_MAX 1000000 /* BPF_COMPLEXITY_LIMIT_INSNS */

/* As the record calls this kernel: "6.1-rt x86_64". */
static void kernel_name(char out[64])
{
	struct utsname u;
	int major = 0, minor = 0;

	assert_int_equal(uname(&u), 0);
	assert_int_equal(sscanf(u.release, "%d.%d", &major, &minor), 2);
	snprintf(out, 64, "%d.%d%s %.16s", major, minor, strstr(u.version, "PREEMPT_RT") ? "-rt" : "", u.machine);
}

/* Instructions of a program on this kernel; 0: not recorded */
static uint32_t recorded(const char *kernel, const char *program)
{
	char line[160], row[160];
	uint32_t value, found = 0;
	FILE *f = fopen("tests/prog/verifier.txt", "re");
	int n = snprintf(row, sizeof(row), "%s %s ", kernel, program);

	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f)) {
		if (!strncmp(line, row, (size_t)n) && sscanf(line + n, "%u", &value) == 1)
			found = value;
	}
	fclose(f);
	return found;
}

/* Loads them all; false: that is not allowed here. */
static bool load(struct prog *p)
{
	const struct slots_options options = SLOTS_OPTIONS_DEFAULT;
	struct iot_config config = {.frags = 1};
	int r;

	assert_int_equal(slots_configure(&config, &options), 0);
	config.seed = 0x5eed;
	r = prog_load(p, &config);
	if (r == -EPERM)
		print_message("skipped: loading kernel programs needs root\n");
	else
		assert_int_equal(r, 0);
	return r == 0;
}

static void test_processed_instructions(void **state)
{
	uint32_t processed[PROG_COUNT], was[PROG_COUNT];
	char kernel[64];
	struct prog p;
	bool known = true, loaded = load(&p);

	(void)state;
	kernel_name(kernel);
	for (int i = 0; loaded && i < PROG_COUNT; i++) {
		processed[i] = prog_verified(&p, (enum prog_kind)i);
		was[i] = recorded(kernel, prog_name((enum prog_kind)i));
		known = known && was[i];
		print_message("verifier %s %s %u (recorded: %u)\n", kernel, prog_name((enum prog_kind)i), processed[i], was[i]);
	}
	prog_close(&p);
	for (int i = 0; loaded && i < PROG_COUNT; i++) {
		assert_in_range(processed[i], 1, INSTRUCTIONS_MAX);
		assert_true(!was[i] || processed[i] <= was[i] + was[i] / 20);
	}
	if (!loaded || !known)
		skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_processed_instructions)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
