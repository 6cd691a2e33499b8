/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IOTBPF_BASE_NOTIFY_H
#define IOTBPF_BASE_NOTIFY_H

/*
 * What a service manager wants to hear, by the protocol of sd_notify(3): a datagram to the socket that $NOTIFY_SOCKET names. Without
 * that variable every call does nothing.
 */

#include <stdbool.h>
#include <stdint.h>

/** notify_send - send lines such as "READY=1\nSTATUS=..."; 0, or -errno, not logged; 0 where nobody listens */
int notify_send(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** notify_watchdog_ns - the time between two "WATCHDOG=1" that the manager tolerates ($WATCHDOG_USEC, for this process); 0: no watchdog */
int64_t notify_watchdog_ns(void);

#endif
