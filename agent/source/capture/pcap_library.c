/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/capture/pcap_library.h"

#include <dlfcn.h>
#include <errno.h>

#include "agent/base/library.h"

#define NAME "libpcap.so.0.8" /* its ABI since 2003, under the name that Debian gives it */
#define NAME_UPSTREAM "libpcap.so.1"

int pcap_library_open(struct pcap_library *l, char *why)
{
	int e;

	*l = (struct pcap_library){ .handle = dlopen(NAME, RTLD_NOW | RTLD_LOCAL) };
	if (!l->handle)
		l->handle = dlopen(NAME_UPSTREAM, RTLD_NOW | RTLD_LOCAL);
	e = l->handle ? 0 : -ENOPKG;
	e = e ?: library_find(l->handle, "pcap_fopen_offline_with_tstamp_precision", &l->open);
	e = e ?: library_find(l->handle, "pcap_next_ex", &l->next);
	e = e ?: library_find(l->handle, "pcap_datalink", &l->datalink);
	e = e ?: library_find(l->handle, "pcap_geterr", &l->geterr);
	e = e ?: library_find(l->handle, "pcap_close", &l->close);
	e = e ?: library_find(l->handle, "pcap_datalink_val_to_description", &l->description);
	if (e < 0)
		snprintf(why, PCAP_ERRBUF_SIZE, "neither pcap nor pcapng, and libpcap, which knows other forms, is not installed");
	return e;
}

void pcap_library_close(struct pcap_library *l)
{
	if (l->handle)
		dlclose(l->handle);
	*l = (struct pcap_library){ 0 };
}

int64_t pcap_library_us(const struct pcap_pkthdr *header)
{
	int64_t us;

	if (__builtin_mul_overflow((int64_t)header->ts.tv_sec, 1000000, &us) || __builtin_add_overflow(us, header->ts.tv_usec, &us))
		return INT64_MAX;
	return us;
}
