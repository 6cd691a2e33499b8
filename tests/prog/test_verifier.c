// SPDX-License-Identifier: BSD-2-Clause

/*
 * How many instructions the verifier processes for each program: it must not creep up to the kernel's limit of a million, which older
 * verifiers reach sooner. tests/prog/verifier.csv holds what it was, "program,instructions"; 5 % more fail. The number depends on the
 * compiler, so the file is of the oldest one supported (clang 14).
 */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/prog.h"

static uint32_t recorded(const char *program)
{
	char line[128], name[64];
	uint32_t value, found = 0;
	FILE *f = fopen("tests/prog/verifier.csv", "re");

	if (!f)
		return 0;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%63[^,],%u", name, &value) == 2 && strcmp(name, program) == 0)
			found = value;
	}
	fclose(f);
	return found;
}

static void test_processed_instructions(void **state)
{
	const struct slots_options options = SLOTS_OPTIONS_DEFAULT;
	struct iot_config config = {.frags = 1};
	struct prog p;
	int r;

	(void)state;
	assert_int_equal(slots_configure(&config, &options), 0);
	config.seed = 0x5eed;
	r = prog_load(&p, &config);
	if (r == -EPERM) {
		print_message("skipped: loading kernel programs needs root\n");
		prog_close(&p);
		skip();
	}
	assert_int_equal(r, 0);
	for (int i = 0; i < PROG_COUNT; i++) {
		const char *name = prog_name((enum prog_kind)i);
		uint32_t processed = prog_verified(&p, (enum prog_kind)i), bound = recorded(name);

		print_message("%s,%u (recorded %u)\n", name, processed, bound);
		assert_true(bound > 0);
		assert_true(processed <= bound + bound / 20);
	}
	prog_close(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_processed_instructions)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
