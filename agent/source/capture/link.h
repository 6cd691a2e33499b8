/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef AGENT_SOURCE_CAPTURE_LINK_H
#define AGENT_SOURCE_CAPTURE_LINK_H

/* What the link type of a capture says about its frames. */
enum capture_link {
	CAPTURE_ETHERNET, /* counted by MAC address */
	CAPTURE_NO_MAC,	  /* cooked, raw IP, loopback, point to point: no address of either end, or of one only */
	CAPTURE_OTHER,	  /* 802.11, USB, ...: headers that are not read here */
};

/* Kind of frames that libpcap's link type (DLT_*) holds. */
enum capture_link capture_link_of(int dlt);

enum { CAPTURE_LINK_NAME = 80 };

/* Its name for people, e.g. "Linux cooked v1", or its number; returns @out. */
const char *capture_link_name(int dlt, char out[CAPTURE_LINK_NAME]);

#endif
