/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_CMD_DOCTOR_INTERNAL_H
#define AGENT_CMD_DOCTOR_INTERNAL_H

/* The parts of `iotbpf doctor`: each examines one thing and writes down what it found. Nothing is attached or changed. */

#include <stdbool.h>
#include <stddef.h>

#include "agent/source/kernel/links.h"

enum finding_level { FINDING_GOOD, FINDING_BLIND, FINDING_WARNING, FINDING_PROBLEM };

extern const char *const finding_levels[]; /* "good", "blind", "warning", "problem" */

enum { FINDING_ABOUT = 40, FINDING_TEXT = 240 };

struct finding {
	enum finding_level level;
	char about[FINDING_ABOUT];  /* "kernel", "account", an interface, ... */
	char text[FINDING_TEXT];
	char remedy[FINDING_TEXT];  /* empty where there is nothing to do */
};

struct doctor {
	struct finding *list;
	size_t count, room;
	bool no_memory;
	bool may_load; /* the account may load and attach programs */
};

/** doctor_find - write one finding down; @remedy may be NULL */
void doctor_find(struct doctor *d, enum finding_level level, const char *about, const char *remedy, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/** doctor_system - account, kernel, what the programs need of it */
void doctor_system(struct doctor *d);

/** doctor_home - the agent's directories, its socket, vendors of addresses */
void doctor_home(struct doctor *d);

/** doctor_ports - each interface that @names stand for; without names: every bridge, else every physical interface. Returns an exit code */
int doctor_ports(struct doctor *d, char *const *names, size_t count);

/** doctor_file - the first line of a small file without its newline; false where it cannot be read */
bool doctor_file(const char *path, char *out, size_t size);

#endif
