// SPDX-License-Identifier: BSD-2-Clause

#include "agent/source/capture/link.h"

#include "agent/base/cleanup.h"
#include "agent/source/capture/pcap_library.h"

enum capture_link capture_link_of(int dlt)
{
	switch (dlt) {
	case DLT_EN10MB:
		return CAPTURE_ETHERNET;
	case DLT_NULL:
	case DLT_LOOP:
	case DLT_RAW:
	case DLT_IPV4:
	case DLT_IPV6:
	case DLT_LINUX_SLL: /* has the sender's address but not the receiver's */
	case DLT_LINUX_SLL2:
	case DLT_SLIP:
	case DLT_SLIP_BSDOS:
	case DLT_PPP:
	case DLT_PPP_BSDOS:
	case DLT_PPP_SERIAL:
	case DLT_PPP_ETHER:
	case DLT_PPP_PPPD:
	case DLT_C_HDLC:
	case DLT_PFLOG:
		return CAPTURE_NO_MAC;
	default:
		return CAPTURE_OTHER;
	}
}

const char *capture_link_name(int dlt, char out[CAPTURE_LINK_NAME])
{
	_cleanup_(pcap_library_close) struct pcap_library library = { 0 };
	char why[PCAP_ERRBUF_SIZE];
	const char *name = pcap_library_open(&library, why) == 0 ? library.description(dlt) : NULL;

	if (name)
		snprintf(out, CAPTURE_LINK_NAME, "%s", name);
	else
		snprintf(out, CAPTURE_LINK_NAME, "number %d", dlt);
	return out;
}
