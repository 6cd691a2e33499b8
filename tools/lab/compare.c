/* SPDX-License-Identifier: BSD-2-Clause */
/* iotbpf-lab compare: what an observer found beside what the lab really did. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/base/mac.h"
#include "agent/output/table.h"
#include "tools/lab/findings.h"
#include "tools/lab/lab.h"

enum {
	CYCLES_DUE = 7,        /* periods that began anywhere have six whole ones by then */
	SHORTEST_US = 5000000, /* functions cut shorter by the end of the run are not counted */
	SLACK_US = 4000000,    /* how much later a decision may come */
};

struct score {
	unsigned int devices, right_devices, due, found, strange, functions, right_functions, wrong_functions;
};

static bool same_period(const struct found_period *p, const cJSON *truth)
{
	double seconds = json_number(truth, "seconds", 0);

	return !strcmp(p->protocol, json_text(truth, "protocol")) &&
	       fabs(p->seconds - seconds) <= fmax(1, 0.02 * seconds);
}

static const struct found_period *find_period(const struct found_device *d, const cJSON *truth)
{
	for (unsigned int i = 0; d && i < d->n_periods; i++)
		if (same_period(&d->periods[i], truth))
			return &d->periods[i];
	return NULL;
}

static bool period_exists(const struct found_period *p, const cJSON *truths)
{
	const cJSON *truth;

	cJSON_ArrayForEach(truth, truths) if (same_period(p, truth)) return true;
	return false;
}

/* "udp/6666 3 s, arp 30 s": those that were due, the missing ones with a question mark; strange ones with "!". */
static void put_periods(struct buffer *out, const cJSON *truths, const struct found_device *d, double run_seconds,
			struct score *s)
{
	const cJSON *truth;

	cJSON_ArrayForEach(truth, truths)
	{
		double seconds = json_number(truth, "seconds", 0);
		bool due = seconds * CYCLES_DUE <= run_seconds && strcmp(json_text(truth, "role"), "function") != 0;
		bool found = find_period(d, truth) != NULL;

		s->due += due;
		s->found += due && found;
		if (due || found)
			buffer_printf(out, "%s%s %g s%s", out->len ? ", " : "", json_text(truth, "protocol"), seconds,
				      found ? "" : " (missed)");
	}
	for (unsigned int i = 0; d && i < d->n_periods; i++) {
		if (period_exists(&d->periods[i], truths))
			continue;
		s->strange++;
		buffer_printf(out, "%s%s %.4g s (not there)", out->len ? ", " : "", d->periods[i].protocol,
			      d->periods[i].seconds);
	}
}

static bool overlaps(const struct found_interval *f, const cJSON *truth)
{
	int64_t start = json_time(truth, "start"), end = json_time(truth, "end");

	return !strcmp(f->label, json_text(truth, "label")) && f->start_us < end + SLACK_US &&
	       (!f->end_us || f->end_us > start);
}

static bool recognised(const cJSON *truth, const struct found_device *d)
{
	for (unsigned int i = 0; d && i < d->n_intervals; i++)
		if (overlaps(&d->intervals[i], truth))
			return true;
	return false;
}

static bool happened(const struct found_interval *f, const cJSON *truths)
{
	const cJSON *truth;

	cJSON_ArrayForEach(truth, truths) if (overlaps(f, truth)) return true;
	return false;
}

/* "2 of 3, 1 wrong" */
static void put_functions(struct buffer *out, const cJSON *truths, const struct found_device *d, struct score *s)
{
	unsigned int ran = 0, right = 0, wrong = 0;
	const cJSON *truth;

	cJSON_ArrayForEach(truth, truths)
	{
		if (json_time(truth, "end") - json_time(truth, "start") < SHORTEST_US)
			continue;
		ran++;
		right += recognised(truth, d);
	}
	for (unsigned int i = 0; d && i < d->n_intervals; i++)
		wrong += strcmp(d->intervals[i].label, "idle") != 0 && !happened(&d->intervals[i], truths);
	buffer_printf(out, "%u of %u", right, ran);
	if (wrong)
		buffer_printf(out, ", %u wrong", wrong);
	s->functions += ran;
	s->right_functions += right;
	s->wrong_functions += wrong;
}

static void put_row(struct table *t, const cJSON *device, const struct findings *f, double seconds, struct score *s)
{
	_cleanup_(buffer_free) struct buffer periods = { 0 }, functions = { 0 };
	const struct found_device *d = findings_device(f, json_mac(device));
	bool known = d && *d->label;

	buffer_append_str(&periods, "");
	put_periods(&periods, cJSON_GetObjectItemCaseSensitive(device, "periods"), d, seconds, s);
	put_functions(&functions, cJSON_GetObjectItemCaseSensitive(device, "functions"), d, s);
	s->devices++;
	s->right_devices += known && !strcmp(d->label, json_text(device, "label"));
	table_cell(t, json_text(device, "name"));
	table_cell(t, json_text(device, "label"));
	table_cell(t, known ? d->label : d ? "not yet" : "not seen");
	if (known)
		table_cellf(t, "%.0f %%", 100 * d->p);
	else
		table_cell(t, "");
	table_cell(t, functions.data);
	table_cell(t, periods.data);
}

static void print_score(const struct score *s, const cJSON *truth, const struct findings *f)
{
	uint64_t packets = 0;
	const cJSON *device;

	cJSON_ArrayForEach(device, cJSON_GetObjectItemCaseSensitive(truth, "devices")) packets +=
		(uint64_t)(json_number(device, "tx_packets", 0) + json_number(device, "rx_packets", 0));
	printf("\ndevices %u of %u, functions %u of %u (%u wrong), periods due %u of %u (%u not there)\n",
	       s->right_devices, s->devices, s->right_functions, s->functions, s->wrong_functions, s->found, s->due,
	       s->strange);
	printf("the devices sent and received %llu frames; the agent counted %llu, of %llu seen\n",
	       (unsigned long long)packets, (unsigned long long)f->counted, (unsigned long long)f->frames);
}

static int compare(const cJSON *truth, const struct findings *f)
{
	static const struct table_column columns[] = {
		{ "device", TABLE_LEFT, false }, { "really", TABLE_LEFT, false },    { "taken for", TABLE_LEFT, false },
		{ "p", TABLE_RIGHT, false },     { "functions", TABLE_LEFT, false }, { "periods", TABLE_LEFT, true },
	};
	_cleanup_(table_free_p) struct table *t = NULL;
	struct score s = { 0 };
	const cJSON *device;

	if (table_new(columns, sizeof(columns) / sizeof(columns[0]), &t) < 0)
		return -ENOMEM;
	cJSON_ArrayForEach(device, cJSON_GetObjectItemCaseSensitive(truth, "devices"))
		put_row(t, device, f, json_number(truth, "seconds", 0), &s);
	if (table_print(t, STDOUT_FILENO) < 0)
		return -EIO;
	print_score(&s, truth, f);
	return fflush(stdout) == 0 ? 0 : -errno;
}

/* Without a truth: what was found, for a capture whose devices nobody described. */
static int show_findings(const struct findings *f)
{
	static const struct table_column columns[] = {
		{ "device", TABLE_LEFT, false },    { "taken for", TABLE_LEFT, false }, { "p", TABLE_RIGHT, false },
		{ "functions", TABLE_LEFT, false }, { "periods", TABLE_LEFT, true },
	};
	_cleanup_(table_free_p) struct table *t = NULL;

	if (table_new(columns, sizeof(columns) / sizeof(columns[0]), &t) < 0)
		return -ENOMEM;
	for (unsigned int i = 0; i < f->n; i++) {
		const struct found_device *d = &f->devices[i];
		_cleanup_(buffer_free) struct buffer periods = { 0 };
		char mac[MAC_TEXT_SIZE];

		buffer_append_str(&periods, "");
		for (unsigned int j = 0; j < d->n_periods; j++)
			buffer_printf(&periods, "%s%s %.4g s", j ? ", " : "", d->periods[j].protocol,
				      d->periods[j].seconds);
		table_cell(t, mac_format(d->mac, mac));
		table_cell(t, *d->label ? d->label : "not yet");
		if (*d->label)
			table_cellf(t, "%.0f %%", 100 * d->p);
		else
			table_cell(t, "");
		table_cellf(t, "%u", d->n_intervals);
		table_cell(t, periods.data);
	}
	return table_print(t, STDOUT_FILENO);
}

static cJSON *read_json(const char *path)
{
	_cleanup_fclose_ FILE *f = fopen(path, "re");
	_cleanup_free_ char *text = NULL;
	size_t room = 0;
	cJSON *root;

	if (!f || getdelim(&text, &room, '\0', f) < 0) {
		log_errno_r(-errno, "cannot read %s", path);
		return NULL;
	}
	root = cJSON_Parse(text);
	if (!root)
		log_error("%s is not JSON", path);
	return root;
}

int lab_cmd_compare(const struct lab_args *a)
{
	_cleanup_free_ struct findings *f = calloc(1, sizeof(*f));
	cJSON *truth = NULL;
	int r;

	if (!a->file || !f)
		return log_error_r(EX_USAGE, "compare needs a file of events");
	if (findings_read(a->file, f) < 0)
		return EX_DATAERR;
	if (a->truth && !(truth = read_json(a->truth)))
		return EX_DATAERR;
	r = truth ? compare(truth, f) : show_findings(f);
	cJSON_Delete(truth);
	if (r == 0 && !f->stopped)
		log_warn("the event stream has no stop event: it was cut");
	return r < 0 ? EX_IOERR : EX_OK;
}
