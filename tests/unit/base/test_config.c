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
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/clock.h"
#include "agent/base/config.h"
#include "agent/base/log.h"

struct values {
	bool quiet;
	const char *file;
	uint32_t size;
	int64_t interval;
	struct mac_list devices;
};

#define AT(field) offsetof(struct values, field)

static const struct option_spec OPTIONS[] = {
	{ .name = "quiet", .kind = OPTION_FLAG, .offset = AT(quiet), .help = "say less" },
	{ .name = "model-file", .kind = OPTION_STRING, .offset = AT(file), .help = "model" },
	{ .name = "size", .kind = OPTION_U32, .offset = AT(size), .help = "slots", .min = 8, .max = 64 },
	{ .name = "interval", .kind = OPTION_DURATION, .offset = AT(interval), .help = "pause", .min = 1, .max = 60 },
	{ .name = "device", .kind = OPTION_MACS, .offset = AT(devices), .help = "only this" },
};

static const struct options_spec SPEC = { .command = "test", .max_operands = -1, .options = OPTIONS, .count = 5 };
static const char *const SECTIONS[] = { "run", "other", NULL };

struct fixture {
	char directory[64];
	struct config config;
	struct values values;
};

static void write_file(const struct fixture *f, const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", f->directory, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int load(struct fixture *f)
{
	char path[128];

	mac_list_free(&f->values.devices);
	config_free(&f->config);
	f->values = (struct values){ .size = 32 };
	snprintf(path, sizeof(path), "%s/iotbpf.conf", f->directory);
	return config_load(&f->config, path, &SPEC, "run", SECTIONS, &f->values);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char path[96];

	assert_non_null(f);
	strcpy(f->directory, "/tmp/test_config-XXXXXX");
	assert_non_null(mkdtemp(f->directory));
	snprintf(path, sizeof(path), "%s/conf.d", f->directory);
	assert_int_equal(mkdir(path, 0755), 0);
	log_set_level(LOG_LEVEL_ERROR);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;
	char command[128];

	mac_list_free(&f->values.devices);
	config_free(&f->config);
	snprintf(command, sizeof(command), "rm -r '%s'", f->directory);
	assert_int_equal(system(command), 0);
	free(f);
	return 0;
}

static void test_values(void **state)
{
	struct fixture *f = *state;

	write_file(f, "iotbpf.conf",
		   "; comment\n[other]\nanything = goes\n[run]\noperands = br0  eth1\nquiet = Yes\nmodel-file = /a b/c.iotm\nsize = 16\n"
		   "interval = 5s\ndevice = 02:00:00:00:00:01\ndevice = 02:00:00:00:00:02\n");
	assert_int_equal(load(f), 0);
	assert_true(f->values.quiet);
	assert_string_equal(f->values.file, "/a b/c.iotm");
	assert_int_equal(f->values.size, 16);
	assert_int_equal(f->values.interval, 5 * NS_PER_SECOND);
	assert_int_equal(f->values.devices.count, 2);
	assert_int_equal(f->config.operand_count, 2);
	assert_string_equal(f->config.operands[1], "eth1");
	assert_int_equal(f->config.files, 1);
	assert_non_null(strstr(f->config.origins[2], "iotbpf.conf"));
}

static void test_order(void **state)
{
	struct fixture *f = *state;

	write_file(f, "iotbpf.conf", "[run]\nsize = 8\nquiet = on\n");
	write_file(f, "conf.d/20-b.conf", "[run]\nsize = 20\n");
	write_file(f, "conf.d/10-a.conf", "[run]\nsize = 10\nquiet = off\n");
	write_file(f, "conf.d/30.conf.bak", "[run]\nsize = 30\n");
	assert_int_equal(load(f), 0);
	assert_int_equal(f->values.size, 20);
	assert_false(f->values.quiet);
	setenv("IOTBPF_SIZE", "40", 1);
	setenv("IOTBPF_MODEL_FILE", "x", 1);
	assert_int_equal(load(f), 0);
	unsetenv("IOTBPF_SIZE");
	unsetenv("IOTBPF_MODEL_FILE");
	assert_int_equal(f->values.size, 40);
	assert_string_equal(f->values.file, "x");
	assert_string_equal(f->config.origins[2], "IOTBPF_SIZE");
}

static void test_refused(void **state)
{
	static const char *const wrong[] = {
		"[run]\nsize = 7\n",	  "[run]\nsize\n",		"[run]\nsizes = 16\n",	 "[ran]\nsize = 16\n",
		"size = 16\n",		  "[run]\nquiet = maybe\n",	"[run]\ndevice = me\n",	 "[run]\ninterval = 2h\n",
		"[run\nsize = 16\n",
	};
	struct fixture *f = *state;
	char line[400] = "[run]\nmodel-file = ";

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		write_file(f, "iotbpf.conf", wrong[i]);
		assert_int_equal(load(f), -EINVAL);
	}
	memset(line + strlen(line), 'x', 300);
	write_file(f, "iotbpf.conf", line);
	assert_int_equal(load(f), -EINVAL);
}

static void test_missing(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(load(f), -ENOENT);
	config_free(&f->config);
	assert_int_equal(config_load(&f->config, "none", &SPEC, "run", SECTIONS, &f->values), 0);
	assert_int_equal(f->config.files, 0);
	config_free(&f->config);
	assert_int_equal(config_load(&f->config, "/", &SPEC, "run", SECTIONS, &f->values), -EINVAL);
}

/* What is formatted is read as the same value. */
static void test_format(void **state)
{
	static const char *const texts[] = { "yes", "/m", "9", "1m", "02:00:00:00:00:01" };
	struct values values = { 0 };

	(void)state;
	for (size_t i = 0; i < SPEC.count; i++) {
		struct buffer out = { 0 };

		assert_int_equal(options_set_value(&OPTIONS[i], texts[i], &values), 0);
		options_format_value(&OPTIONS[i], &values, 0, &out);
		assert_string_equal(out.data, texts[i]);
		buffer_free(&out);
	}
	mac_list_free(&values.devices);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_values, setup, teardown),
		cmocka_unit_test_setup_teardown(test_order, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(test_missing, setup, teardown),
		cmocka_unit_test(test_format),
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
