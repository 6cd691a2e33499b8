/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LAB_MACS_H
#define LAB_MACS_H

#include <stddef.h>
#include <stdint.h>

enum { LAB_MACS_MAX = 4096 };

/* The stations of a capture: who sent how many frames. Bounded; stations after the first LAB_MACS_MAX are only counted.
 */
struct lab_station {
	uint64_t mac;
	uint64_t frames;
	int socket; /* of its port; -1: it has none */
};

struct lab_macs {
	struct lab_station *station;
	size_t n;
	uint64_t more; /* frames of stations that found no room */
};

/** lab_macs_find - the station with @mac, NULL if there is none */
struct lab_station *lab_macs_find(const struct lab_macs *m, uint64_t mac);

/** lab_macs_count - one frame from @mac; 0 or -ENOMEM */
int lab_macs_count(struct lab_macs *m, uint64_t mac);

/** lab_macs_keep - sort by activity, most active first, and drop all but the first @most; returns the frames dropped */
uint64_t lab_macs_keep(struct lab_macs *m, size_t most);

/** lab_macs_free - close the sockets, release the memory */
void lab_macs_free(struct lab_macs *m);

#endif
