/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_NAMES_FACTS_H
#define AGENT_SOURCE_NAMES_FACTS_H

/*
 * What one frame says of one device: its names and addresses. Bytes go in, a record of fixed size comes out, nothing is allocated and
 * nothing is believed: lengths are checked, text is made printable, and a frame speaks for its own sender only.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FACT_TEXT = 64, FACT_ADDRESSES = 2, FACT_PARAMETERS = 32 };

struct name_address {
	uint8_t family; /* AF_INET or AF_INET6 */
	uint8_t bytes[16];
};

enum facts_protocol { FACTS_NONE, FACTS_DHCP, FACTS_MDNS, FACTS_ARP, FACTS_ND, FACTS_PROTOCOLS };

/* Texts end with NUL, "" where nothing is said. */
struct name_facts {
	uint64_t mac;		  /* whom it is about */
	char name[FACT_TEXT];	  /* host name, without a domain */
	char instance[FACT_TEXT]; /* of a service (RFC 6763): often what people call the device */
	char model[FACT_TEXT];	  /* of _device-info._tcp */
	char vendor_class[FACT_TEXT]; /* DHCP option 60 */
	uint8_t protocol;	      /* enum facts_protocol */
	uint8_t address_count, parameter_count;
	uint8_t parameters[FACT_PARAMETERS]; /* DHCP option 55, in the device's order */
	struct name_address addresses[FACT_ADDRESSES];
};

/** facts_read - what an Ethernet frame of @size bytes, perhaps cut, says; false: nothing */
bool facts_read(const uint8_t *frame, size_t size, struct name_facts *facts);

/** facts_valid - is this a record that facts_read() could have made? For one that comes from elsewhere */
bool facts_valid(const struct name_facts *facts);

/** facts_address - add an address of a host, as far as there is room; groups and nobody's are left out */
void facts_address(struct name_facts *facts, uint8_t family, const uint8_t *bytes);

/** facts_text - copy text of @n bytes as far as it fits: UTF-8 stays, what is none or cannot be printed becomes '?' */
void facts_text(char out[FACT_TEXT], const void *bytes, size_t n);

#endif
