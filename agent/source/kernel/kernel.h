/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_KERNEL_KERNEL_H
#define AGENT_SOURCE_KERNEL_KERNEL_H

/* The loaded programs and their slot table, mapped. Nothing is hooked yet: see ports.h. */

#include <stdbool.h>
#include <stdint.h>

#include "agent/base/cleanup.h"
#include "agent/source/kept.h"
#include "agent/source/kernel/pins.h"
#include "agent/source/slots.h"

struct kernel;

struct kernel_options {
	struct slots_options slots;
	bool replay;         /* clock and frame lengths come from kernel_replay() (tests) */
	bool claim_received; /* destinations become devices too, as in a capture (tests) */
	bool dispatcher;     /* XDP programs go into libxdp's */
	const char *pins;    /* directory to pin the table in, and to take one over from; NULL: none. See pins.h */
};

enum kernel_program { KERNEL_XDP, KERNEL_IN, KERNEL_OUT, KERNEL_PROGRAMS };

/*
 * Load the programs on the table that an earlier agent left pinned, where it is of the same layout and sizes; else calibrate the clock
 * (about a third of a second), load, and pin the new table where that works: kernel_standing() says which. Logs the cause and returns 0
 * or -EPERM (capabilities missing), -EOPNOTSUPP (kernel too old), -EINVAL (sizes), -ENOMEM or another -errno.
 */
int kernel_open(struct kernel **kernel, const struct kernel_options *options);

/* Unmap, unload and unpin; hooks that ports.h holds must be gone before, or left by it as the table by kernel_leave(). */
void kernel_free(struct kernel *kernel);
DEFINE_CLEANUP(struct kernel, kernel_free)

/* Code of <sysexits.h> for a result of this directory's functions: EX_NOPERM, EX_UNAVAILABLE, EX_NOINPUT, EX_USAGE,
 * EX_OSERR. */
int kernel_exit_code(int r);

/* The mapped slots; valid until kernel_free(). Programs write them at any time. */
const struct iot_table *kernel_table(const struct kernel *kernel);

/* Descriptor of a loaded program; stays the kernel's. */
int kernel_program_fd(const struct kernel *kernel, enum kernel_program program);

/* The replayed clock and lengths; NULL without options.replay. */
struct iot_replay *kernel_replay(struct kernel *kernel);

uint32_t kernel_hz(const struct kernel *kernel);

/* Do the programs run as machine code? Where not, kernel_open() has warned of it. */
bool kernel_has_jit(const struct kernel *kernel);

/*
 * Start a poll: read the table's clock and tie it to CLOCK_REALTIME. Returns 0 or -errno (the old tie stays). *now may
 * be NULL.
 */
int kernel_tick(struct kernel *kernel, struct iot_clock *now);

/* Wall time, microseconds since 1970, of a ring entry or of the start of a second, by the tie of the last
 * kernel_tick(). */
int64_t kernel_wall_of_ms(const struct kernel *kernel, uint32_t ms);
int64_t kernel_wall_of_second(const struct kernel *kernel, uint32_t second);

/*
 * Make `mac` a gateway: never counted. Before the first hook this claims a slot (-ENOSPC: none left). Afterwards slots
 * belong to the programs and only a slot that is there already can be marked (-ENOENT: it is not; try again when it
 * is).
 */
int kernel_ignore(struct kernel *kernel, uint64_t mac);

/*
 * In a table that was taken over: who is ignored there but is none of the `count` addresses at `macs` any more counts again, as a device
 * that nobody has seen. Returns how many.
 */
unsigned int kernel_ignore_only(struct kernel *kernel, const uint64_t *macs, size_t count);

/*
 * The line of an interface in table->ports: taken before a hook is attached, given back after the last is gone. One that the interface has
 * already, in a table that was taken over, counts on.
 */
int kernel_line_take(struct kernel *kernel, uint32_t ifindex, struct iot_port **line);

/* What all CPUs saw at a line. */
struct iot_port_count kernel_line_count(const struct kernel *kernel, const struct iot_port *line);

/* Give a line back, whose counts are then part of kernel_departed(). */
void kernel_line_release(struct kernel *kernel, struct iot_port *line);

/* What was seen at ports whose lines were given back. */
struct iot_port_count kernel_departed(const struct kernel *kernel);

/* options.dispatcher */
bool kernel_uses_dispatcher(const struct kernel *kernel);

/* Where hooks and table are pinned; NULL: nowhere. */
struct pins *kernel_pins(const struct kernel *kernel);

/* What lies beside a pinned table; its head is NULL where nothing is kept. */
const struct kept *kernel_kept(const struct kernel *kernel);

/* kernel_free() is to leave what is pinned for the next agent. Without pins this does nothing. */
void kernel_leave(struct kernel *kernel);

/* How the table came about, and what becomes of it. */
struct kernel_standing {
	int64_t since_us;      /* it counts since then, microseconds since 1970 */
	const char *directory; /* where it is pinned; NULL: nowhere, */
	const char *why;       /* and why */
	unsigned int hooks;    /* that are pinned there: XDP and tcx, as clsact filters need no pin */
	uint32_t agents;       /* that have worked with it */
	bool taken;	       /* this one took it over */
};

struct kernel_standing kernel_standing(const struct kernel *kernel);

#endif
