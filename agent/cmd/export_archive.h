/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_EXPORT_ARCHIVE_H
#define AGENT_CMD_EXPORT_ARCHIVE_H

#include "agent/base/mac.h"
#include "agent/cmd/export_input.h"
#include "agent/cmd/export_names.h"

/* A device that the history or a label names. */
struct archived {
	uint64_t mac;
	char id[MAC_TEXT_SIZE];
	char type[DATASET_TEXT];
};

/* The state directory while it is exported. */
struct export_archive {
	struct store store;
	int64_t from_s, to_s;
	struct archived *devices; /* by address */
	size_t count;
	struct label *labels; /* of this time, by number; of devices that are not chosen too */
	size_t label_count;
	struct dataset *whole; /* NULL: too much, so one device after the other is loaded */
	struct dataset *one;
	struct names *names; /* NULL: names and vendors do not leave */
};

/** export_archive_labels, export_archive_windows - see struct export_source; windows are those of the packets that labels keep */
int export_archive_labels(void *user, struct export_writer *w);
int export_archive_windows(void *user, struct export_writer *w);

#endif
