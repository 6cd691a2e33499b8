/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/base/config.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <ini.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"

#define LINE_MAX_BYTES 190 /* inih cuts a longer one in two without a word */

/* One file that is being read. */
struct reading {
	struct config *config;
	const char *path, *section;
	const char *const *sections;
	void *values;
	FILE *file;
	unsigned int line;
	int error; /* logged */
};

/* A copy that lives as long as @config; NULL when memory is short. */
static char *keep(struct config *config, const char *text)
{
	char **texts = reallocarray(config->texts, config->text_count + 1, sizeof(*texts));
	char *copy = texts ? strdup(text) : NULL;

	if (texts)
		config->texts = texts;
	if (copy)
		config->texts[config->text_count++] = copy;
	return copy;
}

static int set_operands(struct config *config, char *words, const char *origin)
{
	char *rest = words, *word;

	config->operand_count = 0;
	config->operands_origin = origin;
	while ((word = strsep(&rest, " \t"))) {
		if (!*word)
			continue;
		if (config->operand_count == CONFIG_OPERANDS_MAX)
			return log_error_r(-EINVAL, "%s: more than %d operands", origin, CONFIG_OPERANDS_MAX);
		config->operands[config->operand_count++] = word;
	}
	return 0;
}

static int flag_value(const char *text)
{
	static const char *const words[] = { "no", "yes", "false", "true", "off", "on", "0", "1" };

	for (int i = 0; i < 8; i++) {
		if (!strcasecmp(text, words[i]))
			return i & 1;
	}
	return -EINVAL;
}

static int set_flag(const struct option_spec *option, const char *title, const char *text, void *values)
{
	int value = flag_value(text);

	if (value < 0)
		return log_error_r(value, "%s: '%s' is neither yes nor no", title, text);
	*(bool *)((char *)values + option->offset) = value;
	return 0;
}

/* @title: file, line and name, or a variable, for the message */
static int set_option(struct config *config, size_t i, const char *title, const char *text, const char *origin, void *values)
{
	const struct option_spec *option = &config->spec->options[i];
	char *kept = keep(config, text);

	if (!kept)
		return log_error_r(-ENOMEM, "%s: out of memory", title);
	config->origins[i] = origin;
	return option->kind == OPTION_FLAG ? set_flag(option, title, kept, values) : options_take_value(option, title, kept, values);
}

static bool is_section(const struct reading *r, const char *name)
{
	for (const char *const *s = r->sections; *s; s++) {
		if (!strcmp(*s, name))
			return true;
	}
	return false;
}

static int refuse(struct reading *r, const char *what, const char *why)
{
	r->error = log_error_r(-EINVAL, "%s:%u: %s: %s", r->path, r->line, what, why);
	return 0;
}

static int on_value(void *user, const char *section, const char *name, const char *value)
{
	struct reading *r = user;
	char *copy, title[PATH_MAX + 256];

	if (r->error < 0)
		return 0;
	if (!is_section(r, section))
		return refuse(r, *section ? section : name, *section ? "no such section" : "stands before the first [section]");
	if (strcmp(section, r->section))
		return 1;
	if (!strcmp(name, "operands") && r->config->spec->max_operands) {
		copy = keep(r->config, value);
		r->error = copy ? set_operands(r->config, copy, r->path) : -ENOMEM;
		return r->error == 0;
	}
	for (size_t i = 0; i < r->config->spec->count; i++) {
		if (strcmp(name, r->config->spec->options[i].name))
			continue;
		snprintf(title, sizeof(title), "%s:%u: %s", r->path, r->line, name);
		r->error = set_option(r->config, i, title, value, r->path, r->values);
		return r->error == 0;
	}
	return refuse(r, name, "no such option");
}

/* fgets(), but a line that inih would cut is an error. */
static char *read_line(char *out, int room, void *user)
{
	struct reading *r = user;
	char *line = r->error < 0 ? NULL : fgets(out, room, r->file);

	if (!line)
		return NULL;
	r->line++;
	if (strlen(line) > LINE_MAX_BYTES) {
		refuse(r, "line", "longer than 190 bytes");
		return NULL;
	}
	return line;
}

static int read_file(struct reading *r)
{
	_cleanup_fclose_ FILE *file = fopen(r->path, "re");
	struct stat st;
	int line;

	if (!file)
		return log_errno_r(-errno, "%s", r->path);
	if (fstat(fileno(file), &st) < 0 || !S_ISREG(st.st_mode))
		return log_error_r(-EINVAL, "%s: not a file", r->path);
	r->file = file;
	r->line = 0;
	line = ini_parse_stream(read_line, r, on_value, r);
	if (r->error == 0 && line > 0)
		return log_error_r(-EINVAL, "%s:%d: neither [section] nor name = value", r->path, line);
	r->config->files += r->error == 0;
	return r->error ?: line < 0 ? -ENOMEM : 0;
}

static int is_conf(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return n > 5 && entry->d_name[0] != '.' && !strcmp(entry->d_name + n - 5, ".conf");
}

/* The files of conf.d/ beside @path, in order of names. */
static int read_directory(struct reading *r, const char *path)
{
	const char *slash = strrchr(path, '/');
	char directory[PATH_MAX - 300], name[PATH_MAX];
	struct dirent **list = NULL;
	int n, e = 0;

	snprintf(directory, sizeof(directory), "%.*sconf.d", slash ? (int)(slash + 1 - path) : 0, path);
	n = scandir(directory, &list, is_conf, alphasort);
	if (n > CONFIG_FILES_MAX)
		e = log_error_r(-EINVAL, "%s: more than %d files", directory, CONFIG_FILES_MAX);
	for (int i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "%s/%s", directory, list[i]->d_name);
		r->path = e == 0 ? keep(r->config, name) : NULL;
		if (e == 0)
			e = r->path ? read_file(r) : -ENOMEM;
		free(list[i]);
	}
	free(list);
	return e;
}

/* IOTBPF_STATS_EVERY for "stats-every". */
static void variable_name(const char *option, char out[64])
{
	size_t n = (size_t)snprintf(out, 64, "IOTBPF_%s", option);

	for (size_t i = 0; i < n && i < 63; i++)
		out[i] = out[i] == '-' ? '_' : (char)toupper((unsigned char)out[i]);
}

static int read_environment(struct config *config, void *values)
{
	int e = 0;

	for (size_t i = 0; e == 0 && i < config->spec->count; i++) {
		char variable[64];
		const char *text;

		variable_name(config->spec->options[i].name, variable);
		text = getenv(variable);
		if (text && *text)
			e = set_option(config, i, variable, text, keep(config, variable), values);
	}
	return e;
}

int config_load(struct config *config, const char *path, const struct options_spec *spec, const char *section, const char *const *sections,
		void *values)
{
	struct reading r = { .config = config, .section = section, .sections = sections, .values = values };
	int e = 0;

	config->spec = spec;
	config->origins = calloc(spec->count, sizeof(*config->origins));
	if (!config->origins)
		return log_error_r(-ENOMEM, "out of memory reading the configuration");
	if (!path || strcmp(path, "none")) {
		r.path = keep(config, path ? path : CONFIG_FILE);
		if (!r.path)
			return log_error_r(-ENOMEM, "out of memory reading the configuration");
		if (path || access(r.path, F_OK) == 0)
			e = read_file(&r);
		e = e ?: read_directory(&r, path ? path : CONFIG_FILE);
	}
	return e ?: read_environment(config, values);
}

void config_free(struct config *config)
{
	for (size_t i = 0; i < config->text_count; i++)
		free(config->texts[i]);
	free(config->texts);
	free(config->origins);
	*config = (struct config){ 0 };
}
