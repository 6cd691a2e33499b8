// SPDX-License-Identifier: BSD-2-Clause

#include <errno.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "agent/base/buffer.h"
#include "agent/cmd/ask.h"
#include "agent/cmd/doctor_internal.h"
#include "agent/cmd/run_state.h"

#define ROOM_WANTED ((uint64_t)64 << 20) /* bytes: a week of a large home, and its log */

static void check_state(struct doctor *d)
{
	struct statvfs fs;
	uint64_t room;

	if (statvfs(STATE_DIRECTORY, &fs) < 0) {
		doctor_find(d, FINDING_GOOD, "state", NULL, "%s is made at the first run", STATE_DIRECTORY);
		return;
	}
	room = (uint64_t)fs.f_bavail * fs.f_frsize;
	if (fs.f_flag & ST_RDONLY)
		doctor_find(d, FINDING_WARNING, "state", "mount it writable, or `--state DIR`", "%s is read-only: labels and history are not kept",
			    STATE_DIRECTORY);
	else if (room < ROOM_WANTED)
		doctor_find(d, FINDING_WARNING, "state", "make room, or `--state DIR` on another disk", "%s has %lu MiB left", STATE_DIRECTORY,
			    (unsigned long)(room >> 20));
	else
		doctor_find(d, FINDING_GOOD, "state", NULL, "%s has %lu MiB left", STATE_DIRECTORY, (unsigned long)(room >> 20));
}

static void check_agent(struct doctor *d)
{
	_cleanup_(buffer_free) struct buffer answer = { 0 };
	int e = ask_raw(ASK_SOCKET, NULL, &answer);

	if (e == 0)
		doctor_find(d, FINDING_GOOD, "agent", NULL, "runs: `iotbpf status` shows its hooks");
	else if (e == -EACCES)
		doctor_find(d, FINDING_WARNING, "agent", "sudo usermod -aG iotbpf $USER, then log in again", "runs, but you may not ask it");
	else
		doctor_find(d, FINDING_GOOD, "agent", "sudo systemctl enable --now iotbpf@br-lan, or sudo iotbpf run br-lan", "does not run");
}

void doctor_home(struct doctor *d)
{
	check_state(d);
	check_agent(d);
	doctor_find(d, FINDING_BLIND, "payload", NULL,
		    "is not looked into: only DHCP, mDNS, ARP and ND frames are read, for names; encrypted names (DoH, DoT, ECH) stay so");
}
