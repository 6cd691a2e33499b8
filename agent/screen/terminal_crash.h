/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SCREEN_TERMINAL_CRASH_H
#define AGENT_SCREEN_TERMINAL_CRASH_H

#include <termios.h>

/**
 * crash_guard - when a signal ends the program badly, set the modes and write @restore to @fd first; then the signal does what it does
 *
 * Returns 0 or -errno.
 */
int crash_guard(int fd, const struct termios *modes, const char *restore);

/** crash_release - as before */
void crash_release(void);

#endif
