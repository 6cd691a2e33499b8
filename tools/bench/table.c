// SPDX-License-Identifier: BSD-2-Clause

/*
 * Claims and lookups of the slot table in user space against tsearch() of libc: n random flow keys of 256 devices, then each found
 * again in random order. (hsearch() takes strings only; tsearch() is what libc has for keys of any kind.)
 */

#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "agent/source/slots.h"
#include "tools/bench/bench.h"

#define ROUNDS 7
#define DEVICES 256

enum { OWN_CLAIM, OWN_FIND, TREE_CLAIM, TREE_FIND, MEASURED };

static int by_key(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void no_free(void *key)
{
	(void)key;
}

static void shuffle(uint64_t *keys, uint32_t n)
{
	uint64_t x = 0x5eed;

	for (uint32_t i = n - 1; i > 0; i--) {
		uint64_t swap = keys[i];
		uint32_t j;

		x = x * 6364136223846793005ULL + 1442695040888963407ULL;
		j = (uint32_t)((x >> 32) * (i + 1) >> 32);
		keys[i] = keys[j];
		keys[j] = swap;
	}
}

/* The device's number for its address: both are as good to hash. */
static uint64_t spot_of(uint64_t key)
{
	return iot_flow_spot(iot_key_device(key), iot_key_layer(key), iot_key_proto(key));
}

static int round_of_table(uint64_t *keys, uint32_t n, struct bench_rounds *r)
{
	const struct slots_options options = {.devices = 1024, .flows = n * 3 / 2, .device_flows = n, .seed = 0x5eed};
	_cleanup_(slots_free_p) struct iot_table *t = NULL;
	uint32_t found = 0;
	double start;

	if (slots_new(&t, &options) < 0)
		return EX_OSERR;
	start = bench_now();
	for (uint32_t i = 0; i < n; i++)
		found += iot_flow_claim(t, keys[i], spot_of(keys[i]), iot_key_device(keys[i]), 0) >= 0;
	bench_add(&r[OWN_CLAIM], (bench_now() - start) / n);
	shuffle(keys, n);
	start = bench_now();
	for (uint32_t i = 0; i < n; i++)
		found += iot_flow_find(t, keys[i], spot_of(keys[i])) >= 0;
	bench_add(&r[OWN_FIND], (bench_now() - start) / n);
	return found == 2 * n ? 0 : EX_SOFTWARE;
}

static int round_of_tree(uint64_t *keys, uint64_t *order, uint32_t n, struct bench_rounds *r)
{
	void *root = NULL;
	uint32_t found = 0;
	double start = bench_now();

	for (uint32_t i = 0; i < n; i++)
		found += tsearch(&keys[i], &root, by_key) != NULL;
	bench_add(&r[TREE_CLAIM], (bench_now() - start) / n);
	start = bench_now();
	for (uint32_t i = 0; i < n; i++)
		found += tfind(&order[i], &root, by_key) != NULL;
	bench_add(&r[TREE_FIND], (bench_now() - start) / n);
	tdestroy(root, no_free);
	return found == 2 * n ? 0 : EX_SOFTWARE;
}

static int measure(uint32_t n)
{
	_cleanup_free_ uint64_t *keys = calloc(n, sizeof(*keys));
	_cleanup_free_ uint64_t *order = calloc(n, sizeof(*order));
	struct bench_rounds r[MEASURED] = {};
	int status = 0;

	if (!keys || !order)
		return EX_OSERR;
	for (uint32_t i = 0; i < n; i++)
		keys[i] = order[i] = iot_flow_key(IOT_LAYER_UDP, i / DEVICES, 0, i % DEVICES);
	shuffle(keys, n);
	for (int i = 0; i < ROUNDS && !status; i++) {
		status = round_of_table(order, n, r);
		if (!status)
			status = round_of_tree(keys, order, n, r);
	}
	if (status)
		return status;
	for (int i = OWN_CLAIM; i <= OWN_FIND; i++) {
		const char *metric = i == OWN_CLAIM ? "claim" : "find";
		double own = bench_median(&r[i]), tree = bench_median(&r[i + TREE_CLAIM]);

		bench_print("table", i == OWN_CLAIM ? "tsearch, claim" : "tsearch, find", n, tree, "ns", NULL, 0);
		bench_print("table", metric, n, own, "ns", "tsearch", own / tree);
	}
	return 0;
}

int bench_table(void)
{
	int status = measure(1000);

	bench_pin();
	if (!status)
		status = measure(10000);
	return status ? status : measure(100000);
}
