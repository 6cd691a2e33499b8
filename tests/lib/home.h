/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_LIB_HOME_H
#define TESTS_LIB_HOME_H

/* Made-up datasets for tests of what shows datasets: the same in every run. */

#include "agent/history/dataset.h"

#define HOME_FROM_S INT64_C(1767225600) /* 2026-01-01 00:00:00 UTC */

/** home_bulb - five minutes of one bulb: udp/6666 every 3 s, arp and tcp/1883 every minute, a start; two functions; hostile names if @hostile */
struct dataset *home_bulb(bool hostile);

/** home_day - a day of @devices with @flows each: beacons, polls, bursts and streams */
struct dataset *home_day(unsigned devices, unsigned flows);

#endif
