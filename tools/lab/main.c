/* SPDX-License-Identifier: BSD-2-Clause */
/* iotbpf-lab: a household out of network namespaces, or as a capture. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "agent/base/log.h"
#include "agent/base/mac.h"
#include "tools/lab/lab.h"

static const char usage[] =
	"usage: iotbpf-lab COMMAND [OPTION]...\n"
	"  list                   the devices that are described, and their functions\n"
	"  up                     build the household's namespaces and leave them\n"
	"  run                    up, let the devices live for a while, down\n"
	"  down                   remove the household\n"
	"  synth -o FILE          the same household as a capture\n"
	"  replay FILE            send a capture's frames into a bridge, each from its MAC's own port\n"
	"  show [-o FILE]         an agent's events from stdin: as text, or as they are in a pipe; copied to FILE\n"
	"  compare FILE           a table of these events beside --truth\n"
	"  flood IFACE            send frames from random addresses, of random protocols; prints how many, and what was wrong with them\n"
	"  soak -o FILE|-         a capture of 64 devices, floods, odd frames and clock steps; --truth: the exact account\n"
	"\n"
	"  --prefix NAME          of the namespaces (lab): NAME-rtr has the bridge br-lan\n"
	"  --devices LIST         names, comma separated (all)\n"
	"  --dir DIR              where the descriptions are (tools/lab/devices)\n"
	"  --seconds N            how long (60; replay: the whole capture)\n"
	"  --seed N               of everything random (1)\n"
	"  --functions random|none, --duty SHARE   of the time spent in functions (random, 0.4)\n"
	"  --truth FILE           JSON: what was configured, when functions ran, what was sent\n"
	"  --manifest FILE        CSV: labels of the capture (synth)\n"
	"  --split-trials         every interval of a function is a trial of its own (synth)\n"
	"  --keep                 leave the namespaces standing (run, replay)\n"
	"  --speed X, --fast      replay faster, or without pauses\n"
	"  --hello                replay: first one small frame from every MAC\n"
	"  --ports N              replay: at most this many MACs (32)\n"
	"  --wire-only            replay: build bridge and ports and stop; --keep them for the next one\n"
	"  --port-map             replay: print \"MAC port\" lines once the ports exist\n"
	"  --offload              leave segmentation and checksum offload of the ports on\n"
	"  --rate N, --frames N, --threads N   flood: frames a second, frames in all, senders (1)\n"
	"  --to MAC, --malformed  flood: destination (02:00:00:00:00:01); every second frame has something wrong\n"
	"  --inject               flood: into IFACE as if they came in there, which takes least of the processor\n";

enum option_code {
	PREFIX = 256,
	DEVICES,
	DIR_,
	SECONDS,
	SEED,
	FUNCTIONS,
	DUTY,
	TRUTH,
	MANIFEST,
	SPLIT,
	KEEP,
	SPEED,
	FAST,
	HELLO,
	PORTS,
	PORT_MAP,
	OFFLOAD,
	SCHEDULE,
	WIRE_ONLY,
	RATE,
	FRAMES,
	THREADS,
	TO,
	MALFORMED,
	INJECT
};

static const struct option options[] = {
	{ "prefix", 1, NULL, PREFIX },       { "devices", 1, NULL, DEVICES },    { "dir", 1, NULL, DIR_ },
	{ "seconds", 1, NULL, SECONDS },     { "seed", 1, NULL, SEED },          { "functions", 1, NULL, FUNCTIONS },
	{ "schedule", 1, NULL, SCHEDULE },   { "duty", 1, NULL, DUTY },          { "truth", 1, NULL, TRUTH },
	{ "manifest", 1, NULL, MANIFEST },   { "split-trials", 0, NULL, SPLIT }, { "keep", 0, NULL, KEEP },
	{ "speed", 1, NULL, SPEED },         { "fast", 0, NULL, FAST },          { "hello", 0, NULL, HELLO },
	{ "ports", 1, NULL, PORTS },         { "port-map", 0, NULL, PORT_MAP },  { "offload", 0, NULL, OFFLOAD },
	{ "wire-only", 0, NULL, WIRE_ONLY }, { "rate", 1, NULL, RATE },          { "frames", 1, NULL, FRAMES },
	{ "threads", 1, NULL, THREADS },     { "to", 1, NULL, TO },              { "malformed", 0, NULL, MALFORMED },
	{ "inject", 0, NULL, INJECT },       { "help", 0, NULL, 'h' },           { NULL, 0, NULL, 0 },
};

static int number(const char *text, double min, double max, double *value)
{
	char *end;
	double v = strtod(text, &end);

	if (end == text || *end || !(v >= min && v <= max))
		return log_error_r(-1, "'%s' is not a number from %g to %g", text, min, max);
	*value = v;
	return 0;
}

static int functions(const char *text, struct lab_args *a)
{
	if (!strcmp(text, "none"))
		a->duty = 0;
	else if (strcmp(text, "random") != 0)
		return log_error_r(-1, "functions run at 'random' or 'none', not '%s'", text);
	return 0;
}

static int set_flag(int code, struct lab_args *a)
{
	bool *flag = code == SPLIT     ? &a->split_trials :
		     code == KEEP      ? &a->keep :
		     code == FAST      ? &a->fast :
		     code == HELLO     ? &a->hello :
		     code == PORT_MAP  ? &a->port_map :
		     code == OFFLOAD   ? &a->offload :
		     code == WIRE_ONLY ? &a->wire_only :
		     code == MALFORMED ? &a->malformed :
		     code == INJECT    ? &a->inject :
					 NULL;

	if (!flag)
		return -1;
	*flag = true;
	return 0;
}

static int set_text(int code, struct lab_args *a)
{
	const char **text = code == PREFIX   ? &a->prefix :
			    code == DEVICES  ? &a->devices :
			    code == DIR_     ? &a->dir :
			    code == TRUTH    ? &a->truth :
			    code == MANIFEST ? &a->manifest :
			    code == 'o'      ? &a->output :
					       NULL;

	if (!text)
		return set_flag(code, a);
	*text = optarg;
	return 0;
}

/* What only a flood has. */
static int set_flood(int code, struct lab_args *a)
{
	double v = 0;

	if (code == TO)
		return mac_parse(optarg, &a->to) < 0 ? log_error_r(-1, "'%s' is not a MAC address", optarg) : 0;
	if (number(optarg, code == THREADS ? 1 : 0, code == THREADS ? 16 : 1e15, &v) < 0)
		return -1;
	if (code == RATE)
		a->rate = v;
	else if (code == FRAMES)
		a->frames = (uint64_t)v;
	else
		a->threads = (unsigned int)v;
	return 0;
}

static int set_option(int code, struct lab_args *a)
{
	double v = 0;

	switch (code) {
	case RATE:
	case FRAMES:
	case THREADS:
	case TO:
		return set_flood(code, a);
	case SECONDS:
		return number(optarg, 0.001, 366 * 86400.0, &a->seconds);
	case SEED:
		if (number(optarg, 0, 1e15, &v) < 0)
			return -1;
		a->seed = (uint64_t)v;
		return 0;
	case DUTY:
		return number(optarg, 0, 0.95, &a->duty);
	case SPEED:
		return number(optarg, 0.001, 1e6, &a->speed);
	case PORTS:
		if (number(optarg, 1, 512, &v) < 0)
			return -1;
		a->ports = (unsigned int)v;
		return 0;
	case FUNCTIONS:
	case SCHEDULE:
		return functions(optarg, a);
	default:
		return set_text(code, a);
	}
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(const struct lab_args *);
	} commands[] = { { "list", lab_cmd_list }, { "synth", lab_cmd_synth },    { "up", lab_cmd_up },
			 { "down", lab_cmd_down }, { "run", lab_cmd_run },        { "replay", lab_cmd_replay },
			 { "show", lab_cmd_show }, { "compare", lab_cmd_compare }, { "flood", lab_cmd_flood },
			 { "soak", lab_cmd_soak } };
	struct lab_args a = { .prefix = "lab", .devices = "all", .seed = 1, .duty = 0.4, .speed = 1, .ports = 32, .to = 0x020000000001, .threads = 1 };
	int code;

	/* Whoever reads the messages may stop; the household is still to be taken down. */
	signal(SIGPIPE, SIG_IGN);
	while ((code = getopt_long(argc, argv, "ho:", options, NULL)) >= 0) {
		if (code == 'h')
			return fputs(usage, stdout) < 0;
		if (code == '?' || set_option(code, &a) < 0)
			return EX_USAGE;
	}
	if (argc - optind == 2)
		a.file = argv[optind + 1];
	for (size_t i = 0; argc - optind >= 1 && argc - optind <= 2 && i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(argv[optind], commands[i].name))
			return commands[i].run(&a);
	fputs(usage, stderr);
	return EX_USAGE;
}
