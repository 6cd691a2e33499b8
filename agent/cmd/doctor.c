// SPDX-License-Identifier: BSD-2-Clause

/* iotbpf doctor: what this kernel, driver, interface and account allow, what will be blind, and what to do about it. */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "agent/base/cleanup.h"
#include "agent/base/json.h"
#include "agent/base/log.h"
#include "agent/cmd/command.h"
#include "agent/cmd/doctor_internal.h"
#include "agent/output/table.h"

const char *const finding_levels[] = { "good", "blind", "warning", "problem" };

struct doctor_values {
	bool json;
};

static const struct option_spec OPTIONS[] = {
	{ .name = "json", .letter = 'j', .kind = OPTION_FLAG, .offset = offsetof(struct doctor_values, json), .help = "one JSON object" },
};

const struct options_spec doctor_options = {
	.command = "iotbpf doctor",
	.summary = "Tell what this kernel, account and each interface allow, which hook a port would get, and what stays unseen, each with its remedy.",
	.operands = "[IFACE]...",
	.details = "Without IFACE: every bridge, or every physical interface where there is none. Nothing is attached or changed.\n\n"
		   "good: as it should be; blind: something no program on this machine sees; warning: works, but worse than it could;\n"
		   "problem: the agent will not run. The exit status is 69 or 77 where there is a problem.\n\nExample: sudo iotbpf doctor br-lan",
	.max_operands = -1,
	.options = OPTIONS,
	.count = 1,
};

void doctor_find(struct doctor *d, enum finding_level level, const char *about, const char *remedy, const char *format, ...)
{
	struct finding *f;
	va_list args;

	if (d->count == d->room) {
		size_t room = d->room ? 2 * d->room : 32;
		struct finding *grown = reallocarray(d->list, room, sizeof(*grown));

		d->no_memory |= !grown;
		if (!grown)
			return;
		d->list = grown;
		d->room = room;
	}
	f = &d->list[d->count++];
	f->level = level;
	snprintf(f->about, sizeof(f->about), "%s", about);
	snprintf(f->remedy, sizeof(f->remedy), "%s", remedy ? remedy : "");
	va_start(args, format);
	vsnprintf(f->text, sizeof(f->text), format, args);
	va_end(args);
}

bool doctor_file(const char *path, char *out, size_t size)
{
	_cleanup_fclose_ FILE *file = fopen(path, "re");

	if (!file || !fgets(out, (int)size, file))
		return false;
	out[strcspn(out, "\n")] = '\0';
	return true;
}

static void print_text(const struct doctor *d)
{
	static const char *const colours[] = { "\033[32m", "\033[36m", "\033[33m", "\033[31m" };
	bool colour = isatty(STDOUT_FILENO) && !terminal_no_color();

	for (size_t i = 0; i < d->count; i++) {
		const struct finding *f = &d->list[i];

		printf("%s%-8s%s %-10s %s\n", colour ? colours[f->level] : "", finding_levels[f->level], colour ? "\033[0m" : "", f->about, f->text);
		if (*f->remedy)
			printf("%-8s %-10s -> %s\n", "", "", f->remedy);
	}
}

static int print_json(const struct doctor *d)
{
	_cleanup_(buffer_free) struct buffer out = { 0 };
	struct json j = json_init(&out);

	json_begin_object(&j);
	json_pair_str(&j, "version", IOTBPF_VERSION);
	json_key(&j, "findings");
	json_begin_array(&j);
	for (size_t i = 0; i < d->count; i++) {
		json_begin_object(&j);
		json_pair_str(&j, "level", finding_levels[d->list[i].level]);
		json_pair_str(&j, "about", d->list[i].about);
		json_pair_str(&j, "text", d->list[i].text);
		if (*d->list[i].remedy)
			json_pair_str(&j, "remedy", d->list[i].remedy);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
	if (out.failed)
		return EX_OSERR;
	puts(out.data);
	return EX_OK;
}

static int exit_code(const struct doctor *d)
{
	for (size_t i = 0; i < d->count; i++) {
		if (d->list[i].level == FINDING_PROBLEM)
			return d->may_load ? EX_UNAVAILABLE : EX_NOPERM;
	}
	return EX_OK;
}

int cmd_doctor(int argc, char **argv)
{
	struct doctor_values v = { 0 };
	struct doctor d = { 0 };
	struct operands operands;
	int code = command_parse(&doctor_options, argc, argv, &v, &operands), printed = EX_OK;

	if (code >= 0)
		return code;
	doctor_system(&d);
	code = doctor_ports(&d, operands.argv, (size_t)operands.count);
	doctor_home(&d);
	if (d.no_memory)
		code = EX_OSERR;
	if (code == EX_OK && v.json)
		printed = print_json(&d);
	else if (code == EX_OK)
		print_text(&d);
	code = code ?: printed ?: exit_code(&d);
	free(d.list);
	return code;
}
