/* SPDX-License-Identifier: BSD-2-Clause */

/* Confusion matrices as heat maps: Koike et al., figures 5 and 6, each side by side for windows at random and by trial. */

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "tools/train/publish.h"
#include "tools/train/report.h"

static const char head[] =
	"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
	"<title>iotbpf: confusion</title><style>"
	":root{color-scheme:light dark}body{font:14px/1.4 system-ui,sans-serif;margin:2em;max-width:120em}"
	"table{border-collapse:collapse;margin:1em 0}td,th{padding:.2em .4em;text-align:right;font-weight:400;"
	"font-variant-numeric:tabular-nums}th:first-child{white-space:nowrap}thead th{vertical-align:bottom}"
	"thead span{writing-mode:vertical-rl;transform:rotate(180deg);white-space:nowrap}"
	"td{border:1px solid #8883;min-width:1.8em;background:rgba(20,90,180,var(--s,0))}td.f{color:#fff}"
	"figure{margin:0 3em 2em 0;display:inline-block;vertical-align:top;overflow-x:auto;max-width:100%}"
	"</style><h1>Confusion</h1><p>Rows are what it was, columns what was told; the shade is the share of the row.</p>";

static void escape(struct buffer *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '<' || *text == '&' || *text == '>' || *text == '"')
			buffer_printf(out, "&#%d;", *text);
		else
			buffer_append(out, text, 1);
	}
}

static void cell(struct buffer *out, uint32_t count, uint32_t total)
{
	double share = total ? (double)count / total : 0;

	if (!count)
		buffer_append_str(out, "<td>");
	else
		buffer_printf(out, "<td%s style=\"--s:%.2f\" title=\"%.1f %%\">%u", share > 0.5 ? " class=f" : "",
			      0.08 + 0.92 * share, 100 * share, count);
}

static void heat_map(struct buffer *out, const struct matrix *m, char *const *names, const char *title)
{
	if (m->classes < 2 || !matrix_total(m, UINT32_MAX))
		return;
	buffer_append_str(out, "<figure><figcaption>");
	escape(out, title);
	buffer_printf(out, ": accuracy %.4f, macro-F1 %.4f</figcaption><table><thead><tr><th>", matrix_accuracy(m),
		      matrix_macro_f1(m));
	for (uint32_t c = 0; c < m->classes; c++) {
		buffer_append_str(out, "<th><span>");
		escape(out, names[c]);
		buffer_append_str(out, "</span>");
	}
	buffer_append_str(out, "</thead>");
	for (uint32_t a = 0; a < m->classes; a++) {
		buffer_append_str(out, "<tr><th>");
		escape(out, names[a]);
		for (uint32_t b = 0; b < m->classes; b++)
			cell(out, m->cells[a * m->classes + b], matrix_total(m, a));
	}
	buffer_append_str(out, "</table></figure>\n");
}

static void section(struct buffer *out, const char *title)
{
	buffer_append_str(out, "<h2>");
	escape(out, title);
	buffer_append_str(out, "</h2>\n");
}

static void write_page(const struct report *r, struct buffer *out)
{
	const struct manifest *m = r->study->manifest;
	const struct results *results = r->validation->results;

	buffer_append_str(out, head);
	section(out, "Devices");
	for (int g = 0; g < GROUPINGS; g++)
		heat_map(out, &results[g].window.device, m->devices.text,
			 g == GROUP_WINDOW ? "windows at random" : grouping_name((enum grouping)g));
	heat_map(out, &results[GROUP_TRIAL].trial.device, m->devices.text, "trials");
	for (uint32_t d = 0; d < m->devices.count; d++) {
		if (m->functions[d].count < 2 || !results[GROUP_TRIAL].folds)
			continue;
		section(out, m->devices.text[d]);
		if (results[GROUP_WINDOW].folds)
			heat_map(out, &results[GROUP_WINDOW].window.function[d], m->functions[d].text,
				 "windows at random");
		heat_map(out, &results[GROUP_TRIAL].window.function[d], m->functions[d].text, "windows by trial");
		heat_map(out, &results[GROUP_TRIAL].trial.function[d], m->functions[d].text, "trials");
	}
	buffer_append_str(out, "</html>\n");
}

int report_html(const struct report *r, const char *path)
{
	_cleanup_(buffer_free) struct buffer page = { .limit = 64u << 20 };

	write_page(r, &page);
	return page.failed ? log_errno_r(-ENOMEM, "%s", path) : publish_write(path, &page);
}
