// SPDX-License-Identifier: BSD-2-Clause

/*
 * The page. Two things are executed or applied, one script and one style sheet, both from the build; the policy names them by their hashes and
 * forbids all else, the network too. What comes from the outside (names, labels) is in a block of JSON that nothing executes, and cannot end that
 * block because it has no '<'.
 */

#include <sodium.h>
#include <string.h>

#include "agent/output/plot/assets.h"
#include "agent/output/plot/html_data.h"
#include "agent/output/plot/plot.h"


static void put_range(struct buffer *out, const char *from, const char *to)
{
	buffer_append(out, from, (size_t)(to - from));
}

bool plot_has_page(void)
{
	return plot_uplot_js_end - plot_uplot_js > 1;
}

/* A source of the policy: 'sha256-...' of @text. */
static void put_hash(struct buffer *out, const struct buffer *text)
{
	uint8_t hash[crypto_hash_sha256_BYTES];
	char word[sodium_base64_ENCODED_LEN(crypto_hash_sha256_BYTES, sodium_base64_VARIANT_ORIGINAL)];

	crypto_hash_sha256(hash, (const uint8_t *)text->data, text->len);
	sodium_bin2base64(word, sizeof(word), hash, sizeof(hash), sodium_base64_VARIANT_ORIGINAL);
	buffer_printf(out, "'sha256-%s'", word);
}

static void put_style(struct buffer *style)
{
	put_range(style, plot_uplot_css, plot_uplot_css_end);
	buffer_append_char(style, '\n', 1);
	put_range(style, plot_page_css, plot_page_css_end);
}

static void put_script(struct buffer *script)
{
	buffer_append_str(script, "/*\n");
	put_range(script, plot_uplot_license, plot_uplot_license_end);
	buffer_append_str(script, "*/\n");
	put_range(script, plot_uplot_js, plot_uplot_js_end);
	buffer_append_str(script, "\n\"use strict\";\n");
	put_range(script, plot_page_js, plot_page_js_end);
}

static void put_head(struct buffer *out, const struct buffer *style, const struct buffer *script)
{
	buffer_append_str(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
			       "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; base-uri 'none'; form-action 'none'; script-src ");
	put_hash(out, script);
	buffer_append_str(out, "; style-src ");
	put_hash(out, style);
	buffer_append_str(out, "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"generator\" content=\"iotbpf " IOTBPF_VERSION
			       "\">\n<title>iotbpf</title>\n<style>");
	buffer_append(out, style->data, style->len);
	buffer_append_str(out, "</style>\n</head>\n<body>\n");
	put_range(out, plot_page_html, plot_page_html_end);
}

/* JSON has '<' in strings only, where it may as well be escaped. */
static void put_escaped(struct buffer *out, const char *json, size_t n)
{
	for (size_t i = 0; i < n;) {
		const char *found = memchr(json + i, '<', n - i);
		size_t run = found ? (size_t)(found - json) - i : n - i;

		buffer_append(out, json + i, run);
		i += run;
		if (found) {
			buffer_append_str(out, "\\u003c");
			i++;
		}
	}
}

int plot_html(const struct dataset *ds, const struct plot_options *options, struct buffer *out)
{
	_cleanup_(layout_free_p) struct layout *layout = layout_new(ds);
	_cleanup_(buffer_free) struct buffer style = { 0 }, script = { 0 }, json = { .limit = PLOT_PAGE_LIMIT };

	if (!plot_has_page())
		return -ENOSYS;
	if (!layout)
		return -ENOMEM;
	out->limit = PLOT_PAGE_LIMIT;
	put_style(&style);
	put_script(&script);
	html_data(layout, options, &json);
	if (style.failed || script.failed)
		return -ENOMEM;
	if (json.failed)
		return -EMSGSIZE;
	put_head(out, &style, &script);
	buffer_append_str(out, "<script type=\"application/json\" id=\"data\">");
	put_escaped(out, json.data, json.len);
	buffer_append_str(out, "</script>\n<script>");
	buffer_append(out, script.data, script.len);
	buffer_append_str(out, "</script>\n</body>\n</html>\n");
	return out->failed ? -EMSGSIZE : 0;
}
