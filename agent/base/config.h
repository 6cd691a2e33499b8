/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IOTBPF_BASE_CONFIG_H
#define IOTBPF_BASE_CONFIG_H

/*
 * Configuration files (INI). A section is named after a command; its keys are the command's long options, so that file, environment and
 * command line are read by the same table (options.h). What comes later wins: defaults, FILE, FILE's conf.d/ in order of
 * names, environment variables IOTBPF_<OPTION>, command line.
 *
 * `operands = br0 eth1` stands for what follows the options. A line is at most 190 bytes.
 */

#include "agent/base/options.h"

#define CONFIG_FILE "/etc/iotbpf/iotbpf.conf"
#define CONFIG_FILES_MAX 64
#define CONFIG_OPERANDS_MAX 64

/* What values point to; and which option came from where, for `iotbpf config show`. */
struct config {
	char **texts; /* strings that values may point to */
	size_t text_count;
	char *operands[CONFIG_OPERANDS_MAX];
	size_t operand_count;
	const char **origins; /* of each option of the table: a file's name, a variable's; NULL: default */
	const char *operands_origin;
	const struct options_spec *spec;
	unsigned int files; /* that were read */
};

/**
 * config_load - read @path and the files beside it in conf.d/, then the environment, into @values
 * @path: NULL: CONFIG_FILE, which may be missing; "none": no file
 * @section: of the file; other sections are left to other commands, but must be in @sections
 * @sections: names, NULL at the end
 *
 * Returns 0; -ENOENT (a file that was named is missing), -EINVAL (a line is wrong), -EACCES and the like, each logged with file and line.
 * Release with config_free() in either case, when @values are no longer used.
 */
int config_load(struct config *config, const char *path, const struct options_spec *spec, const char *section, const char *const *sections,
		void *values);
void config_free(struct config *config);

#endif
