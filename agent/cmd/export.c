/* SPDX-License-Identifier: BSD-2-Clause */

/* iotbpf export: what is known, as tables for researchers; identities stay at home unless they are asked for. */

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/cmd/command.h"
#include "agent/cmd/export_input.h"
#include "agent/cmd/export_report.h"

#define PROGRESS_NS (NS_PER_SECOND / 2)
#define ALL_TABLES ((1u << IMPORTED_TABLES) - 1)
#define BASE_TABLES (1u << IMPORTED_DEVICES | 1u << IMPORTED_FLOWS)

#define AT(field) offsetof(struct export_values, field)

static const struct option_spec OPTIONS[] = {
	{ .name = "device",
	  .letter = 'd',
	  .kind = OPTION_STRINGS,
	  .offset = AT(devices),
	  .argument = "DEVICE",
	  .help = "only this one: by name, address, or the beginning of one" },
	{ .name = "since", .kind = OPTION_STRING, .offset = AT(since), .argument = "TIME", .help = "from then on: 1d (before the end), 19:04, ..." },
	{ .name = "until", .kind = OPTION_STRING, .offset = AT(until), .argument = "TIME", .help = "until then" },
	{ .name = "what",
	  .letter = 'w',
	  .kind = OPTION_SET,
	  .offset = AT(what),
	  .argument = "LIST",
	  .help = "tables, comma-separated (default: all)",
	  .choices = imported_table_names },
	{ .name = "format",
	  .letter = 'f',
	  .kind = OPTION_CHOICE,
	  .offset = AT(format),
	  .argument = "FORMAT",
	  .help = "form of the export (default: ndjson)",
	  .choices = export_format_names },
	{ .name = "output", .letter = 'o', .kind = OPTION_STRING, .offset = AT(out), .argument = "PATH", .help = "file or new directory" },
	{ .name = "private",
	  .kind = OPTION_FLAG,
	  .offset = AT(private_),
	  .help = "tokens in the place of identities; this is so without saying it" },
	{ .name = "identities", .kind = OPTION_FLAG, .offset = AT(identities), .help = "addresses, names and labels leave as they are" },
	{ .name = "keep",
	  .kind = OPTION_SET,
	  .offset = AT(keep),
	  .argument = "LIST",
	  .help = "of a private export: words that leave as they are",
	  .choices = imported_kept_names },
	{ .name = "salt-file",
	  .kind = OPTION_STRING,
	  .offset = AT(salt_file),
	  .argument = "FILE",
	  .help = "the same tokens in every export with this salt; made if it is not there" },
	{ .name = "shift-times", .kind = OPTION_FLAG, .offset = AT(shift), .help = "move all times: the export begins in 2000" },
	{ .name = "dry-run", .letter = 'n', .kind = OPTION_FLAG, .offset = AT(dry_run), .help = "only say what would leave" },
	{ .name = "quiet", .letter = 'q', .kind = OPTION_FLAG, .offset = AT(quiet), .help = "do not say what left" },
	{ .name = "read",
	  .letter = 'r',
	  .kind = OPTION_STRINGS,
	  .offset = AT(read),
	  .argument = "CAPTURE",
	  .help = "export a capture file instead of the history" },
	{ .name = "import", .letter = 'i', .kind = OPTION_STRING, .offset = AT(import), .argument = "PATH", .help = "or an earlier export" },
	{ .name = "state", .kind = OPTION_STRING, .offset = AT(state), .argument = "DIR", .help = "the history is there" },
	{ .name = "model",
	  .letter = 'm',
	  .kind = OPTION_STRING,
	  .offset = AT(model),
	  .argument = "FILE|none",
	  .help = "of captures: model file instead of the built-in one" },
	{ .name = "gateway",
	  .letter = 'g',
	  .kind = OPTION_MACS,
	  .offset = AT(gateways),
	  .argument = "MAC",
	  .help = "of captures: a router, not a device" },
	{ .name = "stride",
	  .kind = OPTION_U32,
	  .offset = AT(stride),
	  .argument = "N",
	  .help = "a window begins every N packets (default: 30, so none overlap)",
	  .min = 1,
	  .max = 1000 },
};

const struct options_spec export_options = {
	.command = "iotbpf export",
	.summary = "Write what is known as tables for researchers: who was active when, periods, functions, labels, window statistics.",
	.details = "Identities do not leave: devices, types and functions become tokens, names and vendors are left out. What left is told "
		   "on standard error; --dry-run only tells it. CSV is a new directory of files (-o DIR), or one table (--what series -o FILE.csv, "
		   "or to standard output); parquet-ready adds types for DuckDB and Arrow; NDJSON is one stream. `iotbpf import` checks and reads "
		   "the result, `iotbpf plot --import` draws it. See iotbpf-export(1) and (5).\n\n"
		   "Examples: iotbpf export --since 1d -o home.ndjson; iotbpf export --read day.pcap --format parquet-ready -o day",
	.options = OPTIONS,
	.count = sizeof(OPTIONS) / sizeof(OPTIONS[0]),
};

/* One table of CSV, to a file or standard output, which nothing can read back but people and programs of theirs. */
static bool is_single(const struct export_values *v)
{
	const char *suffix = v->out ? strrchr(v->out, '.') : NULL;

	return v->format == EXPORT_CSV && v->what && !(v->what & (v->what - 1)) && (!v->out || (suffix && !strcmp(suffix, ".csv")));
}

static int check_values(const struct export_values *v)
{
	if (v->read.count && v->import)
		return log_error_r(-EINVAL, "--read and --import exclude each other");
	if (v->identities && (v->private_ || v->keep || v->salt_file))
		return log_error_r(-EINVAL, "--identities lets everything leave: --private, --keep and --salt-file do not go with it");
	if (!v->what)
		return log_error_r(-EINVAL, "--what names no table");
	if (v->format != EXPORT_NDJSON && !v->out && !v->dry_run && !is_single(v))
		return log_error_r(-EINVAL, "-o is missing: %s is a directory of several files%s", export_format_names[v->format],
				   v->format == EXPORT_CSV ? "; a single table (--what series) goes to standard output" : "");
	return 0;
}

/* Shown on a terminal while it takes long; a signal ends the export tidily. */
struct progress {
	int64_t next_ns; /* 0: not on a terminal */
	bool shown;
	sigset_t stops;
	int stopped_by; /* signal */
};

static int tick(void *user, const char *table, uint64_t rows)
{
	struct progress *p = user;
	const struct timespec now = { 0 };

	p->stopped_by = sigtimedwait(&p->stops, NULL, &now);
	if (p->stopped_by > 0)
		return -EINTR;
	if (!p->next_ns || time_monotonic_ns() < p->next_ns)
		return 0;
	p->next_ns = time_monotonic_ns() + PROGRESS_NS;
	p->shown = true;
	dprintf(STDERR_FILENO, "\r\033[K%s: %llu rows", table, (unsigned long long)rows);
	return 0;
}

/* Nothing of it is there until it is kept: a first opening tells early whether that will be possible. */
static int open_place(struct export_writer *w, const struct export_values *v)
{
	enum export_place_kind kind = PLACE_DIRECTORY;

	if (v->dry_run)
		kind = PLACE_NOWHERE;
	else if (v->format == EXPORT_NDJSON || is_single(v))
		kind = v->out ? PLACE_FILE : PLACE_STDOUT;
	return export_place_open(&w->place, kind, v->out);
}

static int open_writer(struct export_writer *w, const struct export_values *v)
{
	int r = 0;

	w->format = (enum export_format)v->format;
	w->privacy.on = !v->identities;
	w->privacy.keep = v->keep;
	if (!v->identities)
		r = v->salt_file ? export_salt_file(v->salt_file, &w->privacy.salt) : export_salt_random(&w->privacy.salt);
	w->head.tables = is_single(v) ? v->what : v->what | BASE_TABLES;
	if (r == 0)
		r = open_place(w, v);
	export_place_close(&w->place);
	return r;
}

static int exit_code(int r)
{
	switch (r) {
	case 0:
	case -EPIPE:
		return EX_OK;
	case -EEXIST:
	case -ENOENT:
	case -EACCES:
	case -EROFS:
		return EX_CANTCREAT;
	case -EBADMSG:
	case -ENODATA:
		return EX_DATAERR;
	default:
		return EX_IOERR;
	}
}

/* While files are made a signal waits until they are tidied up; then it ends the process as it would have. */
static int write_all(struct export_writer *w, const struct export_source *source, const struct export_values *v)
{
	struct progress p = { .next_ns = isatty(STDERR_FILENO) ? time_monotonic_ns() + PROGRESS_NS : 0 };
	sigset_t before;
	int r;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&p.stops);
	sigaddset(&p.stops, SIGINT);
	sigaddset(&p.stops, SIGTERM);
	sigaddset(&p.stops, SIGHUP);
	sigprocmask(SIG_BLOCK, &p.stops, &before);
	w->tick = (struct export_tick){ tick, &p };
	r = open_place(w, v) ?: export_run(w, source, v->shift);
	if (p.shown)
		dprintf(STDERR_FILENO, "\r\033[K");
	if (r < 0)
		export_place_close(&w->place);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (r == -EINTR) {
		log_error("interrupted: nothing was exported");
		raise(p.stopped_by);
	}
	return r;
}

static int export(const struct export_values *v, struct export_writer *w)
{
	struct export_input input = { 0 };
	int code, r = open_writer(w, v);

	if (r < 0)
		return exit_code(r);
	code = export_input_open(&input, v, w->head.tables);
	if (code == EX_OK) {
		r = write_all(w, &input.source, v);
		code = exit_code(r);
		if (r == 0 && (!v->quiet || v->dry_run))
			export_report(w, v->salt_file, v->dry_run);
	}
	export_input_close(&input);
	return code;
}

int cmd_export(int argc, char **argv)
{
	struct export_values values = { .what = ALL_TABLES, .format = EXPORT_NDJSON, .stride = IOT_WINDOW };
	struct operands operands;
	struct export_writer *w;
	int code = command_parse(&export_options, argc, argv, &values, &operands);

	if (code < 0 && check_values(&values) < 0)
		code = EX_USAGE;
	if (code < 0) {
		w = calloc(1, sizeof(*w));
		code = w ? export(&values, w) : EX_OSERR;
		if (w)
			export_writer_close(w);
		free(w);
	}
	string_list_free(&values.read);
	string_list_free(&values.devices);
	mac_list_free(&values.gateways);
	return code;
}
