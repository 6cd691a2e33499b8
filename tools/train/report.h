/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TOOLS_TRAIN_REPORT_H
#define TOOLS_TRAIN_REPORT_H

/* Results for people and for programs. */

#include "agent/base/buffer.h"
#include "agent/base/json.h"
#include "tools/train/openset.h"
#include "tools/train/validate.h"

/* A part of a trial that was decided on besides the whole. */
struct report_view {
	struct view view;
	struct decisions decisions;
};

struct report {
	const struct study *study;
	const struct validation *validation;
	const struct report_view *views;
	size_t view_count;
	const struct openset *openset; /* or NULL */
	const struct results *holdout; /* or NULL */
	bool matrices;                 /* as text, too */
};

/** report_text - to stdout; 0 or -errno, logged */
int report_text(const struct report *report);

/** report_html - one page without outside references: confusion matrices as heat maps. 0 or -errno, logged */
int report_html(const struct report *report, const char *path);

/** report_json - 0 or -errno, logged */
int report_json(const struct report *report, const char *path);

/** report_accuracies - the members "windows", "trial", "capture" and "person" of the object that @json is in */
void report_accuracies(struct json *json, const struct validation *validation);

#endif
