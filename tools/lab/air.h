/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LAB_AIR_H
#define LAB_AIR_H

#include "tools/lab/estate.h"
#include "tools/lab/macs.h"

/** lab_air_port - the name of a station's bridge port: "p" and its MAC */
const char *lab_air_port(uint64_t mac, char out[LAB_NAME_SIZE]);

enum { LAB_AIR_NAME_SIZE = 64 };

/** lab_air_name - names this set of stations, for lab_estate_stands() */
const char *lab_air_name(const struct lab_macs *macs, char out[LAB_AIR_NAME_SIZE]);

/** lab_air_up - namespaces PREFIX-rtr, with the bridge br-lan and a port a station, and PREFIX-air; 0 or a logged error
 */
int lab_air_up(const struct lab_estate *e, const struct lab_macs *macs);

/** lab_air_open - a packet socket at the far end of every station's port; 0 or a logged error */
int lab_air_open(const struct lab_estate *e, struct lab_macs *macs);

#endif
