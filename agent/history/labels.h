/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_HISTORY_LABELS_H
#define AGENT_HISTORY_LABELS_H

/*
 * The owner's word in the store: what a device is (its type), and what it did from when to when (a function), each with the packets that
 * it covers, so that training needs neither capture nor network. Errors are those of store.h, the cause in words in store->why.
 */

#include <stddef.h>

#include <linux/types.h>
#include <iotbpf/abi.h>

#include "agent/history/store.h"

#define LABEL_NAME_MAX 63	   /* bytes of a type's or function's name */
#define LABELS_MAX 4096	   /* labels that a store takes */
#define LABEL_FUNCTION_PACKETS 8192 /* kept of one function label, 128 kB */
#define LABEL_SAMPLE_PACKETS 2000  /* kept of one sample of a device whose type is labelled */
#define LABEL_SAMPLES 48	   /* of one device; then every other one is dropped and the distance doubles */
#define LABEL_SAMPLE_S 3600	   /* seconds between the first samples */

/* Names are empty where there is none. */
struct label {
	int64_t id;
	uint64_t mac;
	char type[LABEL_NAME_MAX + 1]; /* of a function label: what the device was taken for when the label was made */
	char function[LABEL_NAME_MAX + 1];
	int64_t from_us, to_us; /* of a function, microseconds since 1970 */
	int64_t made_us;
	bool open;	     /* still collecting */
	uint32_t sample_s;   /* of a type: seconds between samples */
	uint64_t packets;    /* of evidence; labels_each() fills it in */
	uint32_t samples;    /* pieces of evidence */
	int64_t last_sample_us;
};

/* One run of packets without a gap. */
struct label_evidence {
	int64_t id;
	int64_t start_us; /* of its first packet */
	uint64_t missed;  /* packets that were there but not kept */
	uint32_t abi;	  /* IOT_ABI of the packets */
	const struct iot_packet *packets;
	size_t count;
};

static inline bool label_is_type(const struct label *label)
{
	return !*label->function;
}

/** label_name_check - NULL, or what is wrong with a name: it must be 1..LABEL_NAME_MAX bytes of UTF-8 without control characters */
const char *label_name_check(const char *name);

/**
 * labels_set_type - the device @label->mac is a @label->type; the device's label of that kind keeps its number and evidence
 * @label: mac, type, made_us; receives id and sample_s
 * @evidence: stored with a device's first label of that kind; may be NULL
 * @previous: receives the type before, "" where there was none
 */
int labels_set_type(struct store *store, struct label *label, const struct label_evidence *evidence, char previous[LABEL_NAME_MAX + 1]);

/**
 * labels_add_function - a new label of a function; @label receives its id
 * @evidence: stored with it; NULL where it is still to come
 *
 * -EEXIST where a function label of this device overlaps in time.
 */
int labels_add_function(struct store *store, struct label *label, const struct label_evidence *evidence);

/** labels_close - an open label of a function ends at @to_us, with what was collected for it; @evidence may be NULL */
int labels_close(struct store *store, const struct label *label, int64_t to_us, const struct label_evidence *evidence);

/** labels_close_stale - no label is open any more: those that a killed agent left end at @now_us at the latest */
int labels_close_stale(struct store *store, int64_t now_us);

/** labels_remove - with its evidence; -ENOENT where there is none of that number */
int labels_remove(struct store *store, int64_t id);

/** labels_add_sample - one more for a label of a type; too many are thinned out. @evidence's id and abi are not read */
int labels_add_sample(struct store *store, const struct label *label, const struct label_evidence *evidence);

/** labels_get - -ENOENT where there is none of that number */
int labels_get(struct store *store, int64_t id, struct label *label);

/**
 * labels_each - call @fn for at most @limit labels with numbers above @after, in order
 *
 * A result of @fn other than 0 ends it and is returned.
 */
int labels_each(struct store *store, int64_t after, uint32_t limit, int (*fn)(void *user, const struct label *label), void *user);

/** labels_evidence - call @fn for each piece of evidence of label @id, in order of time; as labels_each() */
int labels_evidence(struct store *store, int64_t id, int (*fn)(void *user, const struct label_evidence *evidence), void *user);

#endif
