/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/*
 * The targets, X(name, bytes that an input may have): fuzz_NAME() takes any bytes, returns 0, and dies of what must not happen. Seeds are in
 * tests/fuzz/corpus/NAME. tests/fuzz/run reads this list, too: a line each.
 */
#define FUZZ_TARGETS(X)   \
	X(frame, 2048)    \
	X(capture, 4096)  \
	X(names, 2048)    \
	X(dhcp, 2048)     \
	X(mdns, 2048)     \
	X(arp, 64)        \
	X(nd, 512)        \
	X(leases, 4096)   \
	X(vendors, 4096)  \
	X(image, 32768)   \
	X(import, 16384)  \
	X(rows, 8192)     \
	X(activity, 4096) \
	X(kept, 1024)     \
	X(files, 2048)    \
	X(config, 2048)   \
	X(request, 2048)  \
	X(answer, 8192)

#define FUZZ_DECLARE(name, bytes) int fuzz_##name(const uint8_t *data, size_t size);
FUZZ_TARGETS(FUZZ_DECLARE)
#undef FUZZ_DECLARE

/** fuzz_file - a file that holds these bytes, of which path[] receives a name that open(2) takes; closed by the caller */
int fuzz_file(const void *data, size_t size, char path[32]);

struct iot_table;

/** fuzz_table - a table for FUZZ_DEVICES and FUZZ_FLOWS with nothing in it, always the same one; making one anew takes a millisecond */
struct iot_table *fuzz_table(void);

enum { FUZZ_DEVICES = 16, FUZZ_FLOWS = 32, FUZZ_DEVICE_FLOWS = 6, FUZZ_NEWCOMERS = 3, FUZZ_COPIES = 40 };

#endif
