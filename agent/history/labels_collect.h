/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_LABELS_COLLECT_H
#define AGENT_HISTORY_LABELS_COLLECT_H

/*
 * Labels while the agent runs: keeps every device's last packets, takes the owner's labels and stores the packets that they cover; a label
 * that is still under way collects until it ends, and a device whose type is labelled gives a sample from time to time. Nothing here
 * logs; causes are in store->why.
 */

#include "agent/history/labels.h"
#include "agent/history/recent.h"

#define LABEL_SECONDS_MAX 3600 /* a label of a function is no longer than that */
#define LABELS_OPEN_MAX 32     /* labels under way at once */

/* How the collector sees the world. */
struct collect_world {
	int64_t (*wall_us)(void *user, uint32_t ms);   /* microseconds since 1970 of an iot_packet.ms */
	int64_t (*device_of)(void *user, uint64_t mac); /* number of a device that is there, or -ENOENT */
	void *user;
};

/* The time of a call: the table's clock and the wall's. */
struct collect_now {
	struct iot_clock clock;
	int64_t us;
};

struct collect;

/** collect_new - take up the labels of @store, which must stay; 0 or -errno */
int collect_new(struct collect **collect, struct store *store, uint32_t slots, const struct collect_world *world, struct collect_now now);

/** collect_free - labels under way must have been ended by collect_end() */
void collect_free(struct collect *collect);
DEFINE_CLEANUP(struct collect, collect_free)

/** collect_packets - new packets of the device with this slot and address, in order */
void collect_packets(struct collect *collect, uint32_t device, uint64_t mac, const struct iot_packet *packets, uint32_t n,
		     struct iot_clock now);

/** collect_forget - the slot belongs to nobody any more */
void collect_forget(struct collect *collect, uint32_t device);

/** collect_tick - once a second: end labels whose time has come, take a sample where one is due; 0 or the first -errno */
int collect_tick(struct collect *collect, struct collect_now now);

/** collect_end - the agent stops: labels under way end now, with what they have; 0 or the first -errno */
int collect_end(struct collect *collect, struct collect_now now);

/** collect_type - the type that the owner gave @mac, NULL where he gave none; valid until the next call that changes labels */
const char *collect_type(const struct collect *collect, uint64_t mac);

/** collect_function - what the owner says that @mac does now: the function of a label under way, or NULL */
const char *collect_function(const struct collect *collect, uint64_t mac);

/** collect_open - labels under way */
size_t collect_open(const struct collect *collect);

/** collect_bytes - memory in use for packets */
size_t collect_bytes(const struct collect *collect);

/** collect_named - the one device that the owner labelled @type; -ENOENT, or -ENOTUNIQ where there are several */
int collect_named(const struct collect *collect, const char *type, uint64_t *mac);

/** collect_each_mac - call @fn for every device whose type is labelled */
void collect_each_mac(const struct collect *collect, void (*fn)(void *user, uint64_t mac), void *user);

/**
 * collect_set_type - label->mac is a label->type; @label receives its number and how many packets were stored
 * @previous: receives the type before, "" where there was none
 */
int collect_set_type(struct collect *collect, struct label *label, struct collect_now now, char previous[LABEL_NAME_MAX + 1]);

/**
 * collect_add_function - label->mac did label->function from label->from_us to label->to_us, which may lie ahead
 * @label: receives its number, whether it is open, how many packets were stored and, where older ones are lost, the time from which
 *
 * -ENODATA: no packet of the device in that time; -ERANGE: too long ago, too long or not begun; -EEXIST: overlaps another label;
 * -ENODEV: the device is not there; -EBUSY: too many labels are under way.
 */
int collect_add_function(struct collect *collect, struct label *label, struct collect_now now);

/** collect_drop - no label of @mac is known any more; what the store has of them is the caller's business */
void collect_drop(struct collect *collect, uint64_t mac);

/** collect_remove - labels_remove(), and forget what is known of it; @label receives what it was */
int collect_remove(struct collect *collect, int64_t id, struct label *label);

#endif
