/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_IMPORTED_TAKE_H
#define AGENT_HISTORY_IMPORTED_TAKE_H

/* Cells of the row that is being read as what they mean. What does not fit is logged: -EBADMSG, or NULL. */

#include "agent/history/imported_internal.h"

#define IMPORTED_LAST_US INT64_C(253402300800000000) /* the year 10000 */

/** imported_take_device - sets im->mac and im->id from the cell that names the device */
int imported_take_device(struct importer *im, const struct imported_cell *cell);

/** imported_find_device - the device that the cell names, which table devices has */
struct dataset_device *imported_find_device(struct importer *im, const struct imported_cell *cell);

/** imported_find_flow - the flow that the first two cells of a row of series or periods name, which table flows has */
struct dataset_flow *imported_find_flow(struct importer *im, const struct imported_cell *cells);

/** imported_take_text - a copy of @size bytes at most; @out stays as it is where the cell is empty */
int imported_take_text(struct importer *im, const char *name, const struct imported_cell *cell, char *out, size_t size);

/** imported_take_source - "owner" or "model" */
int imported_take_source(struct importer *im, const struct imported_cell *cell, bool *owner);

int imported_take_interval(struct importer *im, int64_t from_us, int64_t to_us);

/** imported_take_counts - are the cells of @n columns from @first on 0 or more? */
int imported_take_counts(struct importer *im, const struct imported_cell *cells, int first, int n);

/** imported_take_p - a probability, NAN where the cell is empty */
float imported_take_p(const struct imported_cell *cell);

/** imported_take_second - seconds after the beginning of the export of a time in it */
int imported_take_second(struct importer *im, const struct imported_cell *cell, uint32_t *at);

#endif
