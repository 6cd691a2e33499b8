/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef LAB_NETNS_H
#define LAB_NETNS_H

#include <stdbool.h>

#include "agent/base/buffer.h"

/* Network namespaces by name, as ip-netns(8) keeps them in /run/netns. Errors are logged. */

/** lab_ns_open - a descriptor of the namespace @name, or of the own one for NULL; -errno */
int lab_ns_open(const char *name);

/** lab_ns_exists - is there a namespace of this name? */
bool lab_ns_exists(const char *name);

/** lab_ns_socket - socket(2), nonblocking, in namespace @ns; the thread is back in @self afterwards; -errno */
int lab_ns_socket(int ns, int self, int domain, int type, int protocol);

/** lab_ns_set - write @value to /proc/sys/net/@name of namespace @ns; 0 or -errno */
int lab_ns_set(int ns, int self, const char *name, const char *value);

/** lab_ns_plain - switch segmentation and checksum offload of @interface off, so that frames are wire frames */
int lab_ns_plain(int ns, int self, const char *interface);

/** lab_ip - run the lines of @commands through ip(8), in namespace @ns if it is not NULL; 0 or -errno */
int lab_ip(const char *ns, const struct buffer *commands);

#endif
