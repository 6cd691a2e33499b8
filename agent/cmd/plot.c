// SPDX-License-Identifier: BSD-2-Clause

/* iotbpf plot: who was active when, as a page, a picture, or on the terminal. */

#include <langinfo.h>
#include <locale.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/base/log.h"
#include "agent/cmd/ask.h"
#include "agent/cmd/command.h"
#include "agent/cmd/plot.h"
#include "agent/output/plot/plot.h"
#include "agent/output/table.h"

#define AT(member) offsetof(struct plot_values, member)

static const struct option_spec OPTIONS[] = {
	{ .name = "read",
	  .letter = 'r',
	  .kind = OPTION_STRINGS,
	  .offset = AT(read),
	  .argument = "CAPTURE",
	  .help = "draw capture files (pcap, pcapng; `-`: standard input), not the history; operands are more of them" },
	{ .name = "import", .letter = 'i', .kind = OPTION_STRING, .offset = AT(import), .argument = "PATH", .help = "draw an export" },
	{ .name = "state", .kind = OPTION_STRING, .offset = AT(state), .argument = "DIR", .help = "the history is there (/var/lib/iotbpf)" },
	ASK_OPTION(struct plot_values),
	{ .name = "output", .letter = 'o', .kind = OPTION_STRING, .offset = AT(output), .argument = "FILE", .help = "where it goes; its ending says the form" },
	{ .name = "last", .letter = 'l', .kind = OPTION_DURATION, .offset = AT(last_ns), .argument = "TIME", .help = "only the last 5m, 24h, 7d, ...", .min = 1, .max = 3.2e8 },
	{ .name = "first", .kind = OPTION_DURATION, .offset = AT(first_ns), .argument = "TIME", .help = "only the first 5m, ... of it", .min = 1, .max = 3.2e8 },
	{ .name = "device", .letter = 'd', .kind = OPTION_STRING, .offset = AT(device), .argument = "DEVICE", .help = "as the operand, where the operands are capture files" },
	{ .name = "html", .kind = OPTION_FLAG, .offset = AT(html), .help = "one page for a browser, that needs no network" },
	{ .name = "svg", .kind = OPTION_FLAG, .offset = AT(svg), .help = "a picture, SVG" },
	{ .name = "png", .kind = OPTION_FLAG, .offset = AT(png), .help = "a picture, PNG (needs the program rsvg-convert)" },
	{ .name = "terminal", .letter = 't', .kind = OPTION_FLAG, .offset = AT(terminal), .help = "text: colours and braille" },
	{ .name = "ascii", .kind = OPTION_FLAG, .offset = AT(ascii), .help = "text: no braille, also where the locale is one of UTF-8" },
	{ .name = "dark", .kind = OPTION_FLAG, .offset = AT(dark), .help = "a picture on a dark ground" },
	{ .name = "width", .letter = 'w', .kind = OPTION_U32, .offset = AT(width), .argument = "N", .help = "pixels of a picture (960), columns of text", .min = 20, .max = 8000 },
	{ .name = "title", .kind = OPTION_STRING, .offset = AT(title), .argument = "TEXT", .help = "above it" },
	{ .name = "model", .letter = 'm', .kind = OPTION_STRING, .offset = AT(model), .argument = "FILE|none", .help = "with --read: model file instead of the built-in one" },
	{ .name = "gateway", .letter = 'g', .kind = OPTION_MACS, .offset = AT(gateways), .argument = "MAC", .help = "with --read: a router in the capture, not a device" },
};

const struct options_spec plot_options = {
	.command = "iotbpf plot",
	.summary = "Draw which flow was active when: a row a flow, a mark an active second; periods, packets a second, functions.",
	.operands = "[DEVICE]",
	.details = "DEVICE is a name, an address, or the beginning of one. Without --output a terminal gets text, and a pipe the page.\n\n"
		   "Examples: iotbpf plot --last 24h -o home.html; iotbpf plot tuya --last 5m; iotbpf plot --read *.pcap -o day.svg",
	.max_operands = -1,
	.options = OPTIONS,
	.count = sizeof(OPTIONS) / sizeof(OPTIONS[0]),
};

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);

	return n >= k && !strcmp(s + n - k, end);
}

/* The form that was asked for; AUTO after logging that none can be told. */
static enum plot_form form_of(const struct plot_values *v)
{
	if (v->html + v->svg + v->png + v->terminal > 1) {
		log_error("one of --html, --svg, --png and --terminal");
		return PLOT_FORM_AUTO;
	}
	if (v->html || v->svg || v->png || v->terminal)
		return v->html ? PLOT_FORM_HTML : v->svg ? PLOT_FORM_SVG : v->png ? PLOT_FORM_PNG : PLOT_FORM_TERMINAL;
	if (!v->output || !strcmp(v->output, "-"))
		return isatty(STDOUT_FILENO) ? PLOT_FORM_TERMINAL : PLOT_FORM_HTML;
	if (ends_with(v->output, ".html") || ends_with(v->output, ".htm"))
		return PLOT_FORM_HTML;
	if (ends_with(v->output, ".svg"))
		return PLOT_FORM_SVG;
	if (ends_with(v->output, ".png"))
		return PLOT_FORM_PNG;
	log_error("%s: its ending names no form: .html, .svg or .png, or say --html, --svg, --png or --terminal", v->output);
	return PLOT_FORM_AUTO;
}

static int check(const struct plot_values *v, const struct operands *operands, enum plot_form form)
{
	if (form == PLOT_FORM_AUTO)
		return EX_USAGE;
	if (v->read.count && v->import) {
		log_error("--read and --import exclude each other");
		return EX_USAGE;
	}
	if (!v->read.count && operands->count > 1) {
		log_error("one device, or all; capture files come after --read");
		return EX_USAGE;
	}
	if (form == PLOT_FORM_HTML && !plot_has_page()) {
		log_error("built without uPlot (no network then), so there are no pages: make again with network, or use --svg, --png or --terminal");
		return EX_UNAVAILABLE;
	}
	return EX_OK;
}

static int render(const struct plot_values *v, enum plot_form form, const struct dataset *ds, const char *source, struct buffer *out)
{
	const char *truecolor = getenv("COLORTERM");
	struct plot_options options = { .title = v->title, .source = source, .width = v->width, .dark = v->dark };

	if (!options.title && ds->count == 1)
		options.title = ds->devices[0].name[0] ? ds->devices[0].name : ds->devices[0].id;
	if (!options.title)
		options.title = source;
	out->limit = PLOT_PAGE_LIMIT;
	if (form == PLOT_FORM_HTML)
		return plot_html(ds, &options, out);
	if (form != PLOT_FORM_TERMINAL)
		return plot_svg(ds, &options, out);
	setlocale(LC_CTYPE, "");
	options.ascii = v->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	options.color = isatty(STDOUT_FILENO) && !terminal_no_color();
	options.truecolor = truecolor && (!strcmp(truecolor, "truecolor") || !strcmp(truecolor, "24bit"));
	if (!options.width)
		options.width = terminal_width(STDOUT_FILENO);
	return plot_terminal(ds, &options, out);
}

static int draw(const struct plot_values *v, enum plot_form form, const struct dataset *ds, const char *source)
{
	_cleanup_(buffer_free) struct buffer out = { 0 };
	int r = render(v, form, ds, source, &out);

	if (r == -EMSGSIZE) {
		log_error("too much to draw: choose a device, or a shorter time (--last 24h)");
		return EX_DATAERR;
	}
	if (r < 0) {
		log_errno_r(r, "cannot draw");
		return EX_OSERR;
	}
	return plot_put(v, form, &out);
}

int cmd_plot(int argc, char **argv)
{
	struct plot_values values = { 0 };
	struct plot_source source = { 0 };
	struct operands operands;
	enum plot_form form;
	int code = command_parse(&plot_options, argc, argv, &values, &operands);

	if (code >= 0)
		return code;
	form = form_of(&values);
	code = check(&values, &operands, form);
	if (code == EX_OK)
		code = plot_load(&values, &operands, &source);
	if (source.dataset) {
		int drawn = draw(&values, form, source.dataset, source.text);

		code = code == EX_OK ? drawn : code;
		dataset_free(source.dataset);
	}
	mac_list_free(&values.gateways);
	string_list_free(&values.read);
	return code;
}
