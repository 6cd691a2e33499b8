/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IOTBPF_BASE_LOOP_H
#define IOTBPF_BASE_LOOP_H

#include <stdint.h>

#include "agent/base/cleanup.h"

/* An epoll loop for one thread: descriptors, periodic timers (CLOCK_MONOTONIC) and signals. */
struct loop;
struct loop_source;

/**
 * loop_fn - called when a source is ready
 * @what: descriptor: epoll events; timer: expirations since the last call (> 1 when the loop was late);
 *        signal: its number
 *
 * A negative return ends loop_run() with that value.
 */
typedef int (*loop_fn)(struct loop *loop, uint64_t what, void *user);

/** loop_new - 0 or -errno */
int loop_new(struct loop **loop);

/** loop_free - also frees every source and restores the signals that loop_add_signal() blocked */
void loop_free(struct loop *loop);

/**
 * loop_add_fd - watch @fd, which stays the caller's and must be removed before it is closed
 * @events: EPOLLIN and friends, level triggered
 * @source: receives the handle for loop_remove(), owned by the loop; may be NULL
 */
int loop_add_fd(struct loop *loop, int fd, uint32_t events, loop_fn fn, void *user, struct loop_source **source);

/** loop_add_timer - call @fn every @interval_ns, first after one interval; 0 adds it stopped */
int loop_add_timer(struct loop *loop, int64_t interval_ns, loop_fn fn, void *user, struct loop_source **source);

/** loop_set_timer - restart a timer: first after @first_ns (> 0), then every @interval_ns (0: once) */
int loop_set_timer(struct loop_source *timer, int64_t first_ns, int64_t interval_ns);

/** loop_add_signal - block @signo in this thread and deliver it here */
int loop_add_signal(struct loop *loop, int signo, loop_fn fn, void *user, struct loop_source **source);

/** loop_remove - stop watching and free @source; safe inside any callback, also the source's own */
void loop_remove(struct loop *loop, struct loop_source *source);

/** loop_run - dispatch until loop_quit() or an error; returns the value given to loop_quit() or -errno */
int loop_run(struct loop *loop);

/** loop_quit - make loop_run() return @result (>= 0) once the current callback is done */
void loop_quit(struct loop *loop, int result);

DEFINE_CLEANUP(struct loop, loop_free)

#endif
