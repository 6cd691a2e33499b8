/* SPDX-License-Identifier: BSD-2-Clause */

#include "agent/features/paper.h"

#include <iotbpf/protocols.h>

#include "agent/analysis/windows.h"
#include "agent/features/features.h"
#include "agent/features/vector.h"

enum {
	PROTOCOLS = WINDOW_LENGTHS,
	PORTS = PROTOCOLS + WINDOW_PROTOCOL_COUNT,
	ADDRESSES = PORTS + PAPER_PORTS,
	COUNT = ADDRESSES + PAPER_ADDRESSES
};

#define PROTOCOL_TEXT(NAME, text) (text),
#define EIGHT(prefix, tens)                                                                                           \
	prefix tens "0", prefix tens "1", prefix tens "2", prefix tens "3", prefix tens "4", prefix tens "5", prefix tens "6", \
		prefix tens "7"
#define SIXTY_FOUR(prefix)                                                                                            \
	EIGHT(prefix, "0"), EIGHT(prefix, "1"), EIGHT(prefix, "2"), EIGHT(prefix, "3"), EIGHT(prefix, "4"),            \
		EIGHT(prefix, "5"), EIGHT(prefix, "6"), EIGHT(prefix, "7")

/* Buckets are numbered in octal. */
static const char *const paper_names[] = {
	"length_mean", "length_variance", "length_std", "length_min", "length_max", "length_median",
	WINDOW_PROTOCOLS(PROTOCOL_TEXT) SIXTY_FOUR("port_"), SIXTY_FOUR("address_"),
};
_Static_assert(sizeof(paper_names) / sizeof(paper_names[0]) == COUNT && COUNT <= FEATURES_MAX, "names belong to values");
_Static_assert(PAPER_PORTS == 64 && PAPER_ADDRESSES == 64, "as many names");

static const char *name_of(size_t feature)
{
	return paper_names[feature];
}

const struct features_vector features_paper_vector = {
	.name = "paper",
	.version = 1,
	.count = COUNT,
	.name_of = name_of,
};

/* Multiplicative hashing (Knuth, TAOCP 3, 6.4) into 64 buckets. */
static uint32_t bucket(uint32_t value)
{
	return value * UINT32_C(2654435769) >> 26;
}

void features_paper(const struct iot_packet *packets, size_t n, const uint32_t *remote_hash, float *out)
{
	struct window w;

	window_measure(packets, n, &w);
	for (size_t i = 0; i < COUNT; i++)
		out[i] = 0;
	for (int i = 0; i < WINDOW_LENGTHS; i++)
		out[i] = w.length[i];
	for (int i = 0; i < WINDOW_PROTOCOL_COUNT; i++)
		out[PROTOCOLS + i] = (float)w.protocols[i];
	for (size_t i = 0; i < n; i++) {
		out[ADDRESSES + bucket(remote_hash[i])]++;
		if ((packets[i].kind & IOT_KIND_LAYER) >= IOT_LAYER_TCP)
			out[PORTS + bucket(packets[i].proto)]++;
	}
}
