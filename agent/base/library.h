/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef IOTBPF_BASE_LIBRARY_H
#define IOTBPF_BASE_LIBRARY_H

/** library_find - a function of a library that was opened by dlopen(); @function: where its pointer goes. 0 or -ENOPKG */
int library_find(void *handle, const char *name, void *function);

#endif
