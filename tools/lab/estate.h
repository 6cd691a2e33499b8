/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LAB_ESTATE_H
#define LAB_ESTATE_H

#include "agent/base/buffer.h"
#include "tools/lab/house.h"

enum { LAB_NS_NAME_SIZE = 64 };

/*
 * The namespaces of one prefix. What was built is written down in /run/iotbpf-lab before it is built, so
 * that the leftovers of a killed run are known, and nothing else is ever removed. A lock keeps two
 * programs from the same prefix.
 */
struct lab_estate {
	const char *prefix;
	int lock; /* -1: not held */
	int self; /* the namespace this program lives in */
};

/** lab_estate_open - check the prefix and take the lock; -EBUSY if another lab of this prefix runs */
int lab_estate_open(struct lab_estate *e, const char *prefix);

/** lab_estate_close - give the lock back; namespaces stay as they are */
void lab_estate_close(struct lab_estate *e);

/** lab_estate_down - remove every namespace that was written down; nothing to remove is fine */
int lab_estate_down(const struct lab_estate *e);

/** lab_estate_claim - write down @names (one a line), then make these namespaces without IPv6 */
int lab_estate_claim(const struct lab_estate *e, const struct buffer *names);

/** lab_estate_ready - write down that @what stands complete */
int lab_estate_ready(const struct lab_estate *e, const char *what);

/** lab_estate_stands - was @what completed and is it still there? */
bool lab_estate_stands(const struct lab_estate *e, const char *what);

/** lab_estate_ns - the name of the namespace "PREFIX-what" */
const char *lab_estate_ns(const struct lab_estate *e, const char *what, char out[LAB_NS_NAME_SIZE]);

/** lab_home_up - the router, its bridge, the WAN side and a namespace a device; kept if it stands already */
int lab_home_up(const struct lab_estate *e, const struct lab_house *house, bool offload);

#endif
