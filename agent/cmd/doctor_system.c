// SPDX-License-Identifier: BSD-2-Clause

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "agent/base/cleanup.h"
#include "agent/base/log.h"
#include "agent/cmd/doctor_internal.h"
#include "agent/source/kernel/kernel.h"
#include "agent/source/kernel/mechanisms.h"

#ifndef CAP_PERFMON
#define CAP_PERFMON 38
#define CAP_BPF 39
#endif

#define SLOTS_TRIED 64 /* as few as the tables may have: whether programs load does not depend on it */

static uint64_t capabilities(void)
{
	_cleanup_fclose_ FILE *file = fopen("/proc/self/status", "re");
	char line[128];

	while (file && fgets(line, sizeof(line), file)) {
		if (!strncmp(line, "CapEff:", 7))
			return strtoull(line + 7, NULL, 16);
	}
	return 0;
}

static void check_account(struct doctor *d)
{
	const struct {
		int number;
		const char *name;
	} needed[] = { { CAP_BPF, "CAP_BPF" }, { CAP_NET_ADMIN, "CAP_NET_ADMIN" }, { CAP_PERFMON, "CAP_PERFMON" } };
	uint64_t have = capabilities();
	char missing[80] = "";

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		if (have >> needed[i].number & 1)
			continue;
		snprintf(missing + strlen(missing), sizeof(missing) - strlen(missing), "%s%s", *missing ? ", " : "", needed[i].name);
	}
	d->may_load = !*missing;
	if (*missing)
		doctor_find(d, FINDING_PROBLEM, "account", "run with sudo, or as the service", "user %u lacks %s", (unsigned int)getuid(), missing);
	else
		doctor_find(d, FINDING_GOOD, "account", NULL, "user %u may load and attach programs", (unsigned int)getuid());
}

/* Whether they load is found out by loading them. */
static void check_programs(struct doctor *d, const char *release)
{
	const struct kernel_options options = { .slots = { SLOTS_TRIED, SLOTS_TRIED, IOT_DEVICE_FLOWS, IOT_NEWCOMERS, 0 } };
	_cleanup_(kernel_free_p) struct kernel *kernel = NULL;
	enum log_level level = log_get_level();
	int e;

	log_set_level(LOG_LEVEL_ERROR);
	e = kernel_open(&kernel, &options);
	log_set_level(level);
	if (e < 0) {
		doctor_find(d, FINDING_PROBLEM, "kernel", "needs 5.15 or later with CONFIG_BPF_SYSCALL", "%s refuses the programs: %s", release,
			    strerror(-e));
		return;
	}
	doctor_find(d, FINDING_GOOD, "kernel", NULL, "%s takes the programs; no kernel BTF is needed", release);
	if (!kernel_has_jit(kernel))
		doctor_find(d, FINDING_WARNING, "kernel", "sysctl net.core.bpf_jit_enable=1",
			    "the programs are interpreted, many times slower than as machine code");
	if (tcx_is_known(kernel_program_fd(kernel, KERNEL_IN)))
		doctor_find(d, FINDING_GOOD, "kernel", NULL, "has tcx");
	else
		doctor_find(d, FINDING_GOOD, "kernel", NULL, "has no tcx (6.6): clsact filters instead");
}

/* An account that cannot reach the directory by itself may get it from its unit. */
static void check_pins(struct doctor *d)
{
	char why[PINS_WHY];
	int e = pins_check(PINS_DIRECTORY, why);

	if (e == 0)
		doctor_find(d, FINDING_GOOD, "restart", "`iotbpf detach` removes what a killed agent leaves; the service does so when it is stopped",
			    "hooks and counts outlive it, pinned in %s", PINS_DIRECTORY);
	else if (e == -ENODEV)
		doctor_find(d, FINDING_WARNING, "restart", "mount -t bpf bpf /sys/fs/bpf", "hooks and counts end with the agent: %s is in no bpf file system",
			    PINS_DIRECTORY);
	else
		doctor_find(d, FINDING_GOOD, "restart", "run with sudo, or as the service, which has a directory of its own",
			    "hooks and counts end with the agent: %s", why);
}

static void check_locked_memory(struct doctor *d, const char *release)
{
	struct rlimit limit;
	int major = 0, minor = 0;

	if (sscanf(release, "%d.%d", &major, &minor) != 2 || major > 5 || (major == 5 && minor >= 11))
		return; /* counted against the control group's memory instead */
	if (getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_cur < ((rlim_t)16 << 20))
		doctor_find(d, FINDING_WARNING, "account", "ulimit -l unlimited, or LimitMEMLOCK=infinity in the unit", "may lock %lu KiB only",
			    (unsigned long)limit.rlim_cur >> 10);
}

void doctor_system(struct doctor *d)
{
	struct utsname name;

	uname(&name);
	check_account(d);
	check_locked_memory(d, name.release);
	check_pins(d);
	if (d->may_load)
		check_programs(d, name.release);
	else
		doctor_find(d, FINDING_WARNING, "kernel", "run with sudo", "%s: whether it takes the programs could not be tried", name.release);
}
