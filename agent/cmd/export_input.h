/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_EXPORT_INPUT_H
#define AGENT_CMD_EXPORT_INPUT_H

/* What `iotbpf export` exports: the history in the state directory, captures, or an earlier export. */

#include "agent/base/options.h"
#include "agent/history/imported.h"
#include "agent/history/labels.h"
#include "agent/model/model.h"
#include "agent/output/export.h"

struct export_values {
	struct string_list read, devices;
	struct mac_list gateways;
	const char *import, *state, *since, *until, *model, *out, *salt_file;
	uint32_t what, keep, stride;
	int format;
	bool identities, private_, shift, dry_run, quiet;
};

/* All zero: not opened. */
struct export_input {
	const struct export_values *values;
	struct export_source source; /* made by export_input_open() */
	struct dataset *dataset;     /* of captures */
	struct imported *import;
	struct model *model;
	struct export_archive *archive;
	struct imported_features features; /* of windows that are made here */
};

/**
 * export_input_open - make input->source as the options say; @tables: bits by enum imported_table_id that will be written
 *
 * Returns an exit code; the cause is logged. Release with export_input_close() in either case.
 */
int export_input_open(struct export_input *input, const struct export_values *values, uint32_t tables);
void export_input_close(struct export_input *input);

/* The parts of it. Each returns an exit code; the cause is logged. */
int export_capture_open(struct export_input *input, uint32_t tables);
int export_archive_open(struct export_input *input, uint32_t tables);
void export_archive_close(struct export_input *input);

/**
 * export_input_span - what --since and --until say, within [*from_s, *to_s), which become it; a duration counts back from *to_s
 *
 * 0 or -EINVAL, logged.
 */
int export_input_span(const struct export_values *values, int64_t *from_s, int64_t *to_s);

/** export_input_names - do names or vendors leave? */
bool export_input_names(const struct export_values *values);

/** export_input_narrow - of a whole dataset only the time and the devices that the options say; an exit code */
int export_input_narrow(const struct export_values *values, struct dataset *ds);

#endif
