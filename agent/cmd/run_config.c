// SPDX-License-Identifier: BSD-2-Clause

#include "agent/cmd/run_config.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sysexits.h>

#include "agent/base/log.h"
#include "agent/cmd/command.h"

const char *const run_config_sections[] = { "run", NULL };

int run_config(int argc, char **argv, struct config *config, struct run_values *values, struct operands *interfaces)
{
	/* Which file is meant, and whether the command line is right, is known before any file is read. */
	struct run_values first = RUN_DEFAULTS;
	int code = command_parse(&run_options, argc, argv, &first, interfaces);

	common_free(&first.common);
	if (code >= 0)
		return code;
	if (config_load(config, first.config, &run_options, "run", run_config_sections, values) < 0)
		return EX_CONFIG;
	code = command_parse(&run_options, argc, argv, values, interfaces);
	if (code >= 0 || interfaces->count)
		return code;
	*interfaces = (struct operands){ .argv = config->operands, .count = (int)config->operand_count };
	if (interfaces->count)
		return -1;
	log_error("IFACE... missing: name a bridge or interface, or write `operands = br0` under [run] in %s", CONFIG_FILE);
	return EX_USAGE;
}

/* Options that a running agent takes up. */
static bool is_reloadable(const struct option_spec *o)
{
	return o->offset == offsetof(struct run_values, stats_every) || o->offset == offsetof(struct run_values, common.gateways);
}

/* All values of a list, one of anything else. */
static void format_all(const struct option_spec *o, const struct run_values *values, struct buffer *out)
{
	size_t before;

	for (size_t i = 0; i == 0 || option_is_list(o); i++) {
		before = out->len;
		options_format_value(o, values, i, out);
		if (out->len == before)
			break;
		buffer_append_char(out, '\n', 1);
	}
}

static bool is_same(const struct option_spec *o, const struct run_values *a, const struct run_values *b)
{
	_cleanup_(buffer_free) struct buffer old = { 0 }, new = { 0 };

	format_all(o, a, &old);
	format_all(o, b, &new);
	return old.len == new.len && (!old.len || !memcmp(old.data, new.data, old.len));
}

static void name_the_rest(const struct run_values *old, const struct run_values *new)
{
	for (size_t i = 0; i < run_options.count; i++) {
		const struct option_spec *o = &run_options.options[i];

		if (!is_reloadable(o) && !is_same(o, old, new))
			log_warn("%s: changed, takes effect at a restart", o->name);
	}
}

static bool same_interfaces(const struct operands *a, const struct operands *b)
{
	bool same = a->count == b->count;

	for (int i = 0; same && i < a->count; i++)
		same = !strcmp(a->argv[i], b->argv[i]);
	return same;
}

/* The next pass marks the gateways. */
static void take(struct runner *r, struct run_values *new)
{
	struct mac_list gateways = r->values.common.gateways;

	r->values.stats_every = new->stats_every;
	r->values.common.gateways = new->common.gateways;
	new->common.gateways = gateways;
	log_info("configuration read again");
}

int run_config_reload(struct runner *r)
{
	_cleanup_(config_free) struct config config = { 0 };
	struct run_values new = RUN_DEFAULTS;
	struct operands interfaces;
	int code = run_config(r->argc, r->argv, &config, &new, &interfaces);

	if (code < 0) {
		name_the_rest(&r->values, &new);
		if (!same_interfaces(&interfaces, &r->interfaces))
			log_warn("interfaces: changed, take effect at a restart");
		take(r, &new);
	} else {
		log_error("the configuration is not taken: everything stays as it was");
	}
	common_free(&new.common);
	return code < 0 ? 0 : -EINVAL;
}
