/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_CAPTURE_PCAP_LIBRARY_H
#define AGENT_SOURCE_CAPTURE_PCAP_LIBRARY_H

/*
 * libpcap, loaded when a file needs it: one that is neither plain pcap nor pcapng, or whose link type wants a name. Debian's brings eight other
 * libraries along, a megabyte that an agent on a router would carry for nothing.
 */

#include <pcap/pcap.h>
#include <stdint.h>
#include <stdio.h>

struct pcap_library {
	void *handle;
	pcap_t *(*open)(FILE *stream, u_int precision, char *why);
	int (*next)(pcap_t *pcap, struct pcap_pkthdr **header, const u_char **data);
	int (*datalink)(pcap_t *pcap);
	char *(*geterr)(pcap_t *pcap);
	void (*close)(pcap_t *pcap);
	const char *(*description)(int dlt);
};

/**
 * pcap_library_open - load it
 * @why: receives the cause of a failure, PCAP_ERRBUF_SIZE bytes
 *
 * Returns 0 or -ENOPKG. Release with pcap_library_close() in either case.
 */
int pcap_library_open(struct pcap_library *library, char *why);
void pcap_library_close(struct pcap_library *library);

/* A packet's time in microseconds since 1970; the last there is where a file claims one beyond it. */
int64_t pcap_library_us(const struct pcap_pkthdr *header);

#endif
