/* SPDX-License-Identifier: BSD-2-Clause */
#include "agent/source/capture/pcap_library.h"

#include <dlfcn.h>
#include <errno.h>

#define NAME "libpcap.so.0.8" /* its ABI since 2003, under the name that Debian gives it */
#define NAME_UPSTREAM "libpcap.so.1"

/* POSIX lets a pointer to an object stand for a function here only. */
static int find(void *handle, const char *name, void *function)
{
	*(void **)function = dlsym(handle, name);
	return *(void **)function ? 0 : -ENOPKG;
}

int pcap_library_open(struct pcap_library *l, char *why)
{
	int e;

	*l = (struct pcap_library){ .handle = dlopen(NAME, RTLD_NOW | RTLD_LOCAL) };
	if (!l->handle)
		l->handle = dlopen(NAME_UPSTREAM, RTLD_NOW | RTLD_LOCAL);
	e = l->handle ? 0 : -ENOPKG;
	e = e ?: find(l->handle, "pcap_fopen_offline_with_tstamp_precision", &l->open);
	e = e ?: find(l->handle, "pcap_next_ex", &l->next);
	e = e ?: find(l->handle, "pcap_datalink", &l->datalink);
	e = e ?: find(l->handle, "pcap_geterr", &l->geterr);
	e = e ?: find(l->handle, "pcap_close", &l->close);
	e = e ?: find(l->handle, "pcap_datalink_val_to_description", &l->description);
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
