/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Targets: each takes any bytes, returns 0, and dies of what must not happen. */
int fuzz_import(const uint8_t *data, size_t size);
int fuzz_image(const uint8_t *data, size_t size);
int fuzz_rows(const uint8_t *data, size_t size);
int fuzz_dhcp(const uint8_t *data, size_t size);
int fuzz_mdns(const uint8_t *data, size_t size);
int fuzz_arp(const uint8_t *data, size_t size);
int fuzz_nd(const uint8_t *data, size_t size);
int fuzz_frame(const uint8_t *data, size_t size);
int fuzz_leases(const uint8_t *data, size_t size);
int fuzz_vendors(const uint8_t *data, size_t size);

#endif
