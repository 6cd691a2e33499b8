/* SPDX-License-Identifier: BSD-2-Clause */

/* Any bytes as iotbpf.conf: refused with a line, or values that can be written as a file again. */

#include <stdlib.h>
#include <unistd.h>

#include "agent/cmd/command.h"
#include "agent/cmd/run_config.h"
#include "tests/fuzz/fuzz.h"

static void write_values(const struct run_values *values)
{
	struct buffer text = { 0 };

	for (size_t i = 0; i < run_options.count; i++)
		options_format_value(&run_options.options[i], values, 0, &text);
	if (text.failed)
		abort();
	buffer_free(&text);
}

int fuzz_config(const uint8_t *data, size_t size)
{
	struct run_values values = RUN_DEFAULTS;
	struct config config = { 0 };
	char path[32];
	int fd = fuzz_file(data, size, path);

	if (config_load(&config, path, &run_options, "run", run_config_sections, &values) == 0)
		write_values(&values);
	common_free(&values.common);
	config_free(&config);
	close(fd);
	return 0;
}
